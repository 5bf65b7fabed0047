"""Limits the rate of requests and tokens with a token bucket that refills with time. Pure: it reads a clock and returns seconds
to wait.

``limits.py`` decides who may wait, and how long.
"""

from __future__ import annotations

from codestral_ls.timing import Clock, monotonic


class RateLimiter:
    """At most ``rate`` units a second, in bursts of at most ``burst``. ``rate`` 0 sets no limit."""

    def __init__(self, rate: float, burst: float, clock: Clock = monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._level = burst
        self._at = clock()

    def wait_for(self, units: float) -> float:
        """Seconds until ``units`` may be taken, 0 if they may be taken now; more than a burst waits for a full bucket."""
        if self._rate <= 0:
            return 0.0
        self._refill()
        return max(0.0, (min(units, self._burst) - self._level) / self._rate)

    def take(self, units: float) -> None:
        """Take ``units``; the level may fall below zero, and later callers wait for it. A negative number gives units back."""
        self._refill()
        self._level = min(self._burst, self._level - units)

    def _refill(self) -> None:
        now = self._clock()
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
