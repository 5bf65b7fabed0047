"""Rules derived from a change, applied to other lines."""

from __future__ import annotations

import pytest

from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.line_tokens import tokens
from codestral_ls.edits.rules import Deletion, Insertion, LineRule, NameRule, Sibling, rules_of


def change(old: str, new: str, above: str = "") -> LineChange:
    return LineChange(
        "file:///a.py", "python", 3, tuple(old.split("\n")) if old else (), tuple(new.split("\n")) if new else (), above
    )


def made(old: str, new: str, other: str, kind: type = LineRule) -> list[str]:
    rules = [rule for rule in rules_of(change(old, new)) if isinstance(rule, kind)]
    results = [rule.applied(other.split("\n")) for rule in rules]
    return ["\n".join(result.lines) for result in results if result is not None]


LINES = [
    (
        "an argument",
        "x = load(path)",
        "x = load(path, strict=True)",
        "config = load(other.path)",
        "config = load(other.path, strict=True)",
    ),
    (
        "a call is wrapped",
        "    self.assertEqual(a, b)",
        "    assert a == b",
        "    self.assertEqual(f(x), y[1])",
        "    assert f(x) == y[1]",
    ),
    ("a keyword before", "  return foo(1)", "  return await foo(1)", "  return bar(2, 3)", "  return await bar(2, 3)"),
    ("a parameter", "def f(a):", "def f(a, key):", "def g(b):", "def g(b, key):"),
    ("another function", "  print(a)", "  log.info(a)", "  print(f(b), c)", "  log.info(f(b), c)"),
    (
        "an import",
        "const a = require('fs')",
        "import a from 'fs'",
        "const path = require('node:path')",
        "import path from 'node:path'",
    ),
    ("fewer arguments", "assertEqual(a, None)", "assertIsNone(a)", "assertEqual(b.c(), None)", "assertIsNone(b.c())"),
    ("a literal", "retry(times=3)", "retry(times=5)", "    retry(times=3, wait=1)", "    retry(times=5, wait=1)"),
]


