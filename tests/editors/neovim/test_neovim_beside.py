"""The client together with other parts of Neovim: completion menus, snippets, macros, redraws, code actions, health."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.editors.in_terminal import ESC
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.workplace import Scripted

Edit = Callable[..., NeovimInTerminal]

RULE = {"after": "value = ", "texts": ["valuable + 1"]}
WORDS = "valuable = 1\nvalued = 2\n"


def test_an_open_menu_leaves_the_ghost_text_and_a_selected_entry_hides_it(edit: Edit) -> None:
    nvim = edit(WORDS, [RULE], before="vim.o.completeopt = 'menu,menuone,noselect'")
    nvim.type("\rvalue = val")
    nvim.until_ghost("uable + 1")
    nvim.type("\x18\x0e")  # <C-x><C-n>: keyword completion
    nvim.until(lambda: nvim.lua("return vim.fn.pumvisible()") == 1, "the menu")
    nvim.until(lambda: nvim.ghost() == "uable + 1", "ghost text beside the menu")
    nvim.type("\x0e")
    nvim.until_ghost("")
    nvim.until(lambda: nvim.lua("return vim.fn.complete_info({'selected'}).selected") == 0, "an entry selected")
    selected = nvim.lua("return vim.fn.complete_info({'items'}).items[1].word")
    nvim.type("\x19")  # <C-y>
    nvim.until(lambda: nvim.lua("return vim.fn.pumvisible()") == 0, "the menu closed")
    assert selected in WORDS
    assert nvim.buffer() == f"{WORDS}value = {selected}"


def test_the_menu_may_hide_it_altogether(edit: Edit) -> None:
    extend = "vim.g.codestral_ls = vim.tbl_extend('force', vim.g.codestral_ls, { menu = 'hide' })"
    nvim = edit(WORDS, [RULE], before=f"vim.o.completeopt = 'menu,menuone,noselect'\n{extend}")
    nvim.type("\rvalue = val")
    nvim.until_ghost("uable + 1")
    nvim.type("\x18\x0e")
    nvim.until(lambda: nvim.lua("return vim.fn.pumvisible()") == 1, "the menu")
    nvim.until_ghost("")


MENUS = [
    ("nvim-cmp", "package.loaded['cmp'] = { visible = function() return true end, get_active_entry = function() %s end }"),
    (
        "blink.cmp",
        "package.loaded['blink.cmp'] = { is_menu_visible = function() return true end }\n"
        "package.loaded['blink.cmp.completion.list'] = "
        "{ is_explicitly_selected = true, get_selected_item = function() %s end }",
    ),
]


@pytest.mark.parametrize("menu", [row[1] for row in MENUS], ids=[row[0] for row in MENUS])
def test_menus_of_plugins_are_asked(edit: Edit, menu: str) -> None:
    nvim = edit("", [RULE], after="Entry = nil\n" + menu % "return Entry")
    nvim.type("value = ")
    nvim.until_ghost("valuable + 1")
    nvim.lua("Entry = { label = 'x' }")
    nvim.type("v")
    nvim.until_ghost("")
    nvim.lua("Entry = nil")
    nvim.type("a")
    nvim.until_ghost("luable + 1")


def test_tab_still_means_tab_without_ghost_text(edit: Edit) -> None:
    nvim = edit("", [RULE], before="vim.o.expandtab, vim.o.shiftwidth, vim.o.tabstop = true, 4, 4")
    nvim.type("\tvalue = ")
    nvim.until_ghost("valuable + 1")
    nvim.type("\t")
    nvim.until_buffer("    value = valuable + 1")


def test_inside_a_snippet(edit: Edit) -> None:
    nvim = edit("", [RULE])
    nvim.lua("vim.snippet.expand('value = ${1:x}\\nlast = $2')")
    nvim.until_buffer("value = x\nlast = ")
    nvim.type("va")
    nvim.until_ghost("luable + 1")
    nvim.type("\t")
    nvim.until_buffer("value = valuable + 1\nlast = ")
    nvim.until_ghost("")
    nvim.type("\t")
    nvim.until(lambda: nvim.cursor() == (2, 7), "the next tabstop")


def test_a_macro_holds_what_was_typed_and_nothing_else(edit: Edit, scripted: Scripted) -> None:
    nvim = edit("", [RULE], keys="G")
    nvim.type(ESC + "qqo")
    nvim.until(lambda: nvim.mode() == "i", "insert mode")
    nvim.type("value = v")
    nvim.until(lambda: nvim.buffer().endswith("value = v"), "typed")
    assert nvim.ghost() == ""
    nvim.type(ESC + "q")
    nvim.until(lambda: nvim.lua("return vim.fn.reg_recording()") == "", "recorded")
    asked = len(scripted.heard("textDocument/inlineCompletion"))
    nvim.type("3@q")
    nvim.until_buffer("\n" + "\n".join(["value = v"] * 4))
    assert len(scripted.heard("textDocument/inlineCompletion")) == asked
    nvim.type("ovalue = ")
    nvim.until_ghost("valuable + 1")


def test_no_frame_lacks_the_ghost_text_while_typing_along(edit: Edit, scripted: Scripted) -> None:
    """Checks every screen that Neovim sends to its terminal between two keys, while the server is slow."""
    nvim = edit("", [RULE])
    nvim.type("value = ")
    nvim.until_ghost("valuable + 1")
    nvim.terminal.wait_for("value = valuable + 1")
    scripted.say([RULE], delay_ms=150)
    for count in range(1, 9):
        nvim.type("valuable"[count - 1])

        def moved(count: int = count) -> bool:
            assert nvim.terminal.lines()[0] == "value = valuable + 1"
            return bool(nvim.terminal.screen.cursor.x == len("value = ") + count)

        nvim.terminal.wait(moved, "the key drawn")


def test_code_actions(edit: Edit) -> None:
    nvim = edit("x = 1", [], keys="G")
    nvim.type(":Codestral docstring\r")
    nvim.terminal.wait_for("y applies, n does not")
    nvim.terminal.wait_for('+"""What it does."""')
    nvim.type("y")
    nvim.until_buffer('"""What it does."""\nx = 1')


LONG = "The server does not accept the key. " * 12


@pytest.mark.parametrize("way", ["status", "message"])
def test_a_long_message_does_not_interrupt_typing(edit: Edit, way: str) -> None:
    nvim = edit("x = 1", [])
    handler, params = {
        "status": ("codestral-ls/status", {"state": "error", "message": LONG, "progress": None}),
        "message": ("window/showMessage", {"type": 2, "message": LONG}),
    }[way]
    tell = """
    local handler, params = ...
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'codestral_ls' })[1]
    client.handlers[handler](nil, params, { client_id = client.id, method = handler })
    """
    nvim.lua(tell, handler, params)
    nvim.type("23")
    nvim.until_buffer("x = 123")
    assert "Press ENTER" not in nvim.terminal.text()
    assert LONG not in nvim.lua("return require('codestral_ls').statusline()")
    nvim.type(ESC + ":Codestral status\r")
    # Only the screen is checked: while Neovim asks for Enter it answers no other request.
    whole = "".join(LONG.split())
    nvim.until(lambda: whole in "".join(nvim.terminal.text().split()), "the whole of it")
    nvim.type("\r")


def test_explain(edit: Edit) -> None:
    nvim = edit("x = 1", [])
    nvim.type("\x1bOR")  # <F3>
    said = "It was typed along a known answer."
    nvim.until(lambda: said in nvim.lua("return vim.fn.execute('messages')"), "the explanation")


WRONG: list[tuple[str, str]] = [
    ("3", "vim.g.codestral_ls is a number; it must be a table"),
    ("{ menus = 'hide' }", "vim.g.codestral_ls.menus is not an option"),
    ("{ auto = 'yes' }", "vim.g.codestral_ls.auto must be a boolean"),
    ("{ menu = 'away' }", 'vim.g.codestral_ls.menu is "away"; it must be one of: beside, hide'),
]


@pytest.mark.parametrize(("given", "problem"), WRONG, ids=[row[0] for row in WRONG])
def test_wrong_options_are_reported(edit: Edit, given: str, problem: str) -> None:
    nvim = edit("x", [], after=f"vim.g.codestral_ls = {given}")
    nvim.type("y")
    nvim.until(lambda: problem in nvim.lua("return vim.fn.execute('messages')"), "the user told")


def test_health(edit: Edit) -> None:
    nvim = edit("", [RULE])
    nvim.type("value = ")
    nvim.until_ghost("valuable + 1")
    nvim.type(ESC + ":checkhealth codestral_ls\r")
    nvim.until(lambda: "times in this session" in nvim.buffer(), "the report")
    report = nvim.buffer()
    for line in ("vim.g.codestral_ls is right", "The server stub runs, in 1 buffer(s)", "From a keystroke to its ghost text"):
        assert line in report
    assert "ERROR" not in report


def test_unknown_words_after_the_command_are_answered(edit: Edit) -> None:
    nvim = edit("", [], keys="G")
    nvim.type(":Codestral dance\r")
    nvim.terminal.wait_for('knows no "dance"')
    nvim.type("\r")  # the message is longer than a line: Neovim asks for Enter
    names: list[Any] = nvim.lua("return vim.fn.getcompletion('Codestral ', 'cmdline')")
    assert names == sorted(names)
    assert {"docstring", "tests", "toggle", "explain", "restart"} <= set(names)


def test_other_servers_diagnostics_near_the_cursor_are_sent(edit: Edit, scripted: Scripted) -> None:
    """Many long diagnostics that change many times at once lead to one message with the twenty nearest, and to an empty one once
    all are solved.
    """
    nvim = edit("line\n" * 100, [RULE])
    method = "codestral-ls/didChangeDiagnostics"
    nvim.lua(
        """
        Space = vim.api.nvim_create_namespace('other')
        for turn = 1, 5 do
          local found = {}
          for line = 0, 99 do
            found[#found + 1] = { lnum = line, col = 0, message = ('ü'):rep(400) .. turn, severity = 1 }
          end
          vim.diagnostic.set(Space, 0, found)
        end
        """
    )
    nvim.until(lambda: scripted.heard(method), "the diagnostics told")
    (told,) = scripted.heard(method)
    assert told["textDocument"]["uri"].endswith("main.py")
    lines = [one["range"]["start"]["line"] for one in told["diagnostics"]]
    assert sorted(lines) == list(range(80, 100))
    assert {one["message"] for one in told["diagnostics"]} == {"ü" * 300}
    nvim.lua("vim.diagnostic.reset(Space, 0)")
    nvim.until(lambda: len(scripted.heard(method)) == 2, "told that they are mended")
    assert scripted.heard(method)[1]["diagnostics"] == []
