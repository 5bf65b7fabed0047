"""Parts of the filters by themselves: steps of indentation, brackets that an editor closed, lines below."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codestral_ls.completion.filters import (
    balance,
    candidates,
    chain,
    cursor,
    duplicate_lines,
    end_of_scope,
    indentation,
    overlap,
    repetition,
    style,
)
from codestral_ls.completion.filters.cursor import Cursor, at
from codestral_ls.completion.filters.open_marks import marks_of
from codestral_ls.completion.filters.taken_over import taken_over
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


BELOW = "│\nfirst = 1\nsecond = 2\nthird = 3\n"


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [
        (BELOW, "x = 0\r\nfirst = 1\r\nsecond = 2\r\nthird = 3\r\n", "x = 0"),
        (BELOW, "x = 0\nfirst = 1\nsecond = 2\nthird = 3\n", "x = 0"),
        (BELOW, "first = 1\nsecond = 2\nthird = 3\n", ""),
        (BELOW, "first = 1\nsecond = 2\nthird = 3", None),
        ("fir│\nfirst = 1\nsecond = 2\n", "st = 1\nsecond = 2\n", ""),
        ("│\n)\n}\n]\n", "x\n)\n}\n]\n", None),
        ("│\nvalue = some_function(1,2)\nb = 222\nccc\n", "y\nvalue = some_function(1, 2)\nb = 222\nccc\n", "y"),
        ("│\nx = f(1,2)\nb = 222\nccc\n", "y\nx = f(1, 2)\nb = 222\nccc\n", None),
        ("first = 1│\nfirst = 1\nsecond = 2\nthird = 3\n", "\nsecond = 2\nthird = 3\n", ""),
        ("│\nfirst = 1\nsecond = 2\n", "x\n\nfirst = 1\n\nsecond = 2\n", "x\n"),
        ("│\nfirst = 1\nsecond = 2\n" + "\n" * 12 + "x\n", "x\nfirst = 1\nsecond = 2\n", None),
    ],
)
def test_three_lines_that_are_those_below(code: str, text: str, left: str | None) -> None:
    index = duplicate_lines.cut(text, around(code))
    assert (None if index is None else text[:index]) == left


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [
        ("x = │ + 1\nvalue = 2\n", "3\nvalue = 2", None),
        ("f(│)\nvalue = 2\n", "a)\nvalue = 2", "a)"),
        ("│\nvalue = 2\n", "x\nvalue = 2", "x"),
        ("│\nvalue = 2\n", "x\nyy\nzzz\nvalue = 2", "x\nyy\nzzz"),
        ("│\nvalue = 2\nother = 3\n", "x\nvalue = 2\noth", None),
        ("│\nvalue = 2\nother_long = 3\n", "x\nvalue = 2\nother_lo", "x"),
        ("│\nvalue = 2\n", "x\nvalue = 2\ny = 1", None),
        ("│\n)\n", "x\n)", None),
        ("│\n12\n34\n", "x\n12\n34", "x"),
        ("val│\nvalue = 2\n", "ue = 2", ""),
        ("│\nab\n", "x\nab", None),
        ("│\nabc\n", "x\nabc", "x"),
        ("│\n1\n)\n", "x\n1\n)", None),
        ("# a│\n#\n# b\n", "c\n#", "c"),
        ("# a│\n####\n", "c\n####", "c"),
        ("# a│\n#####\n", "c\n#####", None),
    ],
)
def test_an_end_that_is_the_lines_below(code: str, text: str, left: str | None) -> None:
    index = overlap.repeated_lines(text, around(code))
    assert (None if index is None else text[:index]) == left


@pytest.mark.parametrize(
    ("text", "tail", "opened", "taken"),
    [
        ("a", ")", 1, 0),
        ("a)", ")", 1, 1),
        ("f(a)", ")", 1, 0),
        ("f(a))", ")", 1, 1),
        ("a)", ");", 1, 1),
        ("a);", ");", 2, 2),
        ("a\nb)", ")", 1, 1),
        ("a)\nb(", "))", 1, 1),
        ("don't)", ")", 1, 1),
        ('abc"""', '"""', 3, 3),
        ('abc"', '"""', 3, 1),
        ('x "y" z")', '")', 2, 2),
        ("a->b)", ")", 0, 1),
        ("a > b>", ">", 1, 1),
        ("a, b] }", "] }", 1, 3),
        ("a;", ";", 0, 1),
        ("x", ";", 0, 0),
        ("don't)", ")", 0, 1),
        ('a"b', '"', 1, 1),
        ("a->b", ">", 1, 0),
        ("a});", "} );", 3, 4),
        ("a;x", "};", 1, 0),
        ("a}", ")}", 1, 0),
        ("a) + (b", ")", 1, 1),
        ("a) + (b", ")", 0, 0),
        ("it's a 'b)", "')", 1, 0),
        ("a\n[b]", "]", 0, 0),
        ("a]\n[b]", "]", 0, 1),
        ("a]\nb", "];", 1, 1),
        ("f(a < b)", ")", 1, 0),
        ("f(a < b))", ")", 1, 1),
        ("a ]", "  ]", 2, 3),
        ("'a')", "')", 2, 2),
        ("a]\nb)", "])", 0, 1),
        ("a] + [b", "]", 0, 0),
        ("a} + {b", "}", 0, 0),
        ("a < b)", ")", 0, 1),
        ("a]\nf(", "])", 0, 1),
        ("a)\nb[", ")]", 0, 1),
        ('a) + "b', ')]"', 0, 1),
    ],
)
def test_how_much_of_the_tail_is_written(text: str, tail: str, opened: int, taken: int) -> None:
    assert taken_over(text, tail, True, opened) == taken


