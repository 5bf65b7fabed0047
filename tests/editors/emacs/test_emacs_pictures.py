"""Takes the pictures of Emacs in the READMEs if ``CODESTRAL_LS_PICTURES=FOLDER`` is set.

Completions are from the embedded model, and the code in the pictures works when it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from support.editors import pictured
from support.editors.draw_screens import save
from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.pictures import picture_folder
from support.editors.setup_emacs import Emacs
from support.editors.workplace import EditorWorkplace
from support.lsp.lsp_client import fake

RENAME = f"\x1b<\x0e\x0e\x0e\x1bf\x06\x1bd{pictured.RENAMED}"  # M-<, C-n three times, M-f C-f M-d
HAS_EDIT = "(and (codestral-ls-edit-pending) t)"


Opened = Callable[[EditorWorkplace, str, str], EmacsInTerminal]


@pytest.fixture
def opened(emacs: Emacs, server: list[str]) -> Iterator[Opened]:
    """Open a file of a place, in a terminal of the picture's size."""
    editors: list[EmacsInTerminal] = []

    def start(place: EditorWorkplace, name: str, text: str) -> EmacsInTerminal:
        file = place.write(name, text)
        editor = EmacsInTerminal(emacs, place.folder, place.environment, server, file, rows=pictured.ROWS, columns=pictured.COLUMNS)
        editors.append(editor)
        editor.wait_attached()
        return editor

    yield start
    for editor in editors:
        editor.close()


def take(editor: EmacsInTerminal, name: str) -> None:
    folder = picture_folder()
    if folder is not None:
        editor.terminal.read(0.5)
        save(editor.terminal, "Emacs", folder / name, DEFAULT_TERMINAL_THEME)


def test_a_completion(opened: Opened, shared_place: EditorWorkplace, tmp_path: Path) -> None:
    editor = opened(shared_place, "settings.py", pictured.SETTINGS)
    editor.type("\x1b>" + pictured.TYPED)
    editor.until(editor.ghost, "ghost text")
    take(editor, "emacs.svg")
    editor.type("\t")
    editor.until(lambda: not editor.ghost() and "return json.load" in editor.buffer(), "the completion accepted")
    assert pictured.reads_what_it_saved(editor.buffer(), tmp_path)


def test_a_next_edit(opened: Opened, place: EditorWorkplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    place.environment.update(fake(""))
    editor = opened(place, "users.py", pictured.USERS)
    editor.type(RENAME)
    for number, name in enumerate(("users", "groups")):
        editor.until(lambda: editor.ask(HAS_EDIT), "the next edit")
        if number == 0:
            take(editor, "emacs-next-edit.svg")
        editor.type("\t\t")
        editor.until(lambda name=name: f"{name} = {pictured.RENAMED}(" in editor.buffer(), f"the edit of {name}")  # type: ignore[misc]
    assert pictured.reads_both_files(editor.buffer(), tmp_path)
