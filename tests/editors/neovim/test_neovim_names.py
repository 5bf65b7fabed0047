"""A buffer that gets another file name while ghost text is on the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.workplace import EditorWorkplace, Scripted

Edit = Callable[..., NeovimInTerminal]

RULE = {"after": "value = ", "texts": ["valuable + 1"]}


@pytest.mark.parametrize("command", ["saveas", "silent file"])
def test_a_file_with_another_name_is_another_document(edit: Edit, scripted: Scripted, place: EditorWorkplace, command: str) -> None:
    nvim = edit("", [RULE])
    nvim.type("value = ")
    nvim.until_ghost("valuable + 1")
    nvim.type(f"\x1b:{command} {place.workspace}/renamed.py\r")
    nvim.until_ghost("")
    nvim.until(lambda: nvim.mode() == "n", "normal mode")
    nvim.type("A")
    nvim.until(lambda: nvim.mode() == "i", "insert mode")
    nvim.type("v")
    nvim.until_ghost("aluable + 1")
    asked = scripted.heard("textDocument/inlineCompletion")[-1]["textDocument"]["uri"]
    opened = [one["textDocument"]["uri"] for one in scripted.heard("textDocument/didOpen")]
    closed = [one["textDocument"]["uri"] for one in scripted.heard("textDocument/didClose")]
    assert asked.endswith("/renamed.py")
    assert [uri for uri in opened if uri not in closed] == [asked]


def test_a_name_that_cannot_be_had_changes_nothing(edit: Edit, place: EditorWorkplace) -> None:
    place.write("other.py", "")
    nvim = edit("", [RULE], before="vim.o.hidden = true")
    nvim.type("value = ")
    nvim.until_ghost("valuable + 1")
    nvim.type("\x1b")
    nvim.until(lambda: nvim.mode() == "n", "normal mode")
    nvim.lua(f"vim.cmd.badd('{place.workspace}/other.py') pcall(vim.cmd.file, '{place.workspace}/other.py')")
    nvim.type("A")
    nvim.until(lambda: nvim.mode() == "i", "insert mode")
    nvim.type("v")
    nvim.until_ghost("aluable + 1")