@pytest.mark.parametrize(
    ("code", "text", "overs"),
    [("f([(│)])\n", "a)])", [3, 1, 2]), ("f([(│)])\n", "a", []), ("f([(│) ])\n", "a) ]", [4, 1, 3])],
)
def test_the_whole_tail_is_tried_first(code: str, text: str, overs: list[int]) -> None:
    assert [one.over for one in candidates.over_the_tail(text, around(code))] == overs


@pytest.mark.parametrize(("after", "closes"), [("a */", True), ("/* a */", False), ("a", False), ("*/ /* b", True), ("", False)])
def test_whether_a_comment_ends_that_was_not_begun(after: str, closes: bool) -> None:
    assert candidates._closes(after, "/*", "*/") is closes


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("x = f(│, completely_ordinary)\n", "a, completely_ordinary)", overlap.Cut("a", None, True)),
        ("│\nvalue = 2\n", "x\nvalue = 2", overlap.Cut("x", None, False)),
        ("│\nvalue_of_something = 2\n", "x\nvalue_of_something = 2", overlap.Cut("x", None, True)),
        ("│\nvalue_of_something = f(1,2)\n", "x\nvalue_of_something = f(1, 2)", overlap.Cut("x", None, True)),
        ("x = │ + other\n", "1 + other", overlap.Cut("1", None, False)),
        ("x = │\n", "1", None),
        ("x = │\n\n\ny = 2\n", "1\n\n", None),
    ],
)
def test_how_sure_a_repeat_is(code: str, text: str, expected: overlap.Cut | None) -> None:
    assert overlap.evident(text, around(code)) == expected


@pytest.mark.parametrize(
    ("text", "marks"), [(")", True), (");", True), ('>"', True), ("; ", False), ("a)", False), (" ", False), ("", False)]
)
def test_what_is_marks_alone(text: str, marks: bool) -> None:
    assert overlap.is_marks(text) is marks


@pytest.mark.parametrize("character", "a1_é{~ .-")
def test_letters_of_a_word(character: str) -> None:
    assert overlap._is_of_word(character) is (character in "a1_é")


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


@pytest.mark.parametrize(
    ("text", "following", "index"),
    [
        ("abc", "abcdef", None),
        ("a)", ")", None),
        ("x)", ")\n", None),
        ("x)\n", ")\nfoo", 1),
        ("abcdefghijklmn", "lmn", None),
        ("ab long_enough_text", "long_enough_text", 3),
        ("long_enoug long_enough_te", "long_enough_text", 11),
        ("x long_enough_ long_enough_text", "long_enough_text", 15),
        ("long_enough_text", "long_enough_text", 0),
        (" long_enough_ long_enough_text", "long_enough_text", 14),
        ("eleven_char", "eleven_chars", None),
        ("x twelve_chars", "twelve_chars + 1", 2),
    ],
)
def test_where_an_end_meets_the_text_after_it(text: str, following: str, index: int | None) -> None:
    assert overlap._meets(text, following) == index


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
    ("line", "even"),
    [
        *((line, True) for line in ('"a" "b"', '""""', "f(x)", "{[(<>)]}", "")),
        *((line, False) for line in ('"', "a<b", "f(x", "a]", '"a" "')),
    ],
)
def test_a_line_that_closes_what_it_opens(line: str, even: bool) -> None:
    assert balance._is_even(line) is even


