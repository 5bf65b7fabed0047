"""What became of completions, counted on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.completion.answer import Answer, Item
from codestral_ls.completion.feedback import Feedback
from codestral_ls.completion.tally import SqliteTally
from codestral_ls.documents.snapshot import Snapshot


class Recorder:
    """A tally that keeps events in a list."""

    def __init__(self) -> None:
        self.events: list[tuple[str, int]] = []

    def count(self, event: str, source: str, confidence: float | None, characters: int) -> None:
        self.events.append((event, characters))

    def adjusted(self, prior: float, copied: bool) -> float:
        return prior

    def close(self) -> None:
        self.events.append(("close", 0))


def offered() -> tuple[Feedback, Recorder, Snapshot]:
    recorder = Recorder()
    feedback = Feedback(recorder)
    snapshot = Snapshot.of("value = ", uri="u")
    feedback.offered(snapshot, Answer((Item("7", "compute()", 8, 8),), "hot", confidence=0.55))
    return feedback, recorder, snapshot


def test_each_event_counts_once() -> None:
    feedback, recorder, _ = offered()
    for _ in range(2):
        feedback.shown("7")
        feedback.partially_accepted("7", 4)
        feedback.accepted("7")
    feedback.looked_again("7", "value = compute()\n")
    feedback.looked_again("7", None)
    assert recorder.events == [("shown", 9), ("partially_accepted", 4), ("accepted", 9), ("persisted", 9)]


@pytest.mark.parametrize("item", ["unknown", ""])
def test_unknown_items_are_nothing(item: str) -> None:
    feedback, recorder, _ = offered()
    feedback.shown(item)
    feedback.accepted(item)
    feedback.partially_accepted(item, 3)
    assert recorder.events == []
    assert feedback.document_of(item) is None


@pytest.mark.parametrize(
    ("text", "rejected"), [("value =", True), ("val", True), ("value = c", False), ("other", False), ("", False)]
)
def test_deleting_back_past_the_start_is_a_rejection(text: str, rejected: bool) -> None:
    feedback, _, _ = offered()
    assert bool(feedback.rejected(Snapshot.of(text, uri="u"))) is rejected


def test_an_accepted_answer_is_not_rejected_by_deleting_it() -> None:
    feedback, _, _ = offered()
    feedback.accepted("7")
    assert feedback.rejected(Snapshot.of("value =", uri="u")) == []


def test_counts_survive_and_two_servers_add_up(tmp_path: Path) -> None:
    path = tmp_path / "state" / "acceptance.sqlite3"
    for _ in range(2):
        tally = SqliteTally(path)
        for _ in range(60):
            tally.count("shown", "hot", 0.55, 10)
        tally.close()
    assert SqliteTally(path).adjusted(0.55, copied=False) < 0.2
    assert SqliteTally(path).adjusted(0.55, copied=True) == pytest.approx(0.55)
    assert SqliteTally(path).adjusted(0.25, copied=False) == pytest.approx(0.25)


def test_what_is_always_accepted_is_trusted_more() -> None:
    tally = SqliteTally(None)
    for _ in range(100):
        tally.count("shown", "copied", 0.42, 10)
        tally.count("accepted", "copied", 0.42, 10)
    assert tally.adjusted(0.42, copied=True) > 0.7


@pytest.mark.parametrize("content", [b"not a database at all, but some text", None])
def test_a_broken_or_unwritable_file_only_forgets(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "acceptance.sqlite3"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    tally = SqliteTally(path)
    tally.count("shown", "hot", 0.5, 1)
    tally.close()
    assert tally.adjusted(0.9, copied=True) == pytest.approx(0.9)
