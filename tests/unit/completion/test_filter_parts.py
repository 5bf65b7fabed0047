"""Parts of the filters, each tested alone: steps of indentation, brackets that an editor closed, the lines below."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codestral_ls.completion.filters import (
    balance,
    chain,
    cursor,
    end_of_scope,
    indentation,
    repetition,
    style,
)
from codestral_ls.completion.filters.cursor import Cursor, at
from codestral_ls.completion.trigger import Plan
from support.drawing import drawn


def around(code: str, language: str = "python") -> Cursor:
    """The surroundings of the drawn cursor."""
    snapshot = drawn(code, language)
    return at(snapshot, Plan("block", 12, 128, snapshot.region()))


@pytest.mark.parametrize(
    ("near", "kinds", "step"),
    [
        ("      a\n        b\n" * 3, {"space"}, 2),
        ("a\n    b\n        c\n", {"space"}, 4),
        ("a\n  b\n      c\n", {"space"}, 2),
        ("a\n   b\n      c\n", {"space"}, 3),
        ("a\n        b\n    c\n", {"space"}, 8),
        ("a\n\tb\n  c\n", {"space", "tab"}, None),
        ("a\n b\n", set(), None),
        ("a\n  \n", set(), None),
        ("", set(), None),
    ],
)
def test_the_steps_of_indentation(near: str, kinds: set[str], step: int | None) -> None:
    found, width = style._seen(near)
    assert (sorted(found), width) == (sorted(kinds), step)


@pytest.mark.parametrize(
    ("text", "offset", "newline"),
    [
        ("a\nb", 2, "\n"),
        ("a\r\nb", 3, "\r\n"),
        ("a\rb", 2, "\r"),
        ("a\r\nb", 2, "\r\n"),
        ("ab\r\nc", 0, "\r\n"),
        ("ab\rc", 0, "\r"),
        ("ab\nc", 1, "\n"),
        ("a\r\nb\nc", 4, "\r\n"),
        ("\nb", 1, "\n"),
        ("ab", 1, None),
    ],
)
def test_the_line_end_of_a_place(text: str, offset: int, newline: str | None) -> None:
    assert style._newline_at(text, offset) == newline


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("a = │\n", "x", []),
        ("│\n", "  ", []),
        ("def f():\n    x = 1\n    │\n", "y\n    z", ["    y\n        z"]),
        ("def f():\n    x = 1\n    │\n", "    y\n        z", ["y\n    z"]),
        ("def f():\n    x = 1\n│\n", "y\nz", ["    y\n    z", "        y\n        z"]),
        ("def f():\n        │\n", "y\nz", []),
    ],
)
def test_the_levels_that_an_answer_may_have(code: str, text: str, expected: list[str]) -> None:
    assert list(indentation.shifted(text, around(code))) == expected


@pytest.mark.parametrize(
    ("language", "code", "text", "left"),
    [
        ("python", "if a│\n", ":\n    b\nc", ":\n    b"),
        ("python", "if a:│\n", "\n    b\nc", "\n    b"),
        ("python", "if a:│\n", "\n    b\n)\nc", "\n    b\n)"),
        ("python", "if a:│ # b\n", "\n    b\nc", None),
        ("python", "│\n", "x = 1\ny = 2", None),
        ("python", "    │\n", "x = 1\n    y = 2\nz", "x = 1\n    y = 2"),
        ("python", "    │\n", "x = 1\r\n    y = 2\r\nz", "x = 1\r\n    y = 2"),
        ("python", "    │\n", "x = f(\nz", None),
        ("python", "    │\n", "x\n  \n\n    y\n  z", "x\n  \n\n    y"),
        ("python", '    x = """│\n', "a\nb\n", None),
        ("python", "\t│\n", "x\n    y\n   z", "x\n    y"),
        ("python", "    x│\n", " = 1", None),
        ("javascript", "if (a) │\n", "{\n  b();\n}\nc();", "{\n  b();\n}"),
        ("javascript", "if (a) │\n", "{\n  b();\n}", None),
        ("javascript", "  │\n", "a();\n  b();\n}\nx", "a();\n  b();"),
        ("text", "│\n", "a\nb", None),
    ],
)
def test_where_a_scope_ends(language: str, code: str, text: str, left: str | None) -> None:
    index = end_of_scope.cut(text, around(code, language))
    assert (None if index is None else text[:index]) == left


