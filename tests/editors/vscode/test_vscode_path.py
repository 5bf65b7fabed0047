"""A user's way through the real VS Code: install the package, open a Python file, and use every command.

There is one window for all of it, as for a user. With ``CODESTRAL_LS_PICTURES=FOLDER`` the pictures of the READMEs are taken.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.backends.standin_api import ApiFault, StandIn
from support.editors.pictures import picture_folder
from support.editors.vscode.api_beside import api_beside
from support.editors.vscode.vscode_editor import STATUS, VSCodeEditor
from support.editors.vscode.vscode_processes import processes_of
from support.editors.workplace import EditorWorkplace

LOADING = """import json


def load(path):
    with open(path) as file:
        return json.load(file)


def save(path, value):
    with open(path, "w") as file:
        json.dump(value, file)


def load_settings(path):
    with open(path) as file:
"""
AREA = """def area(width, height):
    return width * height


def volume(width, height, depth):
"""
LINES = ("    return area(width, height) * depth", "    return width * height * depth", "    return depth * area(width, height)")
DOCSTRING = "Return the volume of a box in cubic units."


def api_writes(body: dict[str, Any]) -> str:
    """A docstring where one begins; otherwise the rest of the line, which differs with the temperature."""
    prompt = body["prompt"]
    if prompt.rstrip().endswith('"""'):
        return f"{DOCSTRING}\n"
    typed = prompt.rsplit("\n", 1)[-1]
    line = LINES[int((body.get("temperature") or 0) * 10) % 3]
    return line[len(typed) :] if line.startswith(typed) else ""


def picture(editor: VSCodeEditor, name: str, **clip: int) -> None:
    """Take a picture for the READMEs, if pictures are requested."""
    folder = picture_folder()
    if folder is not None:
        editor.picture(folder / f"vscode-{name}.png", **clip)


@pytest.mark.timeout(600)  # the first test also fetches the editor
def test_a_users_path(place: EditorWorkplace, open_vscode: Callable[..., VSCodeEditor]) -> None:
    loading, area = place.write("loading.py", LOADING), place.write("area.py", AREA)
    with api_beside(api_writes) as (api, address):
        place.environment["CODESTRAL_LS_CODESTRAL_SERVER_URL"] = address
        editor = open_vscode(loading, completion__show="eager")
        embedded_model_writes(editor, loading)
        pause_and_resume(editor)
        server_comes_back(editor, place)
        editor.open(area)
        api_takes_over(editor, place, api.key)
        words_and_alternatives(editor, area)
        docstring_is_reviewed(editor, area)
        refusal_is_told_once_and_stays(editor, api)
        assert {seen.headers["Authorization"] for seen in api.seen} == {f"Bearer {api.key}"}
    assert not files_with(place, api.key), "the key was written to a file"


def embedded_model_writes(editor: VSCodeEditor, file: Path) -> None:
    """Ghost text shrinks when it is typed along, comes back whole after Backspace, and Tab accepts it."""
    editor.wait_ready()
    editor.end_of_file()
    editor.type("        return json.")
    shown = editor.wait_ghost()
    picture(editor, "ghost", x=300, y=30, width=700, height=390)
    editor.type(shown[0])
    editor.wait("the rest of the ghost text", lambda: editor.ghost() == shown[1:])
    editor.press("Backspace")
    editor.wait("the whole ghost text", lambda: editor.ghost() == shown)
    editor.press("Tab")
    # VS Code writes in place: a file that is being saved again may be empty when it is read.
    wanted = f"{LOADING}        return json.{shown}"
    code = editor.wait("the text to be taken", lambda: text if (text := editor.saved(file)).startswith(wanted) else "")
    does_what_it_should(code, editor.place.workspace)


def does_what_it_should(code: str, folder: Path) -> None:
    """Run the code in the picture: the completed function reads what the function above it has written."""
    names: dict[str, Any] = {}
    exec(compile(code, "loading.py", "exec"), names)  # the test's own text, and what it has just accepted
    settings = folder / "settings.json"
    names["save"](settings, {"volume": 3})
    assert names["load_settings"](settings) == {"volume": 3}
    settings.unlink()


def pause_and_resume(editor: VSCodeEditor) -> None:
    """No completions are requested while the extension is paused; afterwards they are."""
    editor.menu("Pause for a while")
    editor.pick("Until I resume")
    editor.wait_status("paused")
    editor.focus()
    editor.end_of_file()
    asked = editor.server.log().count("inline") + editor.server.log().count("keystroke: request")
    editor.type("\n\n\ndef save(path, value")
    assert editor.ghost() == ""
    editor.menu("Resume")
    editor.wait_ready()
    editor.focus()
    assert editor.server.log().count("keystroke: request") <= asked
    editor.type("):\n    with open(path, 'w') as file:\n    json.")
    editor.wait_ghost()


