"""Parts of the filters that recognise repeated text and closing marks, each tested alone."""

from __future__ import annotations

import pytest

from codestral_ls.completion.filters import (
    candidates,
    duplicate_lines,
    overlap,
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


BELOW = "│\nfirst = 1\nsecond = 2\nthird = 3\n"


@pytest.mark.parametrize(
    ("code", "text", "left"),
    [
        (BELOW, "x = 0\r\nfirst = 1\r\nsecond = 2\r\nthird = 3\r\n", "x = 0"),
        (BELOW, "x = 0\nfirst = 1\nsecond = 2\nthird = 3\n", "x = 0"),
        (BELOW, "first = 1\nsecond = 2\nthird = 3\n", ""),
        (BELOW, "first = 1\nsecond = 2\nthird = 3", None),
        ("fir│\nfirst = 1\nsecond = 2\n", "st = 1\nsecond = 2\n", ""),
        ("fir│\nfirst = 1\nsecond = 2\n", "st = 1\n\nsecond = 2\n", ""),
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
        ("a]\n[b", "]", 0, 0),
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
        ('x = f("│", ordinary_name)\n', 'a", ordinary_name)', overlap.Cut('a"', 1, False)),
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


@pytest.mark.parametrize(
    ("repeated", "following", "language", "evident"),
    [
        (", a, b, c, d)", ", a, b, c, d)\n", "python", False),
        (", alpha, beta)", ", alpha, beta)\n", "python", True),
        ("\nabcd", "\nabcdef\n", "python", True),
        ("\nabc", "\nabcdef\n", "python", False),
        ("\nabc", "\nabc\n", "python", True),
        ("\nabc", "\nabc", "python", True),
        ("\n)", "\n)\n", "python", False),  # the tree shows whose mark it is
        ("\n)", "\n)\n", "text", True),
    ],
)
def test_what_cannot_be_repeated_by_chance(repeated: str, following: str, language: str, evident: bool) -> None:
    assert overlap._is_evident(repeated, following, around("x = │\n", language)) is evident
