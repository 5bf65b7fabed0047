"""When the search for a next edit stops: after a certain amount of work, or when its result is no longer wanted."""

from __future__ import annotations

import threading
import time

from codestral_ls.timing import Clock

EVERY = 8
"""Checks between two readings of the clock: a reading takes a microsecond, as long as many steps of the search."""


class TimeLimit:
    """``seconds`` of the searching thread's own processor time, counted from its first check, so a busy machine or another thread
    does not use it up.

    Any thread can end it.
    """

    def __init__(self, seconds: float, clock: Clock = time.thread_time) -> None:
        self._seconds = seconds
        self._clock = clock
        self._began: float | None = None
        self._checks = 0
        self._ended = threading.Event()

    def end(self) -> None:
        """Stop: the result is no longer wanted."""
        self._ended.set()

    def is_over(self) -> bool:
        """True if the search should stop; called by the searching thread."""
        if self._checks % EVERY == 0:
            now = self._clock()
            if self._began is None:
                self._began = now
            if now - self._began >= self._seconds:
                self._ended.set()
        self._checks += 1
        return self._ended.is_set()


def unlimited() -> bool:
    """Never ends: for measurements and tests of the search itself."""
    return False
