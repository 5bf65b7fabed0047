"""The walkthrough in the real VS Code: steps are ticked when they are reached, even before the page is opened.

Another extension looks for what ours exposes, and finds nothing: even if it runs all our commands, it cannot see the key.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from support.editors.pictures import picture_folder
from support.editors.vscode.nosy_extension import LOOK, SEEN, nosy_extension, what_it_found
from support.editors.vscode.vscode_editor import VSCodeEditor
from support.editors.vscode.vscode_processes import processes_of
from support.editors.workplace import EditorWorkplace
from support.lsp.lsp_client import fake

STEPS = {"Have the server", "Local or API", "The key, if you chose an API", "Try it"}
KEY = "a-users-key-0123456789"
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
    key_is_set(editor, place)
    editor.wait("the last tick", lambda: steps(editor, TICKED) == STEPS, 60)
    nothing_tells_the_key(editor, Path(place.environment["HOME"]))


def key_is_set(editor: VSCodeEditor, place: EditorWorkplace) -> None:
    """The user enters a key, and the server's process gets it."""
    editor.command("Codestral: Set API Key")
    editor.pick("Codestral API")
    editor.wait("the question for a key", lambda: editor.count(".quick-input-widget input[type=password]") == 1)
    editor.type(KEY)
    editor.press("Enter")

    def has_it(process: int) -> bool:
        try:
            return f"CODESTRAL_API_KEY={KEY}".encode() in Path(f"/proc/{process}/environ").read_bytes()
        except OSError:  # it has ended
            return False

    editor.wait("a server with the key", lambda: any(map(has_it, processes_of(place, "codestral_ls", "serve"))), 60)
    editor.wait_ready()


def nothing_tells_the_key(editor: VSCodeEditor, home: Path) -> None:
    """Another extension runs all our commands and looks at everything it can see."""
    editor.command(LOOK)
    seen = editor.wait("what a stranger's extension sees", lambda: what_it_found(home, SEEN), 60)
    answers = dict(seen["answers"])
    assert answers.keys() >= {"codestral-ls.preview", "codestral-ls.host", "codestral-ls.doctor", "codestral-ls.setKey"}
    assert any("area.py" in address for address, _ in seen["documents"])
    assert seen["environment"]["HOME"] == str(home)
    assert (seen["exports"], seen["secrets"]) == ([], [None, None])
    assert KEY not in json.dumps(seen)
