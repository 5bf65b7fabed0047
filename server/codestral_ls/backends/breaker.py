"""Decides when a failing backend is skipped, and for how long. Pure: a clock in, decisions out.

Closed: requests go through. Open: they do not, for a time that doubles with every further failure. Half open: one
request may try. There are no timers: the owner of a breaker asks it.
"""

from __future__ import annotations

from typing import Literal

from codestral_ls.errors import (
    BackendBusy,
    BackendConnectionLost,
    BackendError,
    BackendNeedsKey,
    BackendUnavailable,
)
from codestral_ls.timing import Clock, monotonic

State = Literal["closed", "open", "half_open"]
_FULL = 3  # total weight of failures in a row at which the breaker opens
_FIRST_SECONDS = 1.0
_LONGEST_SECONDS = 60.0
_KEY_SECONDS = 60.0


class Breaker:
    """One backend's breaker."""

    def __init__(self, clock: Clock = monotonic) -> None:
        self._clock = clock
        self._weight = 0
        self._seconds = _FIRST_SECONDS
        self._until = 0.0
        self._open = False
        self._trying = False

    def state(self) -> State:
        """Its state at present."""
        if not self._open:
            return "closed"
        return "open" if self._clock() < self._until else "half_open"

    def seconds_left(self) -> float:
        """Seconds that it stays open; 0 when it is not open."""
        return max(0.0, self._until - self._clock()) if self._open else 0.0

    def admit(self) -> bool:
        """True if a request may go through.

        If the breaker is half open, this request is the trial, and others wait for its outcome.
        """
        if self.state() == "closed":
            return True
        if self.state() == "open" or self._trying:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """The backend answered: close, and forget all failures."""
        self._weight, self._seconds, self._open, self._trying = 0, _FIRST_SECONDS, False, False

    def failed(self, error: BackendError) -> bool:
        """Count a failure; True if it opened the breaker, or opened it again after a trial."""
        tried, self._trying = self._trying, False
        self._weight += _weight(error)
        if self.state() == "open" or (self._weight < _FULL and not tried):
            return False
        if self._open:
            self._seconds = min(2.0 * self._seconds, _LONGEST_SECONDS)
        self._until = self._clock() + self._wait(error)
        self._open = True
        return True

    def abandoned(self) -> None:
        """The trial was abandoned (a newer keystroke came) before its outcome was known."""
        self._trying = False

    def stay_open(self) -> None:
        """A health check found the backend still unreachable: keep the breaker open, for a longer time."""
        self._seconds = min(2.0 * self._seconds, _LONGEST_SECONDS)
        self._until = self._clock() + self._seconds

    def _wait(self, error: BackendError) -> float:
        if isinstance(error, BackendBusy) and error.retry_after is not None:
            return max(error.retry_after, _FIRST_SECONDS)
        return max(self._seconds, _KEY_SECONDS) if isinstance(error, BackendNeedsKey) else self._seconds


def _weight(error: BackendError) -> int:
    """How likely a failure is to repeat: a refused connection certainly, a late answer perhaps."""
    if isinstance(error, BackendConnectionLost):
        return 2
    if isinstance(error, BackendUnavailable | BackendBusy | BackendNeedsKey):
        return _FULL
    return 1