def test_the_first_lines_of_an_answer() -> None:
    whole = "\n\na = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6\ng = 7\nh = 8"
    lines = [len(one.text.split("\n")) - 2 for one in candidates.shortened(whole, around("│\n"))]
    assert lines == [7, 6, 4, 1]
    assert [one.text for one in candidates.shortened("a = f(\n    b,\n    c)", around("│\n"))] == [
        "a = f(\n    b,", "a = f(\n    b,\n)", "a = f(\n    b,)", "a = f(", "a = f(\n)", "a = f()"
    ]  # fmt: skip
    assert list(candidates.shortened("a = 1", around("│\n"))) == []


@pytest.mark.parametrize(
    ("line", "below", "is_last", "same"),
    [
        ("value = 2", "value = 2 ", False, True),
        ("value = 2", "value = 3", False, False),
        ("value_of", "value_of_x", True, True),
        ("value_of", "value_of_x", False, False),
        ("value_o", "value_of_x", True, False),
        ("value = some_f(1, 2)", "value = some_f(1,2)", False, True),
        ("x = f(1, 2)", "x = f(1,2)", False, False),
    ],
)
def test_two_lines_that_are_one(line: str, below: str, is_last: bool, same: bool) -> None:
    assert overlap._same(line, below, is_last) is same


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [
        ("x = f(│, b)\n", "a, b)\nmore()", "a"),
        ("x = f(│, b)\n", "a, b)", None),
        ("x = f(│, b)\n", "a, c)\nmore()", None),
        ("x = f(│)\n", "abcd)\nmore()", "abcd"),
        ("x = │\n", "a\nb", None),
    ],
)
def test_a_first_line_that_writes_the_rest(code: str, text: str, left: str | None) -> None:
    assert overlap.first_line(text, around(code)) == left


@pytest.mark.parametrize(
    ("code", "text", "cuts"),
    [
        ("x = f(│, b)\n", "a, b)", ["a"]),
        ("x = f(│, bcd, e)\n", "a, bcd", ["a"]),
        ("x = f(│)\n", "a)", ["a"]),
        ("│\nvalue = 2\n", "x\nval", ["x"]),
        ("x = │ + other\n", "1 + other", ["1"]),
        ("x = f(│, b)\n", "a", []),
        ("x = f(│, bcd, e)\n", "a, bcd\ny", []),
    ],
)
def test_where_an_answer_may_meet_what_follows(code: str, text: str, cuts: list[str]) -> None:
    assert list(overlap.possible(text, around(code))) == cuts


@pytest.mark.parametrize(
    ("language", "code", "text", "left"),
    [
        ("python", "x = │ + other\n", "1 + other", "1 "),
        ("python", "x = f(│, b)\nnext = 1\n", "a, b)\nnext = 1", "a"),
        ("python", "x = f(│, b)\nnext = 1\n", "a_long_name, b)\nnext = 1", "a_long_name"),
        ("python", "x = f(│, b)\nnext = 1\n", "a, b)\nother = 1", None),
        ("python", "x = f(│)\n", "a)", None),
        ("python", "x = │ + 1\n", "2", None),
        ("text", "1, │2, 3\n", "5, 2, 3", "5, "),
        ("text", "a │5\n", "b 5", None),
    ],
)
def test_the_rest_of_the_line_once_more(language: str, code: str, text: str, left: str | None) -> None:
    index = overlap._rest_of_line(text, around(code, language))
    assert (None if index is None else text[:index]) == left


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [
        ("value = │\n", "value = 3", "3"),
        ("    value =│\n", "value = 3", " 3"),
        ("value = │\n", "value= 3", "value= 3"),
        ("return │\n", "return x", "return x"),
        ("if one and │\n", "if one and two", "two"),
        ("assert value │\n", "assert value is None", "is None"),
        ("x = │\n", "x = 1", "x = 1"),
        ("xy = │\n", "xy = 3", "3"),
        ("value == │\n", "value == 1", "value == 1"),
    ],
)
def test_the_beginning_of_the_line_once_more(code: str, text: str, left: str) -> None:
    assert overlap.without_beginning(text, around(code)) == left


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("│\n", "f([1", [("f([1])", 0), ("f([1\n])", 0)]),
        ("│\n", "x = {\n    1,", [("x = {\n    1,\n}", 0), ("x = {\n    1,}", 0)]),
        ("│\n", "x = f(\n    a", [("x = f(\n    a\n)", 0), ("x = f(\n    a)", 0)]),
        ("f(│)\n", "[a", [("[a]", 0), ("[a]", 1), ("[a\n]", 0), ("[a\n]", 1)]),
        ("│\n", 'f("a ', [('f("a ")', 0), ('f("a\n")', 0)]),
        ("x = │ + 1\n", "f(a", []),
        ("│\n", "f(a)", []),
    ],
)
def test_open_marks_that_are_closed(code: str, text: str, expected: list[tuple[str, int]]) -> None:
    here = around(code)
    assert [(one.text, one.over) for one in candidates.closed(text, marks_of(text, here), here)] == expected


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
        # the cursor is half a step in: the answer writes the other half
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


