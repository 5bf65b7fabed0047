"""Which request is next, and what a batch consists of."""

from __future__ import annotations

from typing import Any

import pytest

from codestral_ls.host.answer_run import EngineRequest, Run
from codestral_ls.host.drafting import LONGEST, BatchRowCost, lookup
from codestral_ls.host.scheduler import Queue, QueueFullError, compose, step_tokens, to_suspend
from support.models.host_fakes import FakeVocabulary

VOCABULARY = FakeVocabulary()


def run(number: Any, priority: int = 0, client: str = "", length: int = 10, evaluated: int = 0, sampled: int = 0) -> Any:
    made = Run(EngineRequest([5] * length, priority=priority, client=client), lambda output: None, VOCABULARY, number=number)
    made.evaluated, made.sampled = evaluated, sampled
    return made


def decoding(number: Any, priority: int = 0) -> Any:
    return run(number, priority, evaluated=9, sampled=1)


def order_of(queue: Any) -> Any:
    out = []
    while (item := queue.pop()) is not None:
        out.append(item.number)
    return out


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([(1, 2, "a"), (2, 1, "a"), (3, 0, "a")], [3, 2, 1]),
        ([(1, 0, "a"), (2, 0, "a"), (3, 0, "b")], [1, 3, 2]),
        ([(1, 0, "a"), (2, 0, "a"), (3, 0, "a"), (4, 0, "b"), (5, 0, "c")], [1, 4, 5, 2, 3]),
        ([(1, 2, "a"), (2, 2, "b"), (3, 0, "a")], [3, 2, 1]),
    ],
)
def test_urgent_first_then_whoever_was_served_longest_ago(runs: Any, expected: Any) -> None:
    queue = Queue()
    for number, priority, client in runs:
        queue.add(run(number, priority, client))
    assert order_of(queue) == expected


def test_a_full_priority_refuses_but_another_does_not() -> None:
    queue = Queue(most=2, most_per_client=2)
    for number in (1, 2):
        queue.add(run(number, 2, str(number)))
    with pytest.raises(QueueFullError):
        queue.check(2, "c")
    queue.check(0, "c")


def test_one_client_cannot_fill_the_queue() -> None:
    queue = Queue(most=9, most_per_client=1)
    queue.add(run(1, client="a"))
    with pytest.raises(QueueFullError):
        queue.check(0, "a")
    queue.check(0, "b")


@pytest.mark.parametrize(
    ("waiting", "running", "gives_way"),
    [(0, [2, 1, 2], 3), (0, [0, 0], None), (1, [0, 2], 2), (2, [2], None), (1, [1, 0], None)],
)
def test_who_gives_way(waiting: Any, running: Any, gives_way: Any) -> None:
    runs = [run(number, priority) for number, priority in enumerate(running, start=1)]
    found = to_suspend(run(9, waiting), runs)
    assert (found.number if found else None) == gives_way


@pytest.mark.parametrize(
    ("runs", "share", "expected"),
    [
        pytest.param([], False, [], id="nobody"),
        pytest.param([run(1, length=900)], False, [(1, 512)], id="a prefill alone takes the batch"),
        pytest.param([decoding(1), run(2, length=900)], False, [(1, 1), (2, 100)], id="beside a decode it is 25 ms long"),
        pytest.param([decoding(1, 2), run(2, 2, length=900)], False, [(1, 1), (2, 511)], id="nobody reads batch work along"),
        pytest.param([decoding(1), decoding(2)], False, [(1, 1), (2, 1)], id="decodes go together"),
        pytest.param([decoding(1, 2), run(2, 0, length=20)], False, [(2, 20)], id="less urgent ones wait"),
        pytest.param([decoding(1, 2), decoding(2, 0)], True, [(1, 1), (2, 1)], id="or ride along on a GPU"),
        pytest.param([decoding(1, 2), run(2, length=900)], True, [(1, 1), (2, 511)], id="who rides along slows nobody"),
        pytest.param([run(1, 0, length=20), run(2, 0, length=900)], False, [(1, 20), (2, 492)], id="two prefills share"),
        pytest.param([run(1, 0, length=1), run(2, length=900)], False, [(1, 1), (2, 511)], id="a prefill of one is no decode"),
    ],
)
def test_compose(runs: Any, share: Any, expected: Any) -> None:
    parts = compose(runs, capacity=512, rate=4000.0, share=share)
    assert [(part.run.number, part.count) for part in parts] == expected


@pytest.mark.parametrize(
    ("rate", "capacity", "expected"), [(100_000.0, 512, 512), (1_200.0, 512, 300), (20.0, 512, 128), (20.0, 64, 64)]
)
def test_a_batch_takes_a_quarter_of_a_second(rate: float, capacity: int, expected: int) -> None:
    assert step_tokens(rate, capacity) == expected


@pytest.mark.parametrize(
    ("tokens", "count", "expected"),
    [
        ([1, 2, 3, 4, 5, 1, 2, 3], 2, [4, 5]),
        ([1, 2, 3, 4, 5, 1, 2, 3], 9, [4, 5, 1, 2, 3]),
        ([1, 2, 3, 9, 1, 2, 3, 8, 1, 2, 3], 1, [8]),
        ([7, 7, 7, 7, 7], 2, [7]),
        ([1, 2], 4, []),
        ([1, 2, 3, 4], 4, []),
        ([1, 2, 3, 1, 2, 3], 0, []),
        ([0x01000000, 1, 0x00010000, 5, 1, 0x00010000, 0x0100], 4, []),
    ],
)
def test_lookup_copies_what_followed_last_time(tokens: Any, count: Any, expected: Any) -> None:
    assert lookup(tokens, count) == expected


def test_guessing_pays_by_the_measured_cost_of_a_row() -> None:
    assert BatchRowCost(slope=0.0).length(0.9) == LONGEST
    assert BatchRowCost(slope=0.0).length(0.0) == 0
    assert BatchRowCost(slope=1.0).length(0.9) == 0
    assert 0 < BatchRowCost(slope=0.2).length(0.7) < LONGEST


def test_the_pace_is_learned() -> None:
    pace = BatchRowCost()
    for _ in range(100):
        pace.book(1, 0.001)
        pace.book(5, 0.005)
    assert pace.slope == pytest.approx(1.0, abs=0.05)
    pace.book(1, 10.0)
    assert pace.single < 0.002


def test_one_slow_batch_does_not_stop_guessing() -> None:
    pace = BatchRowCost()
    for rows in (1, 2, 2, 2):
        pace.book(rows, 0.01)
    pace.book(2, 1.0)
    assert pace.length(2 / 3) > 0


def test_guessing_is_tried_again_after_it_looked_dear() -> None:
    pace = BatchRowCost()
    for _ in range(50):
        pace.book(1, 0.001)
        pace.book(5, 0.005)
    assert pace.length(2 / 3) == 0
    waited = 0
    while pace.length(2 / 3) == 0 and waited < 1_000:
        pace.book(1, 0.001)
        waited += 1
    assert 50 < waited < 500
