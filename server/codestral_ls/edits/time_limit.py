"""When the search for a next edit stops: after so much work, or when its result is no longer wanted."""

from __future__ import annotations

import threading
import time

from codestral_ls.timing import Clock


class TimeLimit:
    """``seconds`` of the searching thread's own processor time, from its first check on: a busy machine or another
    thread does not use it up. Can be ended from any thread.
    """

    def __init__(self, seconds: float, clock: Clock = time.thread_time) -> None:
        self._seconds = seconds
        self._clock = clock
        self._began: float | None = None
        self._ended = threading.Event()

    def end(self) -> None:
        """The result is no longer wanted."""
        self._ended.set()

    def is_over(self) -> bool:
        """True when it is time to stop; called by the searching thread."""
        now = self._clock()
        if self._began is None:
            self._began = now
        return self._ended.is_set() or now - self._began >= self._seconds


def unlimited() -> bool:
    """Never ends: for measurements and tests of the search itself."""
    return False