@pytest.mark.parametrize(
    ("code", "text", "taken"),
    [
        ("(\nx = a│) + 1\n", "b)", 1),
        ("(\nx = a│) + 1\n", "b) * c", 0),
        ("x = f(a│) + 1\n", "b) * c", 1),
        ("(\nx = a│)\n", "b) * c", 1),
        ("(\n│)\n", "b)", 0),
    ],
)
def test_marks_before_other_code(code: str, text: str, taken: int) -> None:
    assert candidates.taken_here(text, around(code)) == taken


@pytest.mark.parametrize(
    ("language", "code", "text", "cuts"),
    [
        ("c", "/*\n * a│\n */\n", " b */", [" b"]),
        ("c", "/*\n * a│\n */\n", " b */ /* c", [" b"]),
        ("c", "/*\n * a│\n */\n", "/* b */", []),
        ("c", "/*\n * a│\n", " b */", []),
        ("c", "f(│);\n", "a)), (b", ["a)"]),
        ("python", "f(│, b)\n", "a, b)\nc", ["a"]),
    ],
)
def test_an_answer_cut_before_a_mark_that_follows(language: str, code: str, text: str, cuts: list[str]) -> None:
    found = candidates.fewer(text, around(code, language))
    assert list(dict.fromkeys(one.text for one in found)) == cuts


@pytest.mark.parametrize(
    ("language", "code", "text", "closed"),
    [
        ("c", "  │\n", "/* a", ["/* a\n   */", "/* a */"]),
        ("html", "  │\n", "<!-- a ", ["<!-- a\n  -->", "<!-- a -->"]),
        ("ocaml", "│\n", "(* a", ["(* a\n*)", "(* a *)"]),
        ("c", "  │\n", "/* a */", []),
        ("c", "│ b;\n", "/* a", []),
        ("python", "│\n", "/* a", []),
    ],
)
def test_a_comment_that_is_closed(language: str, code: str, text: str, closed: list[str]) -> None:
    found = list(candidates._comments_closed(text, around(code, language)))
    assert [one.text for one in found] == closed
    assert all((one.over, one.name) == (0, "closers") for one in found)


@pytest.mark.parametrize(("text", "name"), [(" b */)", "repeated_closers"), (" b */ c", "shortened"), (" b */", "shortened")])
def test_a_cut_that_loses_closing_marks_alone_is_called_so(text: str, name: str) -> None:
    assert {one.name for one in candidates.fewer(text, around("/*\n * a│\n */\n", "c"))} == {name}


def test_the_beginning_of_the_line_is_left_out_as_a_mend() -> None:
    assert next(candidates.mends("xy = 3", around("xy = │\n"))) == candidates.Candidate("3", 0, "overlap")


def test_in_a_large_file_some_thousand_characters_are_near() -> None:
    lines = [f"line_{number} = {number}" for number in range(3_000)]
    text = "\n".join(lines)
    offset = text.index("line_1500 ") + 4
    here = around(f"{text[:offset]}│{text[offset:]}")
    assert cursor.NEAR <= len(here.before) < cursor.NEAR + 20
    assert here.before.startswith("line_")
    assert len(here.after) == cursor.NEAR
