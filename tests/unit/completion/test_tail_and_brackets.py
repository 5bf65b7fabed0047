"""Auto-closed marks and balanced brackets."""

from __future__ import annotations

import pytest

from codestral_ls.completion.filters.lexical import brackets, unmatched
from codestral_ls.completion.filters.tail import with_tail
from codestral_ls.documents.languages import language_for


@pytest.mark.parametrize(
    ("text", "tail", "whole"),
    [
        ("a, b)", ")", "a, b)"),
        ("a, b", ")", "a, b)"),
        ("f(a)", ")", "f(a))"),
        ("f(a))", ")", "f(a))"),
        ('lo")', '")', 'lo")'),
        ("lo", '")', 'lo")'),
        ("lo", '"', 'lo"'),
        ("x];", "];", "x];"),
        ("x]", "];", "x];"),
        ("", ")", ""),
        ("a", "", "a"),
        ('say ")" loud")', '")', 'say ")" loud")'),
        ("1,", ",", "1,"),
    ],
)
def test_tail(text: str, tail: str, whole: str) -> None:
    assert with_tail(text, tail) == whole


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("python", "f('(', \"[\") # {", "()"),
        ("python", '"""( [ """ {}', "{}"),
        ("javascript", "a(`${'('}`) // )", "()"),
        ("rust", "fn f<'a>(x: &'a str) {}", "(){}"),
        ("c", '/* ( */ "\\"(" []', "[]"),
    ],
)
def test_brackets_outside_strings_and_comments(language: str, text: str, found: str) -> None:
    assert "".join(bracket for _, bracket in brackets(text, language_for(language))) == found


def test_unmatched() -> None:
    closers, openers = unmatched(")(][", language_for("python"))
    assert [bracket for _, bracket in closers] == [")", "]"]
    assert [bracket for _, bracket in openers] == ["(", "["]


def test_a_string_goes_on_behind_a_backslash_at_the_lines_end() -> None:
    for ending in ("\n", "\r\n", "\r"):
        text = f"call('one \\{ending}two {{' + three[0"
        assert [bracket for _, bracket in brackets(text, language_for("python"))] == ["(", "["]
