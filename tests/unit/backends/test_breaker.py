"""When a failing backend gets no more requests, and which requests are sent again."""

from __future__ import annotations

import pytest

from codestral_ls.backends.base import Priority
from codestral_ls.backends.breaker import Breaker
from codestral_ls.backends.retry import seconds_before_retry
from codestral_ls.errors import (
    BackendBusy,
    BackendConnectionLost,
    BackendError,
    BackendNeedsKey,
    BackendProtocolError,
    BackendRefused,
    BackendTimeout,
    BackendUnavailable,
)


class Now:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def breaker() -> tuple[Breaker, Now]:
    now = Now()
    return Breaker(now), now


@pytest.mark.parametrize(
    ("error", "failures"),
    [
        (BackendUnavailable("u"), 1),
        (BackendBusy("b"), 1),
        (BackendNeedsKey("k"), 1),
        (BackendConnectionLost("c"), 2),
        (BackendTimeout("t"), 3),
        (BackendProtocolError("p"), 3),
        (BackendRefused("r"), 3),
    ],
)
def test_how_many_failures_open_it(error: BackendError, failures: int) -> None:
    one, _ = breaker()
    assert [one.failed(error) for _ in range(failures)] == [False] * (failures - 1) + [True]
    assert one.state() == "open"
    assert not one.admit()


def test_a_success_between_failures_starts_the_count_again() -> None:
    one, _ = breaker()
    for _ in range(5):
        assert not one.failed(BackendTimeout("t"))
        assert not one.failed(BackendTimeout("t"))
        one.succeeded()
    assert one.state() == "closed"


def test_one_request_tries_and_its_outcome_decides() -> None:
    one, now = breaker()
    one.failed(BackendUnavailable("u"))
    now.now += 1.0
    assert one.state() == "half_open"
    assert one.admit()
    assert not one.admit()  # all other requests wait
    assert one.failed(BackendTimeout("t"))  # one failure of the trial is enough
    assert one.seconds_left() == 2.0
    now.now += 2.0
    assert one.admit()
    one.abandoned()
    assert one.admit()  # another request may try now
    one.succeeded()
    assert one.state() == "closed"
    one.failed(BackendUnavailable("u"))
    assert one.seconds_left() == 1.0  # the count of failures starts again


def test_the_time_doubles_up_to_a_minute() -> None:
    one, now = breaker()
    waits = []
    for _ in range(9):
        one.failed(BackendUnavailable("u"))
        waits.append(one.seconds_left())
        now.now += waits[-1]
        assert one.admit()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.parametrize(("retry_after", "seconds"), [(20.0, 20.0), (0.0, 1.0), (None, 1.0), (40_000.0, 40_000.0)])
def test_it_stays_open_as_long_as_the_server_asks(retry_after: float | None, seconds: float) -> None:
    one, _ = breaker()
    one.failed(BackendBusy("b", retry_after))
    assert one.seconds_left() == seconds


def test_a_look_that_finds_nothing_keeps_it_open_longer() -> None:
    one, now = breaker()
    one.failed(BackendUnavailable("u"))
    now.now += 1.0
    one.stay_open()
    assert (one.state(), one.seconds_left()) == ("open", 2.0)


INTERACTIVE, PREFETCH, BATCH = Priority.INTERACTIVE, Priority.PREFETCH, Priority.BATCH


@pytest.mark.parametrize(
    ("error", "tries", "priority", "left", "wait"),
    [
        (BackendConnectionLost("c"), 1, INTERACTIVE, 1.0, 0.0),
        (BackendConnectionLost("c"), 2, INTERACTIVE, 1.0, None),
        (BackendConnectionLost("c"), 1, INTERACTIVE, 0.0, None),
        (BackendConnectionLost("c"), 1, PREFETCH, 1.0, None),
        (BackendBusy("b", 0.1), 1, INTERACTIVE, 1.0, None),
        (BackendUnavailable("u"), 1, INTERACTIVE, 1.0, None),
        (BackendTimeout("t"), 1, INTERACTIVE, 1.0, None),
        (BackendBusy("b", 3.0), 1, BATCH, 10.0, 3.0),
        (BackendBusy("b", 30.0), 1, BATCH, 10.0, None),
        (BackendBusy("b"), 2, BATCH, 10.0, 1.0),
        (BackendUnavailable("u"), 3, BATCH, 10.0, 2.0),
        (BackendUnavailable("u"), 4, BATCH, 10.0, None),
        (BackendRefused("r"), 1, BATCH, 10.0, None),
        (BackendNeedsKey("k"), 1, BATCH, 10.0, None),
        (BackendProtocolError("p"), 1, BATCH, 10.0, None),
    ],
)
def test_what_is_sent_again_and_when(error: BackendError, tries: int, priority: Priority, left: float, wait: float | None) -> None:
    assert seconds_before_retry(error, tries, priority, left) == wait
