"""The number of threads adapts to the machine: simulated decode steps while other programs use some of the cores."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from codestral_ls.host.threads import Threads, candidates, interpolated, to_measure

Cost = Callable[[int, float], float]


def alone(count: int, _now: float) -> float:
    """The time of a step without other programs: 1 ms with one thread; two threads are 1.5 times as fast, four twice."""
    return 0.001 * count**-0.55  # type: ignore[no-any-return]


def shared_by(busy: float) -> Cost:
    """Two cores, of which other programs use ``busy``: threads that share a core wait for each other for milliseconds."""

    def cost(count: int, _now: float) -> float:
        return alone(count, 0) * (1.3 if count == 1 else 40.0) if count > 2 - busy else alone(count, 0)

    return cost


def run(threads: Threads, cost: Cost, steps: int, now: float = 0.0) -> tuple[float, list[int]]:
    """The time of ``steps`` decode steps that start at ``now``, and the number of threads in each of them."""
    began, used = now, []
    for _ in range(steps):
        count = threads.choose("decode", now)
        seconds = cost(count, now)
        now += seconds
        threads.book("decode", count, seconds, now)
        used.append(count)
    return now - began, used


def measured(counts: tuple[int, ...], cost: Cost, others: Callable[[], float] = lambda: 0.0) -> Threads:
    threads = Threads(counts, others)
    threads.measured("decode", {count: cost(count, 0.0) for count in to_measure(counts)})
    return threads


def test_numbers_worth_trying() -> None:
    assert [candidates(cores) for cores in (0, 1, 2, 4)] == [(1,), (1,), (1, 2), (1, 2, 3, 4)]
    assert candidates(16) == (1, 2, 3, 4, 6, 8, 12, 15, 16)
    assert to_measure(candidates(16)) == (16, 8, 4, 2, 1)


def test_what_was_not_measured_lies_between_its_neighbours() -> None:
    known = {1: 8.0, 4: 2.0}
    assert interpolated(known, 2) == pytest.approx(4.0)
    assert interpolated(known, 8) == 2.0
    assert interpolated({2: 3.0}, 1) == 3.0


def test_a_number_that_the_user_gave_is_never_changed() -> None:
    threads = Threads((2,), lambda: 2.0)
    assert threads.fixed
    assert set(run(threads, shared_by(2), 300)[1]) == {2}


@pytest.mark.parametrize("others_known", [True, False])
@pytest.mark.parametrize("busy", [0.0, 1.0, 2.0])
def test_never_slower_than_the_better_of_one_thread_and_all_cores(busy: float, others_known: bool) -> None:
    cost = shared_by(busy)
    threads = measured((1, 2), alone, (lambda: busy) if others_known else (lambda: 0.0))
    taken, _ = run(threads, cost, 5000)
    better = min(sum(cost(count, 0.0) for _ in range(5000)) for count in (1, 2))
    assert taken <= 1.1 * better


def test_lowered_within_a_few_steps_and_raised_again() -> None:
    threads = measured((1, 2), alone)
    taken, used = run(threads, alone, 50)
    assert used[-1] == 2
    _, used = run(threads, shared_by(2), 40, now=taken)
    assert used.count(2) <= 3
    assert threads.lowered
    _, used = run(threads, alone, 300, now=taken + 20.0)
    assert used[-20:].count(2) >= 19  # one of them may be a trial
    assert not threads.lowered


def test_a_model_that_is_faster_with_one_thread_gets_one() -> None:
    def tiny(count: int, _now: float) -> float:
        return 0.0002 * (1 + 0.5 * (count - 1))

    _, used = run(measured((1, 2), tiny), tiny, 400)
    assert used.count(1) >= 395


def test_a_wrong_measurement_is_corrected_by_trials() -> None:
    threads = Threads((1, 2))
    threads.measured("decode", {1: 0.001, 2: 0.0011})  # measured while the machine was busy
    _, used = run(threads, alone, 3000)
    assert used[-1] == 2


def test_cores_that_others_take_are_left_to_them() -> None:
    free = [0.0]
    threads = measured(candidates(8), alone, lambda: free[0])
    counts = []
    for free[0] in (0.0, 0.3, 1.0, 5.0, 8.0, 20.0):
        counts.append(threads.choose("decode", 0.0))
    assert counts == [8, 8, 7, 3, 1, 1]
    assert threads.choose("prefill", 0.0) == 1


def test_a_longer_prompt_does_not_cause_fewer_threads() -> None:
    threads = measured((1, 2), alone)
    step = iter(range(10_000))

    def growing(count: int, now: float) -> float:
        return alone(count, now) * (1 + next(step) / 500)

    _, used = run(threads, growing, 2000)
    assert used.count(2) >= 1970


def test_measurements_that_other_work_disturbed_are_not_believed() -> None:
    threads = Threads((1, 2))
    threads.measured("decode", {1: 3.0, 2: 0.001})
    assert threads.phase("decode").cost[2] >= 0.45
    threads.measured("decode", {2: 5.0, 1: 0.001})
    assert threads.phase("decode").cost[2] < 3.0


def test_what_no_core_was_free_for_is_estimated() -> None:
    threads = Threads(candidates(4))
    threads.measured("decode", {1: 0.004})
    cost = threads.phase("decode").cost
    assert [round(cost[count], 2) for count in (1, 2, 4)] == [1.0, 0.71, 0.5]
    threads.measured("prefill", {})
    assert threads.phase("prefill").usual == 0.0