def test_steps_far_from_the_cursor_do_not_count() -> None:
    far = "x = 1\n" * (style.NEAR // 6 + 1)
    for code in (f"a│\n{far}if a:\n  b\n", f"if a:\n  b\n{far}a│\n"):
        assert (around(code).style.width, around(code).style.used) == (None, frozenset())


def test_what_is_near_the_cursor() -> None:
    lines = [f"line_{number} = {number}" for number in range(30)]
    text = "\r\n".join(lines)
    here = around(text.replace("line_10 = 10", "line_10│ = 10"))
    assert (here.line_before, here.line_after, here.line_above) == ("line_10", " = 10", "line_9 = 9")
    assert here.lines_below == tuple(lines[11 : 11 + cursor.LINES_BELOW])
    assert not here.ends_below
    assert around("a\n\n  \n│b\nc").line_above == "a"
    assert around("a\t\n│b").line_above == "a\t"
    assert around("a\n\n  \n│b\nc").lines_below == ("c",)
    assert around("a\n\n  \n│b\nc").ends_below
    assert around("│").line_above == ""
    assert around("x = 1\n    y│").base_indent == "    "
    assert around("  y│").indent_at("a\n    b\nc", 7) == "    "
    assert around("  y│").indent_at("a\n    b\nc", 0) == "  "


@pytest.mark.parametrize(
    ("language", "code", "text", "left"),
    [
        ("python", "def f():\n    x = 1\n    │\n", " y", "y"),
        ("python", "class A:\n    def f(self):\n        │\n", "        return 1", "return 1"),
        ("python", "def f():\n    │\n", "if a:\n\tb", "if a:\n    b"),
        ("go", "func f() {\n\t│\n}\n", "if a {\n    b\n}", "if a {\n\t\tb\n\t}"),
        ("javascript", "function f() {\n  │\n}\n", "if (a) {\n    b;\n}", "if (a) {\n    b;\n}"),
        ("python", "x = f(\n    a,\n    │\n)\n", "b,\n    c", "b,\n    c"),
        ("python", "x = f(a,\n    │\n)\n", "    b", "b"),
        ("python", "def f():\n    x = 1\n    │\n", "        y\n        z", "y\n        z"),
        ("python", "class A:\n    def f(self):\n    │\n", "    return 1", "    return 1"),
        ("python", "# a\n    │\n", "    # b", "# b"),
        ("python", "  x = 1\n│\n", "    y = 2", "  y = 2"),
        ("python", "  x = 1\n │\n", "    y = 2", " y = 2"),
        ("python", "    x = 1\n│\n", "    y = 2", "    y = 2"),
        ("python", "    x = f(1,\n│\n", "        y = 2", "        y = 2"),
        ("python", "    x = 1\n│\n", "\ty = 2", "\ty = 2"),
        ("javascript", "  a();\n│\n", "    b();", "    b();"),
        ("javascript", "function f() {\n  a();\n  │\n}\n", "  b();", "b();"),
        ("javascript", "function f() {\n  a();\n  │\n    c();\n}\n", "  b();", "  b();"),
        ("javascript", "if (a) {\n    │\n}\n", "    c();\n        d();", "    c();\n        d();"),
        ("javascript", "if (a) {\n    b();\n    │\n}\n", " c();", "c();"),
        ("javascript", "/*\n * a\n │\n */\n", " * b", " * b"),
        ("go", "func f() {\n\tif a {\n\t\t│\n\t}\n}\n", "\t\tb()", "b()"),
        ("html", "<div>\n  <br/>\n  │\n", "  a", "a"),
        ("html", "<div>\n  <p>\n  │\n", "  a", "  a"),
        ("html", "<div>\n  <p>\n  </p>\n  │\n", "  a", "a"),
        ("python", "    x = f(1\n│\n", "        + 2)", "        + 2)"),
        ("python", "   x = 1\n │\n", "   y = 2", "  y = 2"),
        ("python", "x = 1\n │\n", " y", " y"),
        ("python", "class A:\n    def f(self):\n        │\n", "    return 1", "    return 1"),
        # the cursor is in the middle of a step: the answer writes the other half
        ("python", "if a:\n    b = 1\nx = 1\n  │\n", "  c", "  c"),
        ("python", "if a:\n    b = 1\nx = 1\n      │\n", "      c", "      c"),
        ("python", "if a:\n    b = 1\nx = 1\n   │\n", "   c", "c"),
        # steps of another width, where the closing line shows which level the model assumed
        ("javascript", "if (a) {\n  if (b) {\n    │\n  }\n}\n", "if (c) {\n    d;\n}", "if (c) {\n      d;\n    }"),
        ("javascript", "if (a) {\n  │\n}\nif (b) {\n  c;\n}\n", "if (c) {\n        d;\n    }", "if (c) {\n    d;\n  }"),
        ("javascript", "if (a) {\n  if (b) {\n    │\n  }\n}\n", "if (c) {\n        d;\n    }", "if (c) {\n        d;\n    }"),
        ("javascript", "if (a) {\n  if (b) {\n    │\n  }\n}\n", "if (c) {\n  d;\n}", "if (c) {\n  d;\n}"),
        ("javascript", "if (a) {\n  │\n}\nif (b) {\n  c;\n}\n", "if (c) {\n            d;\n    }", "if (c) {\n    d;\n  }"),
        ("javascript", "if (a) {\n  │\n}\nif (b) {\n  c;\n}\n", "  d;", "d;"),
        ("javascript", "if (a) {\n  if (b) {\n    │\n  }\n}\n", "if (c) {\n   d;\n}", "if (c) {\n   d;\n}"),
    ],
)
def test_an_answer_of_another_indentation(language: str, code: str, text: str, left: str) -> None:
    assert indentation.mend(text, around(code, language)) == left


@pytest.mark.parametrize(
    ("text", "ran_out", "left"),
    [
        ("a1\nb2\nc3\n" * 2, False, "a1\nb2\nc3"),
        ("a1\nb2\nc3\nd4\ne5\nf6\n" * 2, False, "a1\nb2\nc3\nd4\ne5\nf6"),
        ("a1\nb2\nc3\nd4\ne5\nf6\ng7\n" * 2, False, None),
        ("z\n" + "a1\nb2\nc3\n" * 2, False, "z\na1\nb2\nc3"),
        ("a1\nb2\n" * 4, False, None),
        ("a1\nb2\na1\n" * 2, False, None),
        ("a1\nb2\nc3\na1\nb2\nc", False, None),
        ("a1\nb2\nc3\na1\nb2\nc3", False, None),
        ("}\n}\n}\na1\nb2\nc3\na1\nb2\nc3\n", False, "}\n}\n}\na1\nb2\nc3"),
    ],
)
def test_a_block_twice_in_a_row(text: str, ran_out: bool, left: str | None) -> None:
    index = repetition.cut(text, replace(around("│"), ran_out=ran_out))
    assert (None if index is None else text[:index]) == left


def test_a_last_line_that_still_grows_is_no_repeat_yet() -> None:
    written = "a = 1\nb = 2\nc = x\na = 1\nb = 2\nc = x"
    here = around("│")
    assert chain.cut(written, here) is None
    assert chain.cut(written + " + 1\n", here) is None
    assert chain.cut(written + "\n", here) == (17, "repetition")
    assert repetition.mend(written, here) == "a = 1\nb = 2\nc = x"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a()\n" * 3, "a()"),
        ("a()\n" * 2, "a()\n" * 2),
        ("a()\nb()\n" * 3, "a()\nb()"),
        ("z\nab, ab, ab, ab, a", "z"),
        ("z\nab, ab, ab, a", "z\nab, ab, ab, a"),
        ("z\nab, ab, ab, ab, and more than that", "z\nab, ab, ab, ab, and more than that"),
        ("ab, ab, ab, ab, a", ""),
        ("z\n        ", "z\n        "),
        ("a1\nb1\nb1\nb1\nb1\nb1\n" * 3, "a1\nb1"),
        ("z\nab, ab, ab, ab, ab, and\n", "z\nab, ab, ab, ab, ab, and\n"),
        ("z\nab, ab, ab, ab, and more", "z\nab, ab, ab, ab, and more"),
    ],
)
def test_a_loop_that_a_limit_ended(text: str, left: str) -> None:
    assert repetition.mend(text, replace(around("│"), ran_out=True)) == left
    assert repetition.mend(text, around("│")) == text