def server_comes_back(editor: VSCodeEditor, place: EditorWorkplace) -> None:
    """The server is restarted after it was killed, with one message, and completes."""
    (before,) = processes_of(place, "codestral_ls", "serve")
    os.kill(before, signal.SIGKILL)
    editor.wait_message("ended unexpectedly")
    seen = {
        message for message in editor.messages() if "codestral-ls:" in message
    }  # on a slow machine the message is gone when everything is ready
    editor.wait("another server", lambda: [one for one in processes_of(place, "codestral_ls", "serve") if one != before])
    editor.wait_ready()
    assert len(seen.union(message for message in editor.messages() if "codestral-ls:" in message)) == 1
    editor.focus()
    editor.end_of_file()
    editor.type("d")
    editor.press("Backspace")
    editor.wait_ghost()
    editor.saved(editor.place.workspace / "loading.py")


def api_takes_over(editor: VSCodeEditor, place: EditorWorkplace, key: str) -> None:
    """The backend is chosen in the menu, and the key that the user enters reaches it."""
    editor.wait_ready()
    picture_of_menu(editor)
    editor.menu("Backend")
    editor.pick("Codestral API")
    editor.wait("the question for a key", lambda: editor.count(".quick-input-widget input[type=password]") == 1)
    editor.type(key)
    editor.press("Enter")
    editor.wait("the API's status", lambda: "codestral" in editor.tooltip())
    editor.wait_ready()
    assert editor.server.setting("backend.primary") == "codestral"


def words_and_alternatives(editor: VSCodeEditor, file: Path) -> None:
    """Alt+] shows another completion, Ctrl+Right accepts one word of it, Tab the rest."""
    editor.focus()
    editor.end_of_file()
    editor.type("    return ")
    editor.wait_ghost("area(width")
    editor.press("Alt+]")
    first = editor.ghost()
    editor.wait("an alternative", lambda: (now := editor.ghost()) and now != first)
    second = editor.ghost()
    editor.press("Control+ArrowRight")
    editor.wait("a word to be taken", lambda: 0 < len(editor.ghost()) < len(second))
    editor.press("Tab")
    editor.wait_no_ghost()
    lines = editor.saved(file).split("\n")
    assert f"    return {second}" in lines


def docstring_is_reviewed(editor: VSCodeEditor, file: Path) -> None:
    """The docstring from the menu is shown as a diff and changes the file when it is applied."""
    editor.command("Notifications: Clear All Notifications")
    editor.focus()
    editor.menu("Write docstring")
    editor.wait("the diff", lambda: DOCSTRING in "".join(editor.texts(".monaco-diff-editor .editor.modified .view-line")))
    assert DOCSTRING not in file.read_text()
    editor.wait_message("look at the diff")
    picture(editor, "docstring", x=300, y=30, width=700, height=190)
    editor.page.do("click", selector=".editor-group-container.active .editor-actions .codicon-check")
    editor.wait("the diff to be closed", lambda: editor.count(".monaco-diff-editor") == 0)
    editor.wait("the docstring in the file", lambda: DOCSTRING in editor.saved(file))


def refusal_is_told_once_and_stays(editor: VSCodeEditor, api: StandIn) -> None:
    """Every completion is refused while the list of models is well; the first one that succeeds ends it."""
    editor.command("Notifications: Clear All Notifications")
    editor.focus()
    editor.end_of_file()
    api.always = ApiFault("status", 404, '{"message": "no such model"}')
    editor.type("\n\ndef weight(")
    editor.wait_message("does not know this address or model")
    buttons = editor.texts(".notifications-toasts .monaco-button")
    assert [label for label in buttons if label] == ["Choose Model", "Choose Backend", "Open Log"]
    editor.wait("the refusal in the status bar", lambda: editor.count(f"{STATUS} .codicon-error") > 0)
    editor.command("Notifications: Clear All Notifications")
    editor.focus()
    asked = len(api.seen)
    editor.type("volume, density")
    editor.wait("more requests", lambda: len(api.seen) > asked)
    editor.wait("their refusals", lambda: editor.server.log().count("HTTP 404") > 1)
    assert "does not know this address or model" in editor.tooltip()
    assert editor.messages() == [], "it was told again"
    api.always = None
    editor.type("):\n")
    editor.wait_ready()


def picture_of_menu(editor: VSCodeEditor) -> None:
    """Open the menu, take a picture, and leave it."""
    editor.wait_no_picker()
    editor.page.do("click", selector="[id$='codestral-ls.status'] a")
    editor.wait("the menu", lambda: any("Open log" in pick for pick in editor.picks()))
    host = r"The model host holds \d+ MB and has been idle for \d+ s \(it unloads after 15 min\)\."
    assert re.search(host, " ".join(editor.picks())), editor.picks()
    picture(editor, "menu", x=195, y=20, width=612, height=314)
    editor.press("Escape")
    editor.wait_no_picker()


def files_with(place: EditorWorkplace, text: str) -> list[Path]:
    """Files of the server's side that contain ``text``. The browser's own storage of secrets is not among them."""
    folders = [place.folder / name for name in ("u", "e", "h", "r", "c", "s", "o", "w")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 5_000_000]
    return [path for path in files if text.encode() in path.read_bytes()]
