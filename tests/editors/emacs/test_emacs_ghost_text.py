"""Ghost text in a real Emacs with a scripted server: shown, typed along, accepted whole and in parts, cycled, undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.workplace import Scripted

Edit = Callable[..., EmacsInTerminal]

FIRST = "a, b):\n    return a + b"
ADD = {"after": "def add(", "texts": [FIRST, "x, y):\n    return x + y", "*numbers):\n    return sum(numbers)"]}
UNDO = "\x1f"  # C-/


def test_a_completion_is_shown_and_accepted(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [ADD])
    emacs.type("def add(")
    emacs.until_ghost(FIRST)
    emacs.terminal.wait_for("def add(a, b):\n    return a + b")
    assert emacs.buffer() == "def add("
    emacs.type("\t")
    emacs.until_buffer("def add(" + FIRST)
    assert emacs.ask("(eobp)")
    emacs.until(lambda: scripted.heard("workspace/executeCommand"), "the acceptance told")
    accepted = scripted.heard("workspace/executeCommand")[0]
    shown = scripted.heard("textDocument/didShowCompletion")
    assert accepted["command"] == "codestral-ls.accepted"
    assert accepted["arguments"] in [show["item"]["command"]["arguments"] for show in shown]


def test_the_cursor_stays_before_the_ghost_text(edit: Edit) -> None:
    emacs = edit("", [ADD])
    emacs.type("def add(")
    emacs.terminal.wait_for("def add(a, b):")
    cursor = emacs.terminal.screen.cursor
    emacs.until(lambda: (cursor.y, cursor.x) == (0, len("def add(")), "the cursor at point")


def test_the_cursor_stays_before_ghost_text_that_begins_with_a_newline(edit: Edit) -> None:
    emacs = edit("", [{"after": "def f():", "texts": ["\n    first = 1\n    return first"]}])
    emacs.type("def f():")
    emacs.until_ghost("\n    first = 1\n    return first")
    emacs.terminal.wait_for("    return first")
    cursor = emacs.terminal.screen.cursor
    emacs.until(lambda: (cursor.y, cursor.x) == (0, len("def f():")), "the cursor at point")
    emacs.type("\t")
    emacs.until_buffer("def f():\n    first = 1\n    return first")


def test_a_request_that_typing_made_useless_is_cancelled(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [ADD], delay_ms=300)
    emacs.type("def ")
    emacs.until(lambda: scripted.heard("textDocument/inlineCompletion"), "a request")
    emacs.type("add(")
    emacs.until_ghost(FIRST)
    asked = scripted.heard_ids("textDocument/inlineCompletion")
    cancelled = [params["id"] for params in scripted.heard("$/cancelRequest")]
    assert cancelled
    assert set(cancelled) < set(asked)
    assert asked[-1] not in cancelled


def test_a_request_is_cancelled_by_dismissing(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [ADD], delay_ms=400)
    emacs.type("def add(")
    emacs.until_buffer("def add(")
    emacs.until(lambda: emacs.ask("(and codestral-ls--pending t)"), "a request under way")
    last = emacs.ask("(prog1 codestral-ls--pending (codestral-ls-dismiss))")
    emacs.until(lambda: {"id": last} in scripted.heard("$/cancelRequest"), "its cancellation")


def test_a_dismissed_completion_does_not_come_back_when_the_server_is_ready_again(edit: Edit) -> None:
    emacs = edit("", [ADD])
    emacs.type("def add(")
    emacs.until_ghost(FIRST)
    emacs.type("\x07")  # C-g
    emacs.until_ghost("")
    emacs.ask("(progn (codestral-ls--ready codestral-ls--opened) t)")
    emacs.until(lambda: not emacs.ask("codestral-ls--pending"), "the answer to asking again")
    assert emacs.ghost() == ""
    emacs.type("a")
    emacs.until_ghost(FIRST[1:])


def test_typing_along_does_not_wait_for_the_server(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [ADD])
    emacs.type("def add(")
    emacs.until_ghost(FIRST)
    scripted.say([], delay_ms=3000)
    emacs.type("a, b")
    emacs.until_ghost(FIRST[4:])
    emacs.type("\t")
    emacs.until_buffer("def add(" + FIRST)


def test_typing_another_way_hides_it(edit: Edit) -> None:
    emacs = edit("", [ADD])
    emacs.type("def add(")
    emacs.until_ghost(FIRST)
    emacs.type("self")
    emacs.until_ghost("")
    assert emacs.buffer() == "def add(self"


WORD, LINE = "\x1bf", "\x05"
PARTS = [
    ([WORD], "a", "a word"),
    ([WORD, WORD, WORD], "a, b", "a word with its leading space"),
    ([LINE], "a, b):", "a line"),
    ([LINE, LINE], FIRST, "two lines are all of it"),
]


@pytest.mark.parametrize(("keys", "taken"), [row[:2] for row in PARTS], ids=[row[2] for row in PARTS])
def test_parts_are_accepted(edit: Edit, scripted: Scripted, keys: list[str], taken: str) -> None:
    emacs = edit("", [ADD])
    emacs.type("def add(")
    emacs.until_ghost(FIRST)
    for key in keys:
        before = emacs.buffer()
        emacs.type(key)
        emacs.until(lambda before=before: emacs.buffer() != before, "something taken")  # type: ignore[misc]
        emacs.until(lambda: emacs.ghost() == FIRST[len(emacs.buffer()) - len("def add(") :], "the rest shown")
    assert emacs.buffer() == "def add(" + taken
    told = "workspace/executeCommand" if taken == FIRST else "textDocument/didPartiallyAcceptCompletion"
    emacs.until(lambda: scripted.heard(told), "the acceptance told")


def test_the_accepted_length_is_reported_in_utf16_from_the_start(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [{"after": "s = ", "texts": ["'𝄞é' + tail"]}])
    emacs.type("s = ")
    emacs.until_ghost("'𝄞é' + tail")
    scripted.say([])
    emacs.type(WORD + WORD)
    emacs.until(lambda: len(scripted.heard("textDocument/didPartiallyAcceptCompletion")) >= 2, "two parts told")
    first, second = scripted.heard("textDocument/didPartiallyAcceptCompletion")[:2]
    taken = emacs.buffer()[len("s = ") :]
    assert first["acceptedLength"] == 1 or first["acceptedLength"] < second["acceptedLength"]
    assert second["acceptedLength"] == len(taken.encode("utf-16-le")) // 2


def test_cycling_asks_for_the_alternatives(edit: Edit) -> None:
    emacs = edit("", [ADD])
    emacs.type("def add(")
    emacs.until_ghost(FIRST)
    for key, start, number in [("n", "x, y)", 2), ("n", "*numbers)", 3), ("n", "a, b)", 1), ("p", "*numbers)", 3)]:
        emacs.type("\x1b" + key)
        emacs.until(
            lambda start=start, number=number: (  # type: ignore[misc]
                emacs.ghost().startswith(start) and emacs.ghost().endswith(f"({number}/3)")
            ),
            f"number {number}",
        )
    emacs.type("\t")
    emacs.until_buffer("def add(*numbers):\n    return sum(numbers)")


def test_dismissed_stays_away_until_something_is_typed(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [ADD])
    emacs.type("def add(")
    emacs.until_ghost(FIRST)
    emacs.type("\x07")  # C-g
    emacs.until_ghost("")
    asked = len(scripted.heard("textDocument/inlineCompletion"))
    emacs.ask("(sit-for 0.3)")  # pace: of the timer that asks for completions
    assert emacs.ghost() == ""
    assert len(scripted.heard("textDocument/inlineCompletion")) == asked
    emacs.type("a")
    emacs.until_ghost(FIRST[1:])


def test_one_acceptance_is_one_undo_step(edit: Edit) -> None:
    emacs = edit("", [ADD, {"after": "a + b", "texts": [" + 0"]}])
    emacs.type("def add(")
    emacs.until_ghost(FIRST)
    emacs.type("\t")
    emacs.until_ghost(" + 0")
    emacs.type("\t")
    emacs.until_buffer("def add(" + FIRST + " + 0")
    emacs.type("!")
    emacs.until_buffer("def add(" + FIRST + " + 0!")
    for left in ("def add(" + FIRST + " + 0", "def add(" + FIRST, "def add("):
        emacs.type(UNDO)
        emacs.until_buffer(left)


def test_text_after_point_that_the_range_covers_is_replaced(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("print()", [{"after": "print(", "texts": ["'hello')"], "replaces": 1}])
    emacs.type("\x02")  # C-b
    emacs.until_ghost("'hello')")
    emacs.terminal.wait_for("print('hello')")
    assert "))" not in emacs.terminal.text()
    scripted.say([], delay_ms=3000)
    emacs.type("'he")
    emacs.until_ghost("llo')")
    emacs.type("\t")
    emacs.until_buffer("print('hello')")


@pytest.mark.parametrize("answer", ["2\r\nz = 3", "2\nz = 3"], ids=["the server's CRLF", "the server's LF"])
def test_a_file_with_crlf_keeps_it(edit: Edit, scripted: Scripted, answer: str) -> None:
    emacs = edit("x = 1\r\ny = ", [{"after": "y = ", "texts": [answer]}])
    emacs.type(" \x7f")
    emacs.until_ghost("2\nz = 3")
    emacs.type("\t")
    emacs.until_buffer("x = 1\ny = 2\nz = 3")
    emacs.type("\x18\x13")  # C-x C-s
    file = scripted.log.parent / "w" / "main.py"
    emacs.until(lambda: file.read_bytes().startswith(b"x = 1\r\ny = 2\r\nz = 3"), "written with CRLF")
    assert "^M" not in emacs.terminal.text()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_multi_byte_text(edit: Edit, scripted: Scripted, encoding: str) -> None:
    rule = {"after": "Größe_𝄞 = '", "texts": ["日本語😀é'\nñ = 1"], "replaces": 1}
    emacs = edit("# 𝄞日本\nGröße_𝄞 = ''", [rule], encoding=encoding)
    emacs.type("\x02")
    emacs.until_ghost("日本語😀é'\nñ = 1")
    emacs.type("日")
    emacs.until_ghost("本語😀é'\nñ = 1")
    emacs.type("\t")
    emacs.until_buffer("# 𝄞日本\nGröße_𝄞 = '日本語😀é'\nñ = 1")
    emacs.type("😀")
    emacs.until(lambda: emacs.buffer().endswith("ñ = 1😀"), "what was typed is in the buffer")
    emacs.until(lambda: scripted.document() == emacs.buffer(), "the server has the same text")


EDITS = [
    ("undo and redo", "abc\x1fxyz"),
    ("kill and yank", "\x1b<\x0b\x19\r\x19"),
    ("transpose, capitalize, fill", "one two three\x1bb\x1bt\x1bb\x1bc\x1bq"),
    ("indent a region", "\x1bxmark-whole-buffer\r\x1bxindent-rigidly\r"),
    ("replace throughout", "\x1b<\x1bxreplace-string\rx\rlonger😀\r"),
    ("comment", "\x1b<\x00\x1b>\x1b;"),
]


@pytest.mark.parametrize("keys", [row[1] for row in EDITS], ids=[row[0] for row in EDITS])
def test_the_server_has_the_same_text_after(edit: Edit, scripted: Scripted, keys: str) -> None:
    emacs = edit("x = 1\ny = 𝄞x\ndef f(x):\n    return x\n", [])
    emacs.type(keys)
    emacs.type("\x1b>!")
    emacs.until(lambda: emacs.buffer().endswith("!"), "all typed")
    emacs.until(lambda: scripted.document() == emacs.buffer(), "the server has the same text")


def test_places_in_a_long_file_are_right(edit: Edit, scripted: Scripted) -> None:
    """Lines are counted from known places nearby; if a count were wrong, the server would have another text."""
    lines = "".join(f"line_{number} = '𝄞é'\n" for number in range(3000))
    emacs = edit(lines, [{"after": "last = ", "texts": ["final"]}])
    emacs.type("last = ")
    emacs.until_ghost("final")
    emacs.type("\t\x1b<")
    emacs.type("\x1bxreplace-string\r_1\r_one line\r")
    emacs.type("\x1b>!")
    emacs.until(lambda: emacs.buffer().endswith("final!"), "all typed")
    emacs.until(lambda: scripted.document() == emacs.buffer(), "the server has the same text")


def test_the_screen(edit: Edit) -> None:
    emacs = edit("import os\n", [ADD], rows=10, columns=60)
    emacs.type("def add(")
    emacs.until_ghost(FIRST)
    expected = ["import os", "def add(a, b):", "    return a + b"]
    emacs.terminal.wait(lambda: emacs.terminal.lines()[:3] == expected, "\n".join(expected))
    assert "Codestral" in emacs.terminal.lines()[8]
    ghost, typed = emacs.terminal.screen.buffer[1][9], emacs.terminal.screen.buffer[1][4]
    assert ghost.data == ","
    assert ghost.fg != typed.fg
