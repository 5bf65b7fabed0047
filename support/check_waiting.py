"""Refuse fixed sleeps in tests and the code they use: ``python -m support.check_waiting`` (``make check``).

Tests wait for events; to show that something does not happen they advance the clock (``waiting.py``).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from support.repository import ROOT

FOLDERS = ("tests", "support")
HOME = ROOT / "support" / "waiting.py"
PACE = "# pace:"
"""Marks a line whose sleep does not wait for anything: the rhythm of a typist, a slow server, a process killed at some moment."""
_IN_EDITORS = re.compile(r"vim\.wait\(\d+\)|\((?:sit-for|sleep-for|accept-process-output nil) [\d.]+\)")
"""A pause in code that an editor runs."""


def sleeps(text: str) -> Iterator[int]:
    """The lines that sleep, except turns of the event loop (``sleep(0)``) and lines with the mark ``pace:``."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Attribute(attr="lua" | "ask"), args=[ast.Constant(value=str(code)), *_]) if _IN_EDITORS.search(
                code
            ):
                seconds: ast.expr | None = None
            case ast.Call(func=ast.Attribute(value=ast.Name(id="asyncio" | "time"), attr="sleep"), args=[given]):
                seconds = given
            case ast.Call(func=ast.Name(id="sleep"), args=[given]):
                seconds = given
            case _:
                continue
        is_turn = isinstance(seconds, ast.Constant) and seconds.value == 0
        if not is_turn and not any(PACE in line for line in lines[node.lineno - 1 : node.end_lineno]):
            yield node.lineno


def files() -> list[Path]:
    """Every file that is checked."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if path != HOME)


def main() -> int:
    """Print each sleep; return 1 if there is any."""
    found = [f"{path.relative_to(ROOT)}:{line}" for path in files() for line in sleeps(path.read_text("utf-8"))]
    for place in found:
        print(f"{place}: wait until something is so (support/waiting.py), or say whose pace it is: {PACE} of a slow server")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
