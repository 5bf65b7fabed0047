"""How many cores other programs keep busy, from the system's own clocks: total busy time less this process's own.

Between two requests nobody looks, so at the start of one the last stretch may be long and its work over: an editor that drew,
another model that answered. So of a long stretch only whole cores count, and no more than there are threads that want one at
this moment; the next look, some hundredths of a second later, has a stretch of its own. Of a short one the system's clocks are
known to a tick for each core, which is taken off: a core that is wrongly left alone costs more than one that is shared.

Linux only; elsewhere nothing is known, and the threads' own step times have to tell (``threads.py``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path

from codestral_ls.timing import Clock, monotonic

SECONDS = 0.06
"""Shortest stretch that is measured: the system counts in hundredths of a second."""
RECENT = 0.25
"""A longer stretch says little about this moment."""
STATISTICS = Path("/proc/stat")
TICKS = 100.0
"""Of the counters in ``/proc/stat`` in a second (USER_HZ, the same on every Linux that runs Python)."""


class OtherWork:
    """Cores that others kept busy in the last stretch; 0.0 at first and where the system does not say."""

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
        """Measure anew where the last look is long enough ago; cores busy with other work. Some 30 µs on two cores."""
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
    """Busy time in the ``/proc/stat`` in ``text``, of the processors ``names`` together.

    Idle and waiting for a disk are not busy; neither is work at the lowest priorities ("nice"), which gives way at once.
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
    """How many threads but the one that asks have or want a core, from the ``/proc/stat`` in ``text``; of the whole system.

    Raises: ValueError.
    """
    _, found, rest = text.partition("\nprocs_running ")
    if not found:
        raise ValueError("no procs_running")
    return max(0, int(rest.split(maxsplit=1)[0]) - 1)