@pytest.mark.parametrize(
    ("code", "text", "shown", "fired"),
    [
        ("x = │\n", "1[SUFFIX]2", "1", ("control_tokens",)),
        ("x = │\n", "", "", ("blank",)),
        ("x = │\n", "1\r\n", "1", ("line_ends",)),
        ("x = f(│)\n", ")", "", ("nothing_new",)),
        ("x = 1\n│\ny = 2\n", "= ) ( =", "", ("unsound",)),
        ("│\n", "#", "", ("too_little",)),
        ("│\n", "a()\n" * 14, "a()", ("line_limit", "repetition")),
        ("│\n", "a()\n" * 4 + "[SUFFIX]", "a()\n" * 3 + "a()", ("control_tokens", "line_ends")),
    ],
)
def test_what_becomes_of_an_answer(code: str, text: str, shown: str, fired: tuple[str, ...]) -> None:
    found = chain.finish(text, around(code))
    assert (found.text, found.fired) == (shown, fired)


def test_the_first_end_counts() -> None:
    assert chain.cut("a\nb[SUFFIX]c\n+++++ d.py\n", around("│")) == (3, "control_tokens")
    assert chain.cut("a\n+++++ d.py\nb[SUFFIX]", around("│")) == (1, "path_lines")
    assert chain.cut("a\nb", around("│")) is None


