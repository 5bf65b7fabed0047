"""Opening and closing marks without a partner, and which marks after the cursor an editor has closed."""

from __future__ import annotations

import pytest

from codestral_ls.documents.fragments import LONGEST, fragment
from codestral_ls.documents.marks import Mark, mark_of, unmatched
from codestral_ls.documents.tails import open_quote, opened_on, tail_of


@pytest.mark.parametrize(
    ("token", "mark"),
    [
        ("(", "("),
        ("${", "{"),
        ("#{", "{"),
        ('f"""', '"""'),
        ("rb'", "'"),
        ("name", None),
        ("", None),
        ("a(", None),
        ("\\\\\\\\\\\\(", None),
    ],
)
def test_mark_of_a_token(token: str, mark: str | None) -> None:
    assert mark_of(token) == mark


@pytest.mark.parametrize(
    ("marks", "closers", "openers"),
    [
        ("()", "", ""),
        ("([)", ")", "(["),
        (")](", ")]", "("),
        ("''\"", "", '"'),
        ("{'}'", "}", "{"),
    ],
)
def test_marks_without_a_partner(marks: str, closers: str, openers: str) -> None:
    found = unmatched(Mark(index, mark) for index, mark in enumerate(marks))
    assert "".join(mark.mark for mark in found.closers) == closers
    assert "".join(mark.mark for mark in found.openers) == openers


def test_marks_are_those_of_the_tree_and_not_of_the_text() -> None:
    tree = fragment("python", "f('(', \"[\")  # {\n")
    assert tree is not None
    assert unmatched(tree.marks(0, len(tree.text))) == unmatched([])


def test_a_fragment_of_a_language_without_a_grammar_or_too_long_has_no_tree() -> None:
    assert fragment("plaintext", "f(") is None
    assert fragment("python", "x = 1\n" * LONGEST) is None


@pytest.mark.parametrize(
    ("line", "closers", "count"),
    [
        ("f(", ")", 1),
        ("f(a", "))", 1),
        ("", ")", 0),
        ("x", '";', 0),
        ("f(g(", "));", 3),
        ('print("', '")', 2),
        ('x = f"{', '}"', 2),
        ("don't say (", ")", 1),
        ("f('a', ['b", "'])", 3),
        ('"""', '"""', 3),
        ('f("(', '")', 2),
        ("a < b, Vec<", ">", 1),
        ("{ ", " }", 2),
        ("f(a)", ")", 0),
        ("'\\'", "'", 1),
    ],
)
def test_an_editor_closes_what_the_line_opened(line: str, closers: str, count: int) -> None:
    assert opened_on(line, closers) == count


@pytest.mark.parametrize(
    ("line", "quote"), [("f('a', 'b", "'"), ("it's", ""), ('f"{', '"'), ("`a ${b} ", "`"), ("`${", "`"), ('"""a', '"""'), ("", "")]
)
def test_the_quote_that_is_open(line: str, quote: str) -> None:
    assert open_quote(line) == quote


@pytest.mark.parametrize(("rest", "tail"), [(" )", " )"), ("  )", ""), ("\t}", ""), ("    end", ""), (" ", "")])
def test_the_indentation_of_another_line_is_no_tail(rest: str, tail: str) -> None:
    assert tail_of(rest) == tail
