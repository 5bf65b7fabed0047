"""Each cutter and mender alone, in drawn rows: what it removes, and similar text that stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codestral_ls.completion.filters import (
    chain,
    control_tokens,
    duplicate_lines,
    end_of_scope,
    fences,
    indentation,
    line_above,
    line_ends,
    line_limit,
    path_lines,
    repetition,
    too_little,
)
from codestral_ls.completion.filters.balance import imbalance, needs_marks
from codestral_ls.completion.filters.cursor import Cursor, at
from codestral_ls.completion.filters.open_marks import leaves_open
from codestral_ls.completion.trigger import Plan
from support.drawing import drawn


def around(code: str, language: str = "python", lines: int = 12) -> Cursor:
    """The surroundings of the drawn cursor."""
    snapshot = drawn(code, language)
    return at(snapshot, Plan("block" if lines > 1 else "line", lines, 128, snapshot.region()))


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [
        ("│", "a[SUFFIX]b", "a"),
        ("│", "a<|endoftext|>", "a"),
        ("│", "a<fim_middle>", "a"),
        ("│", "a\ufffd", "a"),
        ("│", "\ufeffa", ""),
        ("│", "a\u200bb", "a"),
        ("│", "म\u200dन", None),
        ("x = '[SUFFIX]'\n│", "a[SUFFIX]b", None),
        ("│", "<s>text</s>", None),
        ("│", "list[str]", None),
    ],
)
def test_control_tokens(code: str, text: str, left: str | None) -> None:
    index = control_tokens.cut(text, around(code))
    assert (None if index is None else text[:index]) == left


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [("│", "a\n+++++ b.py\nc", "a"), ("│", "+++++ b.py\nc", ""), ("x = │", "+++++ b", None), ("│", "a +++++ b", None)],
)
def test_path_lines(code: str, text: str, left: str | None) -> None:
    index = path_lines.cut(text, around(code))
    assert (None if index is None else text[:index]) == left


@pytest.mark.parametrize(
    ("language", "code", "text", "left"),
    [
        ("python", "│", "```python\nx = 1\n```\nThat's it.", "x = 1"),
        ("python", "│", "Sure, here it is:\n```\nx = 1\n```", "x = 1"),
        ("markdown", "│", "```python\nx = 1\n```", "```python\nx = 1\n```"),
        ("python", "│", "x = 1\n", "x = 1\n"),
        ("python", "x = │", "Sure, why", "Sure, why"),
        ("python", "# │", "```python\nx = 1\n```\n", "```python\nx = 1\n```\n"),
        ("python", 'x = """\n│\n"""', "```\nx = 1\n```\n", "```\nx = 1\n```\n"),
    ],
)
def test_fences(language: str, code: str, text: str, left: str) -> None:
    cursor = around(code, language)
    index = fences.cut(text, cursor)
    assert fences.mend(text if index is None else text[:index], cursor) == left


@pytest.mark.parametrize(
    ("text", "lines", "left"),
    [
        ("a\nb\nc\nd", 2, "a\nb"),
        ("a\n\n\nb\nc", 2, "a\n\n\nb"),
        ("a\nb", 2, None),
        ("a\r\nb\r\nc", 2, "a\r\nb"),
    ],
)
def test_the_limit_of_lines(text: str, lines: int, left: str | None) -> None:
    index = line_limit.cut(text, around("│", lines=lines))
    assert (None if index is None else text[:index]) == left


def test_a_complete_line_ends_the_answer_that_was_asked_for_it() -> None:
    assert line_limit.cut("\nnext", around("x = 1│\n", lines=1)) == 0


def test_more_lines_may_close_what_those_asked_for_opened() -> None:
    here = around("│", lines=2)
    here = replace(here, plan=replace(here.plan, more_lines=2))
    assert line_limit.cut("f(\n    a,\n    b,\n    c,\n    d,\n    e,\n)\n", here) == len("f(\n    a,\n    b,\n    c,")
    assert line_limit.cut("f(\n    a,\n)\ng()\n", here) == len("f(\n    a,\n)")
    assert line_limit.cut("f()\ng()\nh()\n", here) == len("f()\ng()")


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [
        ("│\nfirst = 1\nsecond = 2\nthird = 3\n", "x = 0\nfirst = 1\nsecond = 2\nthird = 3\n", "x = 0"),
        ("│\nfirst = 1\nsecond = 2\nthird = 3\n", "x = 0\nfirst = 1\nother = 2\nthird = 3\n", None),
        ("│\nbreak;\n", "x = 0\nbreak;\n", "x = 0"),
        ("│\nbreak;\nmore()\nand_more()\n", "x = 0\nbreak;\n", None),
    ],
)
def test_lines_below(code: str, text: str, left: str | None) -> None:
    index = duplicate_lines.cut(text, around(code))
    assert (None if index is None else text[:index]) == left


@pytest.mark.parametrize(
    ("language", "code", "text", "left"),
    [
        ("python", "def f():\n    │\n", "return 1\n\n\ndef g():", "return 1\n\n"),
        ("python", "def f():\n    │\n", 'sql = """\nSELECT 1\n"""\n', None),
        ("python", "x = f(│\n", "\n    a,\n    b,\n)\n", None),
        ("c", "int f() {│\n", "\n    return 1;\n}\nint g() {", "\n    return 1;\n}"),
        ("markdown", "    │\n", "a\nb", None),
        ("makefile", "all:\n\t│\n", "cc a.c\nclean:\n", "cc a.c"),
    ],
)
def test_the_end_of_the_scope(language: str, code: str, text: str, left: str | None) -> None:
    index = end_of_scope.cut(text, around(code, language))
    assert (None if index is None else text[:index]) == left


BLOCK = "if a:\n    b = c()\n    d(b)\n"


@pytest.mark.parametrize(
    ("text", "left"),
    [(BLOCK * 2, BLOCK[:-1]), ("0, " * 30, None), ("a()\n" * 8, None), ("</td>\n</tr>\n</table>\n" * 2, "</td>\n</tr>\n</table>")],
)
def test_a_statement_of_several_lines_is_not_written_twice(text: str, left: str | None) -> None:
    index = repetition.cut(text, around("│"))
    assert (None if index is None else text[:index]) == left


def test_a_loop_is_one_only_where_a_limit_ended_the_answer() -> None:
    cursor = around("│")
    looping = "a()\nb()\n" + "c()\n" * 9
    assert repetition.mend(looping, cursor) == looping
    assert repetition.mend(looping, replace(cursor, ran_out=True)) == "a()\nb()\nc()"
    assert repetition.mend("x = 1\ny = [0, 0, 0, 0, 0, 0, 0", replace(cursor, ran_out=True)) == "x = 1"
    assert repetition.mend("[[1, 0, 0, 0, 0, 0]]", cursor) == "[[1, 0, 0, 0, 0, 0]]"


@pytest.mark.parametrize(
    ("language", "code", "text", "left"),
    [
        ("python", "print(a)\n│\n", "print(a)", ""),
        ("python", "print(a)\n│\n", "print(b)", "print(b)"),
        ("html", "</div>\n│\n", "</div>", "</div>"),
        ("shellscript", "done\n│\n", "done", "done"),
        ("python", "print(a)\nx = │\n", "print(a)", "print(a)"),
        ("python", "x = print(a)\nx = │\n", "print(a)", "print(a)"),
        ("python", "print(a)\n│ # b\n", "print(a)", "print(a)"),
    ],
)
def test_the_line_above(language: str, code: str, text: str, left: str) -> None:
    assert line_above.mend(text, around(code, language)) == left


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [("│\n", "#", ""), ("│\n", '""""""', ""), ("x = │\n", '""', '""'), ("│\n", "# why", "# why"), ("│\n", "''", "")],
)
def test_too_little(code: str, text: str, left: str) -> None:
    assert too_little.mend(text, around(code)) == left


def test_the_beginning_of_a_comment_alone_is_too_little() -> None:
    assert too_little.mend("/*", around("│\n", "c")) == ""
    assert too_little.mend("*/", around("│\n", "c")) == "*/"


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [
        ("x = │\n", "1  \n\n", "1"),
        ("x = │ + 1\n", "1 ", "1 "),
        ("x = 1│\n", "  \ny = 2", "\ny = 2"),
        ("│\n", "  \n", ""),
    ],
)
def test_blanks_at_an_answers_ends(code: str, text: str, left: str) -> None:
    assert line_ends.trim(text, around(code)) == left


def test_line_ends_become_those_of_the_place() -> None:
    assert line_ends.mend("a\nb\r\nc\rd", around("x\r\n│")) == "a\r\nb\r\nc\r\nd"
    assert line_ends.mend("a\nb", around("x\n│")) == "a\nb"


@pytest.mark.parametrize(
    ("language", "code", "text", "left"),
    [
        ("python", "def f():\n    │\n", "    return 1", "return 1"),
        ("python", "def f():\n    │\n", "if a:\n        b", "if a:\n        b"),
        ("python", "def f():\n\t│\n", "if a:\n        b", "if a:\n\t\tb"),
        ("objective-c", "          a│\n", "b,\n          c];\n}", "b,\n          c];\n}"),
        ("python", 'x = """\n  │\n"""\n', "  a", "  a"),
        ("javascript", "  /**\n  │\n   */\n", " * @type", " * @type"),
    ],
)
def test_indentation(language: str, code: str, text: str, left: str) -> None:
    assert indentation.mend(text, around(code, language)) == left


@pytest.mark.parametrize(
    ("language", "text", "is_open"),
    [("python", "f(a", True), ("python", "f('(')", False), ("python", "x = '''a", True), ("plaintext", "f(a", False)],
)
def test_what_a_piece_leaves_open(language: str, text: str, is_open: bool) -> None:
    assert leaves_open(text, language) is is_open


def test_the_balance_of_a_document() -> None:
    cursor = around("(f\n  (g│))\n", "lisp")
    assert imbalance(cursor, " x", 0) == 0
    assert imbalance(cursor, " x)", 0) == 1
    assert imbalance(cursor, " x)", 1) == 0
    assert not needs_marks(cursor, " x)", 1)
    assert needs_marks(around("(f\n  (g (h│)))\n", "lisp"), " x", 1)


@pytest.mark.parametrize(
    ("language", "code", "text", "shown", "over"),
    [
        ("groovy", "choice(['WARN│])\n", "', 'INFO'], name: 'x')", "', 'INFO'], name: 'x')", 2),
        ("erlang", "f([{reduce, _│} Opts]) ->\n", "} = Pair |", "} = Pair |", 1),
        ("cmake", 'if("${CMAKE_│")\n', 'ID}" STREQUAL "x")', 'ID}" STREQUAL "x")', 2),
        ("ini", "x = {│}{packages}\n", "opts} ", "opts} ", 1),
        ("plaintext", "a (b│) c\n", "d) c", "d", 0),
        ("restructuredtext", "the follo│.\n", "wing cases.", "wing cases", 0),
        ("vue", '<span class="a│"{{ b }}</span>\n', 'b">{{ b }}</span>', 'b">', 1),
        ("lisp", "(f\n  (g (h│)))\n", " x)", " x", 0),
    ],
)
def test_without_a_tree_what_the_line_opened_is_taken_over(language: str, code: str, text: str, shown: str, over: int) -> None:
    found = chain.finish(text, around(code, language))
    assert (found.text, found.over) == (shown, over)


def test_a_mark_of_the_document_is_never_taken_over() -> None:
    found = chain.finish('xpect "a"', around('let () =\n  e│";\n', "ocaml"))
    assert found.over == 0
