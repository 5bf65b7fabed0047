"""VS Code offers a stronger model after the first completion of the embedded model, and only once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.editors.stronger_model import COMMANDS, LARGER, RULE, TEXT, asked
from support.editors.vscode.vscode_editor import VSCodeEditor
from support.editors.workplace import EditorWorkplace, Scripted

OFFER = "The small model that comes with codestral-ls writes now"


@pytest.mark.timeout(600)  # the first test also fetches the editor
def test_a_stronger_model_is_offered_once(
    place: EditorWorkplace, scripted: Scripted, open_vscode: Callable[..., VSCodeEditor]
) -> None:
    scripted.say([RULE], commands=COMMANDS)
    editor = open_vscode(place.write("area.py", TEXT), server=scripted.command)
    editor.wait_ready()
    assert not [message for message in editor.messages() if OFFER in message]
    editor.end_of_file()
    editor.type("return ")
    editor.wait_ghost("width * height")
    message = editor.wait_message(OFFER)
    assert LARGER["name"] in message
    assert LARGER["detail"] in message
    editor.button("Fetch It")
    editor.wait("the fetch", lambda: asked(scripted, "pullModel"))
    editor.wait("the model in the settings", lambda: editor.server.setting("local.model") == LARGER["name"])
    editor.open(place.workspace / "area.py")
    editor.wait_ready()
    editor.end_of_file()
    editor.type("\n    return ")
    editor.wait_ghost("width * height")
    editor.wait("a second window's first completion told", lambda: len(scripted.heard("textDocument/didShowCompletion")) > 1)
    assert len(asked(scripted, "recommendModel")) == 1
