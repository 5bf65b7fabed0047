"""When the search for a next edit stops: after so much work, or when nobody waits for it any more."""

from __future__ import annotations

import threading
import time

from codestral_ls.timing import Clock


class TimeLimit:
    """``seconds`` of the searching thread's own processor time, from the first time that it asks: what a busy machine or another
    thread takes meanwhile does not count. Ended from any thread.
    """

    def __init__(self, seconds: float, clock: Clock = time.thread_time) -> None:
        self._seconds = seconds
        self._clock = clock
        self._began: float | None = None
        self._ended = threading.Event()

    def end(self) -> None:
        """Nobody waits any more."""
        self._ended.set()

    def is_over(self) -> bool:
        """Whether to stop; asked by the thread that searches."""
        now = self._clock()
        if self._began is None:
            self._began = now
        return self._ended.is_set() or now - self._began >= self._seconds


def unlimited() -> bool:
    """Never: for measurements and tests of the search itself."""
    return False
