"""Fixtures: the Emacs under test, and its process with a file open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.editors.workplace import EditorWorkplace, Scripted

pytest.importorskip("pyte", reason="the extra [editors] is not installed")

from support.editors.debian_packages import Unavailable
from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.setup_emacs import Emacs, emacs_30


@pytest.fixture(scope="session")
def emacs() -> Emacs:
    try:
        return emacs_30()
    except Unavailable as reason:
        pytest.skip(f"Emacs 30: {reason}")


@pytest.fixture
def edit(emacs: Emacs, place: EditorWorkplace, scripted: Scripted) -> Iterator[Callable[..., EmacsInTerminal]]:
    """Open a file with this text and the scripted server, with point at its end."""
    opened: list[EmacsInTerminal] = []

    def start(text: str, rules: list[dict[str, Any]], name: str = "main.py", **more: Any) -> EmacsInTerminal:
        script = {key: more.pop(key) for key in ("delay_ms", "encoding", "commands", "progress") if key in more}
        attached = more.pop("attached", True)
        scripted.say(rules, **script)
        file = place.write(name, text)
        editor = EmacsInTerminal(emacs, place.folder, place.environment, scripted.command, file, **more)
        opened.append(editor)
        if attached:
            editor.wait_attached()
        editor.type("\x1b>")  # M->
        editor.until(lambda: editor.ask("(eobp)"), "point at the end")
        return editor

    yield start
    for editor in opened:
        editor.close()
