"""A user's path through the real VS Code: the package is installed, a Python file opened, and the embedded model writes."""

from __future__ import annotations

from collections.abc import Callable

from vscode_editor import Editor
from workplace import Place

CODE = '''def add(first, second):
    return first + second


def multiply(first, second):
'''


def test_ghost_text_of_the_embedded_model(place: Place, open_vscode: Callable[..., Editor]) -> None:
    file = place.write("sums.py", CODE)
    editor = open_vscode(file)
    editor.wait_ready()
    editor.end_of_file()
    editor.type("    return fir")
    shown = editor.wait_ghost()
    assert shown.startswith("st"), shown
    editor.press("Tab")
    editor.wait_no_ghost()
    text = editor.saved(file)
    assert text.startswith(CODE + "    return first"), text
