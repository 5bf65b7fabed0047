"""Ghost text in real Neovims with a scripted server: shown, typed along, accepted whole and in parts, cycled, undone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from support.editors.in_terminal import ESC
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.workplace import Scripted

Edit = Callable[..., NeovimInTerminal]

BODY = "a, b):\n    return a + b"
ADD = {"after": "def add(", "texts": [BODY, "x, y):\n    return x + y", "*numbers):\n    return sum(numbers)"]}


def test_a_completion_is_shown_and_accepted(edit: Edit, scripted: Scripted) -> None:
    nvim = edit("", [ADD])
    nvim.type("def add(")
    nvim.until_ghost(BODY)
    nvim.terminal.wait_for("def add(a, b):\n    return a + b")
    assert nvim.buffer() == "def add("
    nvim.type("\t")
    nvim.until_buffer("def add(a, b):\n    return a + b")
    assert nvim.cursor() == (2, len("    return a + b"))
    nvim.until(lambda: scripted.heard("workspace/executeCommand"), "the acceptance told")
    accepted = scripted.heard("workspace/executeCommand")[0]
    shown = scripted.heard("textDocument/didShowCompletion")
    assert accepted["command"] == "codestral-ls.accepted"
    assert accepted["arguments"] in [show["item"]["command"]["arguments"] for show in shown]


def test_typing_along_moves_the_ghost_text(edit: Edit) -> None:
    nvim = edit("", [ADD])
    nvim.type("def add(")
    nvim.until_ghost(BODY)
    nvim.type("a,")
    nvim.until_ghost(BODY[2:])
    nvim.type("\t")
    nvim.until_buffer("def add(a, b):\n    return a + b")


def test_typing_along_does_not_wait_for_the_server(edit: Edit, scripted: Scripted) -> None:
    nvim = edit("", [ADD])
    nvim.type("def add(")
    nvim.until_ghost(BODY)
    scripted.say([], delay_ms=3000)
    nvim.type("a, b")
    nvim.until_ghost(BODY[4:])
    nvim.type("\t")
    nvim.until_buffer("def add(a, b):\n    return a + b")


def test_typing_another_way_hides_it(edit: Edit) -> None:
    nvim = edit("", [ADD])
    nvim.type("def add(")
    nvim.until_ghost(BODY)
    nvim.type("self")
    nvim.until_ghost("")
    assert nvim.buffer() == "def add(self"


PARTS = [
    ("\x06", "a", "a word"),
    ("\x06\x06", "a,", "two words"),
    ("\x06\x06\x06", "a, b", "a word with its leading space"),
    ("\x0c", "a, b):", "a line"),
    ("\x0c\x0c", BODY, "two lines are all of it"),
]


@pytest.mark.parametrize(("keys", "taken"), [row[:2] for row in PARTS], ids=[row[2] for row in PARTS])
def test_parts_are_accepted(edit: Edit, scripted: Scripted, keys: str, taken: str) -> None:
    nvim = edit("", [ADD])
    nvim.type("def add(")
    nvim.until_ghost(BODY)
    for key in keys:
        before = nvim.buffer()
        nvim.type(key)
        nvim.until(lambda before=before: nvim.buffer() != before, "something taken")  # type: ignore[misc]
        nvim.until(lambda: nvim.ghost() == BODY[len(nvim.buffer()) - len("def add(") :], "the rest shown")
    assert nvim.buffer() == "def add(" + taken
    if taken == BODY:
        nvim.until(lambda: scripted.heard("workspace/executeCommand"), "the acceptance told")
    else:
        nvim.until(lambda: scripted.heard("textDocument/didPartiallyAcceptCompletion"), "the part told")
        assert nvim.ghost() == BODY[len(taken) :]


def test_the_accepted_length_is_reported_in_utf16_from_the_start(edit: Edit, scripted: Scripted) -> None:
    nvim = edit("", [{"after": "s = ", "texts": ["'𝄞é' + tail"]}])
    nvim.type("s = ")
    nvim.until_ghost("'𝄞é' + tail")
    scripted.say([])
    nvim.type("\x06\x06")
    nvim.until_buffer("s = '𝄞é")
    nvim.until(lambda: len(scripted.heard("textDocument/didPartiallyAcceptCompletion")) >= 2, "two parts told")
    parts = scripted.heard("textDocument/didPartiallyAcceptCompletion")
    assert [part["acceptedLength"] for part in parts][:2] == [1, 4]


def test_cycling_asks_for_the_alternatives(edit: Edit) -> None:
    nvim = edit("", [ADD])
    nvim.type("def add(")
    nvim.until_ghost(BODY)

    def shown(text: str, count: str) -> Callable[[], bool]:
        return lambda: nvim.ghost().startswith(text) and count in nvim.ghost()

    nvim.type("\n")  # <C-j>
    nvim.until(shown("x, y)", "(2/3)"), "the second")
    nvim.type("\n")
    nvim.until(shown("*numbers)", "(3/3)"), "the third")
    nvim.type("\x0b\x0b")  # <C-k> twice
    nvim.until(shown("a, b)", "(1/3)"), "the first")
    nvim.type("\x0b")
    nvim.until(shown("*numbers)", "(3/3)"), "round to the last")
    nvim.type("\t")
    nvim.until_buffer("def add(*numbers):\n    return sum(numbers)")


def test_dismissed_stays_away_until_something_is_typed(edit: Edit, scripted: Scripted) -> None:
    nvim = edit("", [ADD])
    nvim.type("def add(")
    nvim.until_ghost(BODY)
    nvim.type("\x1d")  # <C-]>
    nvim.until_ghost("")
    asked = len(scripted.heard("textDocument/inlineCompletion"))
    nvim.lua("vim.wait(400)")  # pace: twice that of Neovim's own timer, which must not bring the completion back
    assert nvim.ghost() == ""
    assert len(scripted.heard("textDocument/inlineCompletion")) == asked
    nvim.type("a")
    nvim.until_ghost(BODY[1:])


def test_leaving_insert_mode_hides_it(edit: Edit) -> None:
    nvim = edit("", [ADD])
    nvim.type("def add(")
    nvim.until_ghost(BODY)
    nvim.type(ESC)
    nvim.until_ghost("")


def test_one_acceptance_is_one_undo_step(edit: Edit) -> None:
    nvim = edit("", [ADD, {"after": "a + b", "texts": [" + 0"]}])
    nvim.type("def add(")
    nvim.until_ghost(BODY)
    nvim.type("\t")
    nvim.until_ghost(" + 0")
    nvim.type("\t")
    nvim.until_buffer("def add(a, b):\n    return a + b + 0")
    nvim.type(" # x" + ESC)
    for left in ("def add(a, b):\n    return a + b + 0", "def add(a, b):\n    return a + b", "def add(", ""):
        nvim.type("u")
        nvim.until_buffer(left)
    nvim.type("\x12")  # <C-r>
    nvim.until_buffer("def add(")


def test_text_after_the_cursor_that_the_range_covers_is_replaced(edit: Edit) -> None:
    nvim = edit("print()", [{"after": "print(", "texts": ["'hello')"], "replaces": 1}], keys="G$i")
    nvim.until_ghost("'hello')")
    nvim.type("\t")
    nvim.until_buffer("print('hello')")


def test_the_replaced_text_is_followed_while_typing_along(edit: Edit, scripted: Scripted) -> None:
    nvim = edit("print()", [{"after": "print(", "texts": ["'hello')"], "replaces": 1}], keys="G$i")
    nvim.until_ghost("'hello')")
    scripted.say([], delay_ms=3000)
    nvim.type("'he")
    nvim.until_ghost("llo')")
    nvim.type("\t")
    nvim.until_buffer("print('hello')")


CRLF = [
    ("a dos file keeps its line endings", "x = 1\r\ny = ", "2\r\nz = 3"),
    ("an answer with plain line ends fits too", "x = 1\r\ny = ", "2\nz = 3"),
]


@pytest.mark.parametrize(("text", "answer"), [row[1:] for row in CRLF], ids=[row[0] for row in CRLF])
def test_crlf(edit: Edit, scripted: Scripted, text: str, answer: str) -> None:
    nvim = edit(text, [{"after": "y = ", "texts": [answer]}])
    nvim.until_ghost("2\nz = 3")
    nvim.terminal.wait_for("z = 3")
    assert "^M" not in nvim.terminal.text()
    nvim.type("\t")
    nvim.until_buffer("x = 1\ny = 2\nz = 3")
    nvim.type("!" + ESC)
    nvim.until(lambda: scripted.document().startswith("x = 1\r\ny = 2\r\nz = 3!"), "the server has the same text")
    nvim.type(":w\r")
    nvim.until(lambda: b"3!" in (scripted.log.parent / "w" / "main.py").read_bytes(), "written")
    assert b"x = 1\r\ny = 2\r\nz = 3!" in (scripted.log.parent / "w" / "main.py").read_bytes()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-32"])
def test_multi_byte_text(edit: Edit, scripted: Scripted, encoding: str) -> None:
    rule = {"after": "Größe_𝄞 = '", "texts": ["日本語😀é'\nñ = 1"], "replaces": 1}
    nvim = edit("# 𝄞日本\nGröße_𝄞 = ''", [rule], keys="G$i", encoding=encoding)
    nvim.until_ghost("日本語😀é'\nñ = 1")
    nvim.type("日")
    nvim.until_ghost("本語😀é'\nñ = 1")
    nvim.type("\t")
    nvim.until_buffer("# 𝄞日本\nGröße_𝄞 = '日本語😀é'\nñ = 1")
    nvim.type("😀")
    nvim.until(lambda: nvim.buffer().endswith("ñ = 1😀"), "what was typed is in the buffer")
    nvim.until(lambda: scripted.document().rstrip("\n") == nvim.buffer(), "the server has the same text")


def test_tabs_are_drawn_as_wide_as_they_will_be(edit: Edit) -> None:
    nvim = edit("func f() {", [{"after": "{", "texts": ["\n\treturn\n}"]}], name="main.go", before="vim.o.tabstop = 8")
    nvim.until(lambda: "return" in nvim.ghost(), "the ghost text")
    nvim.terminal.wait(lambda: re.search(r"^ {8}return$", nvim.terminal.text(), re.M), "eight columns")


def test_the_switch(edit: Edit) -> None:
    nvim = edit("", [ADD])
    nvim.type("\x1bOQ")  # <F2>
    nvim.until(lambda: "codestral off" in nvim.terminal.text(), "off in the statusline")
    nvim.type("def add(")
    nvim.until_buffer("def add(")
    nvim.lua("vim.wait(300)")  # pace: of Neovim's own timer
    assert nvim.ghost() == ""
    nvim.type("\x1bOQ")
    nvim.until(lambda: "codestral off" not in nvim.terminal.text(), "on in the statusline")
    nvim.type("a")
    nvim.until_ghost(BODY[1:])


def test_explicit_request_where_automatic_ones_are_off(edit: Edit) -> None:
    nvim = edit("", [ADD], after="vim.g.codestral_ls = vim.tbl_extend('force', vim.g.codestral_ls, { auto = false })")
    nvim.type("def add(")
    nvim.until_buffer("def add(")
    assert nvim.ghost() == ""
    nvim.type("\n")
    nvim.until(lambda: nvim.ghost().startswith("a, b)"), "asked for")


@pytest.mark.parametrize("presenter", ["auto", "plugin"])
def test_the_screen(edit: Edit, presenter: str) -> None:
    nvim = edit("import os\n", [ADD], rows=10, columns=50, presenter=presenter)
    nvim.type("\rdef add(")
    nvim.until_ghost(BODY)
    expected = ["import os", "def add(a, b):", "    return a + b", *"~~~~~", "main.py codestral"]
    nvim.terminal.wait(lambda: nvim.terminal.lines()[:9] == expected, "\n".join(expected))
    ghost, typed = nvim.terminal.screen.buffer[1][9], nvim.terminal.screen.buffer[1][0]
    assert ghost.data == ","
    assert ghost.fg != typed.fg


def test_neovims_own_function_accepts_too(edit: Edit, scripted: Scripted) -> None:
    """Where Neovim draws the ghost text itself, keys mapped to its own functions work as Neovim documents them."""
    nvim = edit("", [ADD])
    if not nvim.lua("return vim.lsp.inline_completion ~= nil"):
        pytest.skip("this Neovim has no inline completion")
    nvim.type("def add(")
    nvim.until_ghost(BODY)
    assert nvim.lua("return vim.lsp.inline_completion.get()") is True
    nvim.until_buffer("def add(" + BODY)
    nvim.until(lambda: scripted.heard("workspace/executeCommand"), "the acceptance told")