@pytest.mark.parametrize(("old", "new", "other", "wanted"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_a_line_of_the_same_form_gets_the_same_change(old: str, new: str, other: str, wanted: str) -> None:
    assert wanted in made(old, new, other)


@pytest.mark.parametrize(
    ("old", "new", "other"),
    [
        ("x = load(path)", "x = load(path, strict=True)", "class Load:"),
        ("x = load(path)", "x = load(path, strict=True)", "x = load(path, strict=True)"),
        ("f(a)", "f(a, b)", "f(g(]"),
    ],
)
def test_a_line_of_another_form_stays(old: str, new: str, other: str) -> None:
    assert all(result != other for result in made(old, new, other))
    assert not [result for result in made(old, new, other) if "strict=True, strict" in result]


def test_a_name_is_replaced_wherever_it_is() -> None:
    assert made("total = 1", "amount = 1", "print(total, total + subtotal)", NameRule) == ["print(amount, amount + subtotal)"]


def test_what_has_the_new_form_already_stays() -> None:
    assert made("x = 1", "self.x = 1", "    return self.x", NameRule) == []


def test_removed_lines_are_removed_elsewhere_with_any_indentation() -> None:
    (rule,) = rules_of(change("    print(debug)", ""))
    assert isinstance(rule, Deletion)
    gone = rule.applied(["        print(debug)", "x"])
    assert gone is not None
    assert (gone.count, gone.lines) == (1, ())
    assert rule.applied(["print(other)"]) is None


def test_added_lines_follow_a_line_of_the_same_form() -> None:
    (rule,) = (one for one in rules_of(change("", '    log("first")', "def first():")) if isinstance(one, Insertion))
    assert isinstance(rule, Insertion)
    added = rule.applied(["  def second():", "    pass"])
    assert added is not None
    assert (added.count, added.lines) == (1, ("  def second():", '      log("second")'))
    assert rule.applied(["class Second:"]) is None
    assert rule.applied(["def second():", '    log("second")']) is None


def test_a_lone_bracket_that_went_says_nothing() -> None:
    assert list(rules_of(change("}", ""))) == []


def test_large_and_long_changes_say_nothing() -> None:
    assert list(rules_of(change("\n".join("abcdefg" for _ in range(60)), "\n".join("hijklmn" for _ in range(60))))) == []
    assert list(rules_of(change("a = '" + "x" * 500 + "'", "b = '" + "x" * 500 + "'"))) == []


SIBLINGS = [
    ("a member of an enum, in a table", "    RED = 1", "    GREEN = 2", "    Colour.RED: 'red',", "    Colour.GREEN: 'green',"),
    ("a field, in a call", "    name: str", "    email: str", "        name=row['name'],", "        email=row['email'],"),
    ("an import, in a list", "from a import Circle", "from a import Square", '    "Circle",', '    "Square",'),
]


@pytest.mark.parametrize(("above", "new", "other", "wanted"), [row[1:] for row in SIBLINGS], ids=[row[0] for row in SIBLINGS])
def test_a_sibling_of_a_name_is_added_next_to_it_elsewhere(above: str, new: str, other: str, wanted: str) -> None:
    (rule,) = (one for one in rules_of(change("", new, above)) if isinstance(one, Sibling))
    found = rule.applied([other, ")"])
    assert found is not None
    assert found.lines == (other, wanted)
    assert rule.applied([other, wanted]) is None, "it is there already"
    assert rule.applied([other.rstrip(","), "return 1"]) is None, "no list"


@pytest.mark.parametrize(
    ("above", "new"),
    [
        ("    RED = 1", "    BLUE = 2 + 1"),
        ("    x = 1", "    x = 2"),
        ("", "    GREEN = 2"),
        ("a = b", "c = d"),
        ("alpha = beta", "gamma = delta"),
    ],
    ids=["another form", "no other name", "nothing above", "two names", "two long names"],
)
def test_lines_that_are_not_siblings(above: str, new: str) -> None:
    assert not [one for one in rules_of(change("", new, above)) if isinstance(one, Sibling)]


@pytest.mark.parametrize(
    ("old", "new", "line", "wanted"),
    [
        ("x", "self.x", "y = self.x", None),
        ("x", "self.x", "x = self.x", "self.x = self.x"),
        ("x", "self.x", "f(x, self.x, x)", "f(self.x, self.x, self.x)"),
        ("x", "f(x)", "f(x) + x", "f(x) + f(x)"),
        ("a.b", "a.b.c", "a.b.c + a.b", "a.b.c + a.b.c"),
        ("a.b", "c.a.b", "c.a.b - a.b", "c.a.b - c.a.b"),
        ("a.b", "c", "a.b.a.b", "c.c"),
        ("x", "y", "xx = x1", None),
    ],
)
def test_a_name_gives_way_where_it_is_not_new_already(old: str, new: str, line: str, wanted: str | None) -> None:
    found = NameRule(tokens(old), tokens(new)).applied([line, "next"])
    assert (found and found.lines) == ((wanted,) if wanted else None)


@pytest.mark.parametrize(
    ("old", "new", "anchor"),
    [
        ("x.load(a)", "x.load(a, b)", "load"),
        ("f(g(a))", "f(g(a), b)", "f"),
        ("f(g(a))", "f(g(a, b))", "g"),
        ("long.name(g[1](a))", "long.name(g[1](a), b)", "name"),
        ("y = [a]", "y = [a, b]", "a"),
        ("x = ab", "x = ab + 1", "ab"),
        ("(ab", "!(ab", "ab"),
        ("load(short, longest)", "load()", "longest"),
        ("()", "(!)", None),
    ],
)
def test_the_word_by_which_lines_of_the_same_form_are_found(old: str, new: str, anchor: str | None) -> None:
    assert [rule.anchor for rule in rules_of(change(old, new)) if isinstance(rule, LineRule)] == ([anchor] if anchor else [])


def test_the_names_that_give_way() -> None:
    (rule,) = (one for one in rules_of(change("f(a, b, 1)", "f(c, b, g(2))")) if isinstance(one, LineRule))
    assert rule.names == ("a", "1")
    assert NameRule(("a",), ("b",)).names == ("a",)
    assert NameRule(("a", "."), ("b",)).names == ()


@pytest.mark.parametrize(("lines", "says"), [(8, True), (9, False)])
def test_how_many_lines_are_repeated(lines: int, says: bool) -> None:
    went = [one for one in rules_of(change("\n".join(["print(1)"] * lines), "")) if isinstance(one, Deletion)]
    came = [one for one in rules_of(change("", "\n".join(["print(1)"] * lines), "def f():")) if isinstance(one, Insertion)]
    assert (bool(went), bool(came)) == (says, says)


@pytest.mark.parametrize(("went", "says"), [("abc(1)", True), ("a = 1", False), ("------", False), ("x\nabc(12)", True)])
def test_a_deletion_has_to_say_something(went: str, says: bool) -> None:
    assert bool([one for one in rules_of(change(went, "")) if isinstance(one, Deletion)]) is says


def test_a_name_is_no_longer_than_twelve_tokens() -> None:
    for count, says in ((6, True), (7, False)):
        old, new = "+".join(f"a{n}" for n in range(count)), "+".join(f"b{n}" for n in range(count))
        assert any(len(one.old) == 2 * count - 1 for one in rules_of(change(old, new)) if isinstance(one, NameRule)) is False
        whole = [one for one in rules_of(change(old.replace("+", "*"), "b")) if isinstance(one, NameRule)]
        assert bool(whole) is says
