"""How an answer goes into the document: the judge's choice, the order of candidates, overlap, taken-over marks, tails.

Drawn rows.
"""

from __future__ import annotations

import pytest

from codestral_ls.completion.filters import candidates, judge, overlap
from codestral_ls.completion.filters.candidates import Candidate
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


def judging(code: str, language: str = "python") -> judge._Judge:
    """The judge of the answers at the drawn cursor."""
    cursor = around(code, language)
    tree = cursor.snapshot.tree()
    assert tree is not None
    return judge._Judge(cursor, tree)


AS_IT_IS, OVER = Candidate("a) # b", 0, ""), Candidate("a) # b", 1, "")


@pytest.mark.parametrize(
    ("texts", "best"),
    [(["(a", "a b", "a"], "a"), (["a", "b"], "a"), (["a b", "b c"], "a b"), (["a b)\ng(c d", "a b"], "a b"), ([], None)],
)
def test_the_first_of_those_with_the_fewest_errors_is_the_best(texts: list[str], best: str | None) -> None:
    found = judging("f(│)\n").best([Candidate(text, 0, "") for text in texts])
    assert (found and found.text) == best


def test_an_editors_mark_in_a_comment_of_the_answer_counts_as_an_error() -> None:
    found = judging("f(│)\n")
    assert found.best([AS_IT_IS, OVER]) == OVER
    assert found.errors == {AS_IT_IS: 1, OVER: 0}
    assert judging("f(│);\n", "c").best([Candidate("a); //", 1, "")]) == Candidate("a); //", 1, "")


@pytest.mark.parametrize(
    ("code", "text", "over", "lost"),
    [
        ("f((│))\n", "a) # b", 1, 1),
        ("f((│))\n", "a)) # b", 2, 0),
        ("f((│))\n", "a", 0, 0),
        ("x = 1\nf((│)  )\n", "a) # b", 1, 1),
        ("f(│):\n", "a) # b", 1, 0),  # no editor put a colon there
    ],
)
def test_a_mark_that_became_part_of_a_comment_is_lost(code: str, text: str, over: int, lost: int) -> None:
    found = judging(code)
    offset = code.index("│")
    edited = found._tree.try_edit(offset, offset + over, text, 1_000.0)
    assert edited is not None
    assert found._lost(Candidate(text, over, ""), edited) == lost


def test_when_time_is_over_the_best_so_far_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "TOTAL_MS", -1.0)
    assert judging("f(│)\n").best([Candidate("a b", 0, ""), Candidate("a", 0, "")]) == Candidate("a b", 0, "")


@pytest.mark.parametrize(
    ("code", "text", "over", "breaks"),
    [
        ("y = │\nx = = 1\n", "'a", 0, True),
        ("y = │\nx = = 1\n", "'a'", 0, False),
        ("y = │\nx = = 1\n", "(a", 0, False),  # a string cannot end here
        ("y = '│'\nx = = 1\n", "'a'", 0, True),
        ("y = '│'\nx = = 1\n", "a'", 1, False),
        ("y = │\n", "'a", 0, False),  # the tree shows it, as the document is sound
        ("y = │\nx = = 1\n" + "z = 1\n" * 1_990, "'a", 0, True),
        ("y = │\nx = = 1\n" + "z = 1\n" * 2_000, "'a", 0, False),  # trying would take too long
    ],
)
def test_whether_an_answer_breaks_a_broken_document_further(code: str, text: str, over: int, breaks: bool) -> None:
    assert judging(code).breaks(Candidate(text, over, "")) is breaks


CLOSED, CUT = Candidate("1)", 0, "closers"), Candidate("1", 0, "shortened")


@pytest.mark.parametrize(
    ("code", "best"),
    [
        ("x = (│\n", CLOSED),
        ("y = = 1\nx = (│\n", CUT),  # still broken with the marks, so which errors remain is chance
        ("x = │\n", CUT),
    ],
)
def test_marks_are_added_to_a_broken_document_if_that_makes_it_sound(code: str, best: Candidate) -> None:
    assert judging(code).shortened([], [CLOSED, CUT]) == best


def test_what_is_no_worse_than_a_broken_document_is_shown_as_it_is_written() -> None:
    chosen = judged("})\n}\n\nobject B {", around("  List(1).map { x => x }.head\n  }\n}\n\nobject B {│\n", "scala"))
    assert chosen is not None
    assert chosen.text == "})\n}"


@pytest.mark.parametrize(("fewer", "text", "balanced"), [("a)", "a))", True), ("a", "a + b", True), ("(a", "(a)", False)])
def test_whether_brackets_are_no_worse_for_what_was_left_out(fewer: str, text: str, balanced: bool) -> None:
    assert judge._is_balanced_by(Candidate(fewer, 0, ""), text, around("f(│)\n", "python")) is balanced
