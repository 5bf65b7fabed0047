"""Takes the pictures of Neovim 0.12 in the READMEs if ``CODESTRAL_LS_PICTURES=FOLDER`` is set.

Completions are from the embedded model, and the code in the pictures works when it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.terminal_theme import SVG_EXPORT_THEME

from support.editors import pictured
from support.editors.debian_packages import Unavailable
from support.editors.draw_screens import save
from support.editors.in_terminal import ESC
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.pictures import picture_folder
from support.editors.setup_neovim import NEOVIMS, Neovim
from support.editors.workplace import EditorWorkplace
from support.lsp.lsp_client import fake

KEYS = "vim.keymap.set('n', '<Tab>', require('codestral_ls').accept_or('<Tab>'), { expr = true, remap = true })"
HAS_EDIT = "return require('codestral_ls').has_edit()"


@pytest.fixture
def neovim() -> Neovim:
    try:
        return NEOVIMS["0.12"]()
    except Unavailable as reason:
        pytest.skip(f"Neovim 0.12: {reason}")


Opened = Callable[[EditorWorkplace, str, str], NeovimInTerminal]


@pytest.fixture
def opened(neovim: Neovim, server: list[str]) -> Iterator[Opened]:
    """Open a file of a place, in a terminal of the picture's size."""
    editors: list[NeovimInTerminal] = []

    def start(place: EditorWorkplace, name: str, text: str) -> NeovimInTerminal:
        file = place.write(name, text)
        nvim = NeovimInTerminal(
            neovim,
            place.folder,
            place.environment,
            server,
            file,
            "vim.o.number = true",
            KEYS,
            rows=pictured.ROWS,
            columns=pictured.COLUMNS,
        )
        editors.append(nvim)
        nvim.wait_attached()
        return nvim

    yield start
    for editor in editors:
        editor.close()


def take(nvim: NeovimInTerminal, name: str) -> None:
    folder = picture_folder()
    if folder is not None:
        nvim.terminal.read(0.5)
        save(nvim.terminal, "Neovim", folder / name, SVG_EXPORT_THEME)


def test_a_completion(opened: Opened, shared_place: EditorWorkplace, tmp_path: Path) -> None:
    nvim = opened(shared_place, "settings.py", pictured.SETTINGS)
    nvim.type("Go" + pictured.TYPED.lstrip())
    nvim.until(nvim.ghost, "ghost text")
    take(nvim, "neovim.svg")
    nvim.type("\t" + ESC)
    nvim.until(lambda: not nvim.ghost() and "return json.load" in nvim.buffer(), "the completion accepted")
    assert pictured.reads_what_it_saved(nvim.buffer(), tmp_path)


def test_a_next_edit(opened: Opened, place: EditorWorkplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    place.environment.update(fake(""))
    nvim = opened(place, "users.py", pictured.USERS)
    nvim.type(f"4G0wcw{pictured.RENAMED}{ESC}")
    for number, name in enumerate(("users", "groups")):
        nvim.until(lambda: nvim.lua(HAS_EDIT), "the next edit")
        if number == 0:
            take(nvim, "neovim-next-edit.svg")
        nvim.type("\t\t")
        nvim.until(lambda name=name: f"{name} = {pictured.RENAMED}(" in nvim.buffer(), f"the edit of {name}")  # type: ignore[misc]
    assert pictured.reads_both_files(nvim.buffer(), tmp_path)
