"""When the search for a next edit stops: after so much work, or when its result is no longer wanted."""

from __future__ import annotations

import threading
import time

from codestral_ls.timing import Clock

EVERY = 8
"""Checks from one look at the clock to the next: a look costs a microsecond, as much as many a step of the search."""


class TimeLimit:
    """``seconds`` of the searching thread's own processor time, from its first check on: a busy machine or another
    thread does not use it up. Can be ended from any thread.
    """

    def __init__(self, seconds: float, clock: Clock = time.thread_time) -> None:
        self._seconds = seconds
        self._clock = clock
        self._began: float | None = None
        self._checks = 0
        self._ended = threading.Event()

    def end(self) -> None:
        """The result is no longer wanted."""
        self._ended.set()

    def is_over(self) -> bool:
        """True when it is time to stop; called by the searching thread."""
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
