"""The walkthrough in the real VS Code: reached steps are ticked, also steps reached before the page was opened.

Beside it a stranger's extension looks for what ours gives to others, which is nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.editors.pictures import picture_folder
from support.editors.vscode.nosy_extension import nosy_extension, what_it_found
from support.editors.vscode.vscode_editor import VSCodeEditor
from support.editors.workplace import EditorWorkplace
from support.lsp.lsp_client import fake

STEPS = {"Have the server", "Local or API", "The key, if you chose an API", "Try it"}
TICKED = ".getting-started-step:has(.codicon-getting-started-step-checked)"


def steps(editor: VSCodeEditor, selector: str) -> set[str]:
    """The titles of steps."""
    return {title for text in editor.texts(selector) for title in STEPS if title in text}


@pytest.mark.timeout(600)  # the first test also fetches the editor
def test_what_is_reached_gets_its_tick(place: EditorWorkplace, open_vscode: Callable[..., VSCodeEditor]) -> None:
    place.environment.update(fake("width * height"))
    editor = open_vscode(place.write("area.py", "def area(width, height):\n    "), also=nosy_extension(place.folder))
    editor.wait_ready()
    found = editor.wait("a stranger's extension", lambda: what_it_found(Path(place.environment["HOME"])))
    assert found == {"given": [], "exports": []}, "another extension could reach the keys"
    editor.end_of_file()
    editor.type("return ")
    editor.wait_ghost("width * height")
    editor.press("Tab")
    editor.command("Codestral: Get Started")
    editor.wait("the page", lambda: steps(editor, ".getting-started-step") == STEPS)
    reached = STEPS - {"The key, if you chose an API"}
    editor.wait("the ticks", lambda: steps(editor, TICKED) == reached, 60)
    folder = picture_folder()
    if folder is not None:
        editor.picture(folder / "vscode-walkthrough.png", x=48, y=30, width=952, height=560)
    assert "`" not in "".join(editor.texts(".getting-started-step")), "raw back-ticks"
