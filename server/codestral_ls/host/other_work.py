"""How many cores other programs keep busy, from the system's own clocks: total busy time less this process's own.

Between two requests nobody looks, so the first interval of a request may be long and its work already over (an editor that drew,
another model that answered). Of a long interval therefore only whole cores count, at most as many as there are threads that want a
core at this moment; the next look, some hundredths of a second later, has an interval of its own. In a short interval the system's
clocks are exact to one tick per core, which is subtracted: a core that is wrongly left idle costs more than a shared core.

Linux only; elsewhere the load is unknown, and ``threads.py`` uses the times of its own steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path

from codestral_ls.timing import Clock, monotonic

SECONDS = 0.06
"""Seconds. Shorter intervals are not measured: the system counts in hundredths of a second."""
RECENT = 0.25
"""Seconds. A longer interval says little about this moment."""
STATISTICS = Path("/proc/stat")
TICKS = 100.0
"""Ticks per second of the counters in ``/proc/stat`` (USER_HZ, the same on every Linux that runs Python)."""


class OtherWork:
    """Cores that others kept busy in the last interval; 0.0 at first, and if the system does not say."""

    def __init__(
        self,
        usable: Collection[int],
        *,
        read: Callable[[], str] = lambda: STATISTICS.read_text("ascii"),
        own: Clock = time.process_time,
        clock: Clock = monotonic,
    ) -> None:
        self._names = frozenset(f"cpu{number}" for number in usable)
        self._read, self._own, self._clock = read, own, clock
        self._known = True
        self._at = self._busy = self._mine = 0.0
        self.cores = 0.0

    def look(self) -> float:
        """Measure again if the last look is long enough ago; returns the cores busy with other work. About 30 µs on two cores."""
        now = self._clock()
        if not self._known or now - self._at < SECONDS:
            return self.cores
        try:
            text = self._read()
            busy, mine = busy_seconds(text, self._names), self._own()
        except (OSError, ValueError):
            self._known = False
            return self.cores
        if self._at:
            passed, others = now - self._at, busy - self._busy - (mine - self._mine)
            if passed > RECENT:
                self.cores = float(min(int(others / passed), others_running(text)))
            else:
                self.cores = (others - len(self._names) / TICKS) / passed
            self.cores = min(max(0.0, self.cores), float(len(self._names)))
        self._at, self._busy, self._mine = now, busy, mine
        return self.cores


def busy_seconds(text: str, names: Collection[str]) -> float:
    """Busy time in the ``/proc/stat`` text ``text``, of the processors ``names`` together.

    Idle and waiting for a disk are not busy; neither is work at the lowest priorities ("nice"), which yields at once.
    Raises: ValueError.
    """
    total = 0.0
    for line in text.splitlines():
        name, *fields = line.split()
        if name in names:
            user, _nice, system, _idle, _wait, interrupts, soft, stolen = (int(field) for field in fields[:8])
            total += user + system + interrupts + soft + stolen
        elif not name.startswith("cpu"):
            break
    return total / TICKS


def others_running(text: str) -> int:
    """How many threads, except the calling one, have or want a core, from the ``/proc/stat`` in ``text``; for the whole system.

    Raises: ValueError.
    """
    _, found, rest = text.partition("\nprocs_running ")
    if not found:
        raise ValueError("no procs_running")
    return max(0, int(rest.split(maxsplit=1)[0]) - 1)
