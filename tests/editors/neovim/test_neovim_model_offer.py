"""The offer of a stronger model in a real Neovim: shown once, after the first completion, and fetched by a command."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.editors.in_terminal import ESC
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.stronger_model import COMMANDS, LARGER, RULE, TEXT, asked
from support.editors.workplace import Scripted

Edit = Callable[..., NeovimInTerminal]

SAID = "return require('codestral_ls.say').last"
CHOOSES = "vim.ui.select = function(items, options, chosen) _G.asked = options.prompt chosen(items[%d]) end"


def completed(edit: Edit, **more: object) -> NeovimInTerminal:
    """A Neovim in which a completion has been shown."""
    nvim = edit(TEXT, [RULE], **more)
    nvim.type("return ")
    nvim.until_ghost("width * height")
    return nvim


def test_a_stronger_model_is_offered_once_and_fetched_by_the_command(edit: Edit, scripted: Scripted) -> None:
    nvim = completed(edit, commands=COMMANDS)
    assert asked(scripted, "recommendModel") == []  # measuring would delay the next completions
    nvim.type(ESC)
    nvim.until(lambda: LARGER["name"] in nvim.lua(SAID), "the offer")
    assert nvim.mode() == "n"  # the message is short: Neovim does not ask for Enter
    nvim.lua(CHOOSES % 1)
    nvim.type(":Codestral recommend\r")
    nvim.until(lambda: asked(scripted, "pullModel"), "the fetch")
    assert LARGER["detail"] in nvim.lua("return _G.asked")
    nvim.until(
        lambda: nvim.lua("return vim.lsp.config.codestral_ls.cmd")[-1] == f"local.model={LARGER['name']}", "the model in use"
    )


def test_a_message_is_not_repeated(edit: Edit, scripted: Scripted) -> None:
    nvim = completed(edit, commands={**COMMANDS, "codestral-ls.recommendModel": {"model": None, "measured": True}})
    nvim.type(ESC)
    nvim.until(lambda: asked(scripted, "recommendModel"), "the measurement")
    nvim.until(lambda: nvim.lua("return vim.uv.fs_stat(vim.fn.stdpath('state') .. '/codestral_ls_offered') ~= nil"), "the mark")
    nvim.close()
    again = completed(edit, commands=COMMANDS, name="again.py")
    again.type(ESC + "o    return ")
    again.until_ghost("width * height")
    again.type(ESC)
    again.until(lambda: len(scripted.heard("textDocument/didShowCompletion")) > 2, "everything shown told")
    assert len(asked(scripted, "recommendModel")) == 1


@pytest.mark.parametrize("answer", [{"model": None, "measured": False}, None], ids=["cannot be measured", "an older server"])
def test_a_machine_that_was_not_measured_is_asked_again(edit: Edit, scripted: Scripted, answer: object) -> None:
    nvim = completed(edit, commands={"codestral-ls.recommendModel": answer})
    nvim.type(ESC)
    nvim.until(lambda: asked(scripted, "recommendModel"), "the question")
    nvim.type(":Codestral recommend\r")
    nvim.until(lambda: "No model is better" in nvim.lua(SAID), "the answer")
    assert nvim.lua("return vim.uv.fs_stat(vim.fn.stdpath('state') .. '/codestral_ls_offered') == nil")