def test_a_block_at_the_cursors_indentation() -> None:
    assert repetition.cut("a1\n    b2\n    c3\n    a1\n    b2\n    c3\n", around("    │")) == len("a1\n    b2\n    c3")
    assert repetition.cut("a1\nb2\nc3\na1\nb2\nc3\n", around("x = │")) == len("a1\nb2\nc3")


def test_an_answer_in_a_kind_of_indentation_that_lines_nearby_have_is_left() -> None:
    here = at(drawn("if a:\n    b\n│\n"), around("│").plan, 4, False)
    assert indentation.mend("if c:\n    d", here) == "if c:\n    d"


def test_in_a_large_file_some_thousand_characters_are_near() -> None:
    lines = [f"line_{number} = {number}" for number in range(3_000)]
    text = "\n".join(lines)
    offset = text.index("line_1500 ") + 4
    here = around(f"{text[:offset]}│{text[offset:]}")
    assert cursor.NEAR <= len(here.before) < cursor.NEAR + 20
    assert here.before.startswith("line_")
    assert len(here.after) == cursor.NEAR


@pytest.mark.parametrize(
    ("code", "text", "over", "brackets", "quotes"),
    [
        ("f(│)\n", "a", 0, 0, 0),
        ("f(│)\n", "a)", 0, 1, 0),
        ("f(│)\n", "a)", 1, 0, 0),
        ("f(│)\n", "[a", 0, 1, 0),
        ("f(│)\n", "[{a", 0, 2, 0),
        ("x = '│'\n", "a'", 0, 0, 1),
        ("x = '│'\n", "a'", 1, 0, 0),
        ("x = '│\ny = '\n", "a", 0, 0, 1),
        ('x = "│\ny = "\n', "a", 0, 0, 0),
        ("it's\nx = '│'\n", "a", 0, 0, 0),
        ('it"s\nx = "│"\n', "a", 0, 0, 1),
    ],
)
def test_what_is_too_many(code: str, text: str, over: int, brackets: int, quotes: int) -> None:
    assert balance.imbalance(around(code), text, over) == brackets
    assert balance.odd_quotes(around(code), text, over) == quotes


@pytest.mark.parametrize(
    ("code", "text", "taken", "needs"),
    [
        ("f(│)\n", "a", 1, True),
        ("f(│)\n", "a)", 1, False),
        ("f(│)\n", "g(a\n", 1, False),
        ("f(│)\n", "a)\n    b(\n    c", 1, True),
        ("f(g(│))\n", "a)", 2, False),
        ("x = [(│)]\n", "1), (2", 1, True),
        ("if (│) {\n", "a) {\n  b();\n}\nif (c", 1, True),
        ("(\nf(│)\n", "a)", 1, True),
        ("(\nf(│)\n", "a", 1, True),
        ('(\nx = "│"\n', 'a"', 1, False),
        ("(\nx = <│>\n", "a>", 1, False),
    ],
)
def test_whether_the_marks_after_the_cursor_are_the_answers_own(code: str, text: str, taken: int, needs: bool) -> None:
    assert balance.needs_marks(around(code, "javascript"), text, taken) is needs


@pytest.mark.parametrize(
    ("line", "even"),
    [
        *((line, True) for line in ('"a" "b"', '""""', "f(x)", "{[(<>)]}", "")),
        *((line, False) for line in ('"', "a<b", "f(x", "a]", '"a" "')),
    ],
)
def test_a_line_that_closes_what_it_opens(line: str, even: bool) -> None:
    assert balance._is_even(line) is even
