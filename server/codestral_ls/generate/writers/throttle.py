"""How many requests run at once: fewer when the server says it is full, slowly more again when it answers.

Additive increase, multiplicative decrease. There is no queue of requests: the runner's workers wait here themselves.
"""

from __future__ import annotations

import asyncio
from collections import deque

from codestral_ls.timing import Clock, monotonic


class Throttle:
    """At most ``most`` at once; ``clock`` is in seconds."""

    def __init__(self, most: int, clock: Clock = monotonic) -> None:
        self.most = most
        self.limit = float(most)
        self.running = 0
        self._clock = clock
        self._closed_until = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self) -> None:
        """Wait for a free place and take it; every ``enter`` needs one ``leave``."""
        while True:
            if (pause := self._closed_until - self._clock()) > 0:
                await asyncio.sleep(pause)
            elif self.running < max(1, int(self.limit)):
                self.running += 1
                return
            else:
                place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.append(place)
                await place

    def leave(self) -> None:
        """Give the place back."""
        self.running -= 1
        while self._waiting and self.running < max(1, int(self.limit)):
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                break

    def went_well(self) -> None:
        """An answer came: one more place after every ``limit`` answers."""
        if self.limit < self.most:
            self.limit = min(float(self.most), self.limit + 1.0 / self.limit)

    def is_full(self, retry_after: float) -> None:
        """The server refused because it is full: half as many, and none for ``retry_after`` seconds."""
        self.limit = max(1.0, self.limit / 2.0)
        self._closed_until = max(self._closed_until, self._clock() + retry_after)
