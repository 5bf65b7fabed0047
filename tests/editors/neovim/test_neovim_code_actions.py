"""The real server's docstring and test actions in real Neovims, through the plugin's command; a fake model writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.setup_neovim import Neovim
from support.editors.workplace import EditorWorkplace

CODE = "def add(a, b):\n    return a + b\n"
ACTIONS = [("docstring", '"""Add two numbers.', "main.py")]


@pytest.mark.parametrize(("what", "written", "file"), ACTIONS, ids=[row[0] for row in ACTIONS])
def test_the_command_writes(
    neovim: Neovim,
    place: EditorWorkplace,
    server: list[str],
    open_in_neovim: Callable[..., NeovimInTerminal],
    what: str,
    written: str,
    file: str,
) -> None:
    place.environment.update(CODESTRAL_LS_BACKEND_PRIMARY="fake", CODESTRAL_LS_FAKE_TEXT="Add two numbers.")
    nvim = open_in_neovim(neovim, server, place.write(file, CODE), columns=200)  # messages fit in a line: no prompt for Enter
    nvim.wait_attached()
    nvim.until(lambda: nvim.lua("return require('codestral_ls').statusline()") == "codestral", "the server ready")
    nvim.type(f":Codestral {what}\r")
    nvim.terminal.wait_for("y applies, n does not")
    nvim.terminal.wait_for("+    " + written)
    text = "return table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr('main.py'), 0, -1, true), '\\n')"
    assert nvim.lua(text) == CODE.rstrip("\n"), "the text changed before it was asked about"
    nvim.type("n")
    nvim.until(lambda: "y applies" not in nvim.terminal.text(), "the diff closed")
    assert nvim.lua(text) == CODE.rstrip("\n")
    nvim.type(f":Codestral {what}\r")
    nvim.terminal.wait_for("y applies, n does not")
    nvim.type("y")
    nvim.until(lambda: written in nvim.buffer(), f"{written} in the buffer")
    assert nvim.buffer().startswith("def add(a, b):\n    ")
    nvim.type("u")
    nvim.until(lambda: nvim.buffer() == CODE.rstrip("\n"), "undone in one step")
