"""Typing becomes changes: one change for each place, in the order of typing."""

from __future__ import annotations

import random

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.history import MOST_HUNKS, History

URI = "file:///a.py"


def snapshot(text: str, uri: str = URI) -> Snapshot:
    return Snapshot.of(text, 0, "python", uri)


def changes(*texts: str) -> list[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    history = History()
    for text in texts:
        history.look(snapshot(text))
    return [(one.start, one.old, one.new) for one in history.changes()]


def test_typing_in_one_place_is_one_change() -> None:
    told = changes("a\nfoo(1)\nb\n", "a\nfoo(1,)\nb\n", "a\nfoo(1, 2)\nb\n")
    assert told == [(1, ("foo(1)",), ("foo(1, 2)",))]


def test_places_are_reported_in_the_order_of_the_edits() -> None:
    told = changes("a\nb\nc\nd\ne\n", "a\nb\nc\nD\ne\n", "A\nb\nc\nD\ne\n")
    assert told == [(3, ("d",), ("D",)), (0, ("a",), ("A",))]


def test_undone_text_is_not_a_change() -> None:
    assert changes("a\nb\n", "a\nX\n", "a\nb\n") == []


def test_added_and_removed_lines_are_whole_lines() -> None:
    assert changes("a\nb\n", "a\nnew\nb\n") == [(1, (), ("new",))]
    assert changes("a\nb\nc\n", "a\nc\n") == [(1, ("b",), ())]


def test_windows_line_endings_are_no_part_of_a_line() -> None:
    assert changes("a\r\nb\r\n", "a\r\nB\r\n") == [(1, ("b",), ("B",))]


def test_a_document_that_was_closed_is_forgotten() -> None:
    history = History()
    history.opened(snapshot("a\n"))
    history.look(snapshot("b\n"))
    history.closed(URI)
    assert history.changes() == []


def test_changes_always_lead_from_the_first_text_to_the_last() -> None:
    for seed in range(150):
        draw = random.Random(seed)
        lines = [draw.choice(["x = 1", "y = f(x)", "", "    return", "z"]) for _ in range(40)]
        first = list(lines)
        history = History()
        history.look(snapshot("\n".join(lines)))
        for _ in range(draw.randint(1, MOST_HUNKS - 2)):
            at = draw.randrange(len(lines))
            lines[at : at + draw.randint(0, 2)] = [draw.choice(["n = 2", "f()", ""]) for _ in range(draw.randint(0, 2))]
            history.look(snapshot("\n".join(lines)))
        redone = list(lines)
        for change in sorted(history.changes(), key=lambda one: one.start, reverse=True):
            assert tuple(redone[change.start : change.end]) == change.new
            redone[change.start : change.end] = change.old
        assert redone == first, seed


def test_old_hunks_become_a_part_of_the_text() -> None:
    lines = [f"line {number}" for number in range(100)]
    history = History()
    history.look(snapshot("\n".join(lines)))
    for number in range(0, 60, 3):
        lines[number] += " changed"
        history.look(snapshot("\n".join(lines)))
    told = history.changes()
    assert len(told) == MOST_HUNKS
    assert told[-1].new == ("line 57 changed",)
    assert told[-1].old == ("line 57",)
