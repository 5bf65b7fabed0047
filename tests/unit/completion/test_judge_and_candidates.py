"""How an answer goes into the document: the judge's choice, the candidates' order, overlap, taken-over marks and tails, drawn."""

from __future__ import annotations

import pytest

from codestral_ls.completion.filters import candidates, overlap
from codestral_ls.completion.filters.cursor import Cursor, at
from codestral_ls.completion.filters.judge import judged
from codestral_ls.completion.filters.open_marks import marks_of
from codestral_ls.completion.filters.taken_over import taken_over
from codestral_ls.completion.trigger import Plan
from codestral_ls.documents.tails import LONGEST, closers_of, tail_of
from support.drawing import drawn


def around(code: str, language: str) -> Cursor:
    """The surroundings of the drawn cursor."""
    snapshot = drawn(code, language)
    return at(snapshot, Plan("block", 12, 128, snapshot.region()))


@pytest.mark.parametrize(
    ("language", "code", "text", "expected"),
    [
        ("python", "x = f(│)\n", "a, b", ("a, b", 0)),
        ("python", "x = f(│)\n", "a, b)", ("a, b)", 1)),
        ("python", "x = [│]\n", "1, 2", ("1, 2", 0)),
        ("python", "x = │\n", "[[1, 0, 0, 0]]", ("[[1, 0, 0, 0]]", 0)),
        ("javascript", "f(│);\n", "a);", ("a);", 2)),
        ("rust", "let v: Vec<│>;\n", "u8>", ("u8>", 1)),
        ("python", "# Don't │\n", "call this", ("call this", 0)),
        ("text", "It is (│)\n", "so", ("so", 0)),
        ("text", "It is (│)\n", "so)", ("so)", 1)),
    ],
)
def test_judged(language: str, code: str, text: str, expected: tuple[str, int]) -> None:
    chosen = judged(text, around(code, language))
    assert chosen is not None
    assert (chosen.text, chosen.over) == expected


def test_what_makes_a_sound_document_unsound_is_not_shown() -> None:
    assert judged("= ) ( =", around("x = 1\n│\ny = 2\n", "python")) is None


def test_without_a_tree_nothing_is_mended() -> None:
    chosen = judged("f((", around("│\n", "text"))
    assert chosen is not None
    assert (chosen.text, chosen.over, chosen.name) == ("f((", 0, "")


def test_the_first_candidate_is_the_answer_as_it_is() -> None:
    assert [one.over for one in candidates.first("a", around("f(│)\n", "python"))] == [0]
    assert [one.over for one in candidates.first("a)", around("f(│)\n", "python"))] == [1, 0]


def test_missing_closers_are_a_candidate() -> None:
    cursor = around("│\n", "python")
    found = [one.text for one in candidates.closed("f([1", marks_of("f([1", cursor), cursor)]
    assert "f([1])" in found


@pytest.mark.parametrize(
    ("language", "code", "text", "expected"),
    [
        ("python", "x = 1\n│\nreturn_value = compute(x)\n", "y = 2\nreturn_value = compute(x)", "y = 2"),
        ("python", "x = │\n", "5", None),
        ("python", "│\nresult = 1\n", "result = 1", ""),
    ],
)
def test_evident(language: str, code: str, text: str, expected: str | None) -> None:
    cut = overlap.evident(text, around(code, language))
    assert (cut and cut.text) == expected


def test_the_beginning_of_the_line_is_not_written_twice() -> None:
    assert overlap.without_beginning("const name = user.name", around("const name = │\n", "javascript")) == "user.name"


def test_an_end_within_the_rest_of_the_line_is_for_the_tree_to_judge() -> None:
    assert "a" in list(overlap.possible("a, b", around("f(│, b)\n", "python")))


@pytest.mark.parametrize(
    ("text", "tail", "expected"),
    [("name", ")", 0), ("name)", ")", 1), ("f(a)", ")", 0), ("f(a))", ")", 1), ('a")', '")', 2), ("a);", ");", 2), ("", ")", 0)],
)
def test_taken_over(text: str, tail: str, expected: int) -> None:
    assert taken_over(text, tail) == expected


@pytest.mark.parametrize(
    ("rest", "tail", "closers"),
    [
        (")", ")", ")"),
        ("  ", "", ""),
        (") + 1", "", ")"),
        ('"""', '"""', '"""'),
        (">", ">", ">"),
        ('}")', '}")', '}")'),
        (")" * (LONGEST + 1), "", ")" * LONGEST),
    ],
)
def test_tails(rest: str, tail: str, closers: str) -> None:
    assert (tail_of(rest), closers_of(rest)) == (tail, closers)
