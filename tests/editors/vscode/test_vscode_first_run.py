"""A newcomer in VS Code without the server gets ghost text: through the API in an untrusted folder, and with the bundled model.

The real venv and pip make the environment. For the local model everything comes out of the extension, and no package index can be
reached. For the API the dependencies are those of the tests' environment, added by PYTHONPATH: nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.editors import newcomer, unfinished
from support.editors.newcomer_minute import Minute
from support.editors.vscode.api_beside import api_beside
from support.editors.vscode.bare_machine import LENT, real_python, with_programs, with_uv_alone
from support.editors.vscode.vscode_editor import VSCodeEditor
from support.editors.vscode.vscode_processes import processes_of
from support.editors.workplace import EditorWorkplace

INSTALL_SECONDS = 300.0
OWN = ("environment/bin/python", "codestral_ls", "serve")
NOWHERE = "http://127.0.0.1:9/"
CUT_OFF = {"PIP_INDEX_URL": NOWHERE, "PIP_CONFIG_FILE": "/dev/null", "PIP_RETRIES": "0", "npm_config_registry": NOWHERE}


def first_ghost_text(editor: VSCodeEditor, minute: Minute, typed: str) -> str:
    """Go back into the file, type, and wait for the ghost text."""
    editor.wait_ready()
    minute.passed("ready")
    editor.page.do("click", selector=".monaco-editor .view-lines")
    editor.end_of_file()
    editor.type(typed)
    ghost = editor.wait_ghost()
    minute.passed("ghost text")
    minute.picture(lambda path: editor.picture(path, x=300, y=30, width=700, height=440))
    return ghost


@pytest.mark.timeout(600)  # the first test also fetches the editor
def test_by_the_api(place: EditorWorkplace, open_vscode: Callable[..., VSCodeEditor]) -> None:
    place = with_programs(place, LENT, python3=real_python())
    place.write("codestral-ls.toml", "[completion]\nenabled = false\n")
    file = place.write("area.py", newcomer.AREA)
    with api_beside(newcomer.writes) as (api, address):
        place.environment["CODESTRAL_LS_CODESTRAL_SERVER_URL"] = address
        editor = open_vscode(file, server=None, trusted=False, place=place)
        minute = Minute("VS Code", "API")
        editor.wait_message("Shall this extension make a Python environment")
        assert "no server" in editor.status()
        assert not processes_of(place, "-m pip install"), "something was installed before anybody was asked"
        editor.button("API Only")
        editor.wait("the question who writes", lambda: any("Codestral API" in pick for pick in editor.picks()), INSTALL_SECONDS)
        minute.passed("installed")
        editor.pick("Codestral API")
        editor.wait("the question for a key", lambda: editor.count(".quick-input-widget input[type=password]") == 1)
        assert not [text for text in editor.messages() if "key" in text.lower()], "a warning beside the box that asks for the key"
        editor.type(api.key)
        editor.press("Enter")
        editor.wait("the server from the new environment", lambda: processes_of(place, *OWN))
        assert first_ghost_text(editor, minute, newcomer.TYPED) == "width * height"
    minute.keep()


@pytest.mark.timeout(600)  # the first test also fetches the editor
def test_by_the_local_model_without_a_network(
    place: EditorWorkplace, whole_vsix: Path, open_vscode: Callable[..., VSCodeEditor]
) -> None:
    place = with_programs(place, CUT_OFF, python3=real_python())
    place.environment["CODESTRAL_LS_COMPLETION_SHOW"] = "eager"  # so that it is shown even if the present model is unsure
    file = place.write("words.py", unfinished.TEXT)
    editor = open_vscode(file, server=None, place=place, package=whole_vsix)
    minute = Minute("VS Code", "local")
    editor.wait_message("Shall this extension make a Python environment")
    assert not processes_of(place, "-m pip install"), "something was installed before anybody was asked"
    editor.button("Local Model")
    editor.wait("the server from the new environment", lambda: processes_of(place, *OWN), INSTALL_SECONDS)
    minute.passed("installed")
    ghost = first_ghost_text(editor, minute, unfinished.TYPED)
    editor.press("Tab")
    text = f"{unfinished.TEXT}{unfinished.TYPED}{ghost.splitlines()[0]}"
    editor.wait("the text to be taken", lambda: editor.saved(file).startswith(text))
    assert not [pick for pick in editor.picks() if "API" in pick], "somebody who wants the local model was asked for an API"
    minute.keep()


@pytest.mark.timeout(600)  # the first test also fetches the editor
def test_uv_fetches_a_python_where_none_is_new_enough_and_two_windows_use_it(
    place: EditorWorkplace, open_vscode: Callable[..., VSCodeEditor]
) -> None:
    place = with_uv_alone(place)
    log = place.folder / "uv.log"
    file = place.write("area.py", newcomer.AREA)
    (place.folder / "other").mkdir()
    (place.folder / "other" / "area.py").write_text(newcomer.AREA)
    with api_beside(newcomer.writes) as (api, address):
        place.environment.update(CODESTRAL_LS_CODESTRAL_SERVER_URL=address, CODESTRAL_API_KEY=api.key)
        editor = open_vscode(file, server=None, place=place)
        second = editor.second_window(place.folder / "other" / "area.py")
        for window in (editor, second):
            window.wait_message("Shall this extension make a Python environment")
        editor.button("API Only")
        editor.wait_message("No Python 3.11 or newer was found. Shall uv")
        second.button("API Only")
        second.wait_message("Another window is installing codestral-ls")
        assert not log.exists(), "uv ran before anybody was asked"
        editor.button("Fetch It")
        editor.wait("the question who writes", lambda: any("Codestral API" in pick for pick in editor.picks()), INSTALL_SECONDS)
        making, filling = log.read_text().splitlines()
        assert making.startswith("venv --clear --seed --managed-python --python 3.12 ")
        assert filling.startswith(f"pip install --python {making.split()[-1]}/bin/python ")
        editor.pick("Codestral API")
        for window in (editor, second):
            minute = Minute("VS Code", "uv")
            assert first_ghost_text(window, minute, newcomer.TYPED) == "width * height"
        assert len(processes_of(place, *OWN)) == 2
        pause_in_one_window(editor, second)


def pause_in_one_window(editor: VSCodeEditor, second: VSCodeEditor) -> None:
    """A pause holds for its window alone."""
    editor.command("Codestral: Pause Completion for a While")
    editor.pick("Until I resume")
    editor.wait_status("paused")
    second.press("Escape", "Backspace")
    second.wait_no_ghost()
    second.type(" ")
    second.wait_ghost("width * height")
    assert "paused" not in second.status()
