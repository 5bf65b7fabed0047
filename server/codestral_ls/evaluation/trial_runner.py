"""Builds and runs programs and compares what they print: the script inside the fence. It imports the standard library alone, and is
the only place that starts processes without ``system/``, because the package is not there.

Reads ``programs.json``, a list of ``{"file", "text", "build", "run", "tests": [[input, [output, ...]], ...]}``, and writes
``passed.json``, a list of booleans. An output is compared as SAFIM's own harness (ExecEval) does: word by word, numbers to
1e-12, yes, no, true and false in any case.
"""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

NEAR = Decimal("1e-12")
BUILD_SECONDS = 60.0
EITHER_CASE = frozenset(("yes", "no", "true", "false"))


def matches(printed: str, wanted: str) -> bool:
    """Whether two outputs mean the same."""
    ours, theirs = printed.split(), wanted.split()
    return len(ours) == len(theirs) and all(map(_same, ours, theirs))


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if one.isdigit() and other.isdigit():  # longer than a Decimal can represent exactly
        return one.lstrip("0") == other.lstrip("0")
    try:
        return abs(Decimal(one) - Decimal(other)) <= NEAR
    except ArithmeticError:
        return one.lower() == other.lower() and one.lower() in EITHER_CASE


def passes(program: dict[str, Any], folder: Path, seconds: float) -> bool:
    """Whether one program is built and passes all its tests, each within ``seconds``."""
    folder.mkdir()
    (folder / program["file"]).write_text(program["text"], encoding="utf-8", errors="replace")
    if program["build"] and _run(program["build"], folder, "", BUILD_SECONDS) is None:
        return False
    for given, outputs in program["tests"] or [["", []]]:
        printed = _run(program["run"], folder, given, seconds)
        if printed is None or (outputs and not any(matches(printed, output) for output in outputs)):
            return False
    return True


def _run(command: list[str], folder: Path, given: str, seconds: float) -> str | None:
    """What a command prints; None if it fails or takes too long."""
    try:
        done = subprocess.run(
            command, cwd=folder, input=given.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=seconds, check=False,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


if __name__ == "__main__":
    programs = json.loads(Path("programs.json").read_text(encoding="utf-8"))
    found = [passes(program, Path(f"program{number}"), float(sys.argv[1])) for number, program in enumerate(programs)]
    Path("passed.json").write_text(json.dumps(found), encoding="utf-8")
