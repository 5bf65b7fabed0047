"""How many cores other programs keep busy, from the system's own clocks: total busy time less this process's own.

Between two requests nobody looks, so the first interval of a request may be long and its work already over (an editor that drew,
another model that answered). Of a long interval therefore only whole cores count, at most as many as there are threads of other
programs that want a core now: the fewest of three samples within a millisecond, because the program that sent the request often
runs for a moment more. The next look, some hundredths of a second later, has an interval of its own. In a short interval the
system's clocks are exact to one tick per core, which is subtracted: a core that is wrongly left idle costs more than a shared core.

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


SAMPLES, APART = 3, 0.0005
"""How often the running threads are counted after a long interval, and the seconds between two counts."""
TASKS = Path("/proc/self/task")


def own_threads_running(tasks: Path = TASKS) -> int:
    """How many threads of this process have or want a core, at least the one that asks. Raises: OSError."""
    states = []
    for task in tasks.iterdir():
        try:
            states.append((task / "stat").read_bytes().rpartition(b") ")[2][:1])
        except OSError:
            continue  # the thread has just ended
    return max(1, states.count(b"R"))


class OtherWork:
    """How many cores other programs kept busy in the last interval; 0.0 at first, and if the system does not report it."""

    def __init__(
        self,
        usable: Collection[int],
        *,
        read: Callable[[], str] = lambda: STATISTICS.read_text("ascii"),
        own: Clock = time.process_time,
        own_running: Callable[[], int] = own_threads_running,
        clock: Clock = monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._names = frozenset(f"cpu{number}" for number in usable)
        self._read, self._own, self._clock = read, own, clock
        self._own_running, self._sleep = own_running, sleep
        self._known = True
        self._at = self._busy = self._mine = 0.0
        self.cores = 0.0

    def look(self) -> float:
        """Measure again if the last measurement is old enough; returns the cores busy with other work. About 30 µs on two cores."""
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
                whole = int(others / passed)
                self.cores = float(min(whole, self._wanted_now(text))) if whole > 0 else 0.0
            else:
                self.cores = (others - len(self._names) / TICKS) / passed
            self.cores = min(max(0.0, self.cores), float(len(self._names)))
        self._at, self._busy, self._mine = now, busy, mine
        return self.cores

    def _wanted_now(self, text: str) -> int:
        """The fewest threads of other programs that had or wanted a core, in a few samples; ``text`` is the first sample."""
        try:
            fewest = running(text) - self._own_running()
            for _ in range(SAMPLES - 1):
                if fewest <= 0:
                    break
                self._sleep(APART)
                fewest = min(fewest, running(self._read()) - self._own_running())
        except (OSError, ValueError):
            return 0
        return max(0, fewest)


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


def running(text: str) -> int:
    """How many threads of the whole system have or want a core, from the ``/proc/stat`` text ``text``. Raises: ValueError."""
    _, found, rest = text.partition("\nprocs_running ")
    if not found:
        raise ValueError("no procs_running")
    return int(rest.split(maxsplit=1)[0])
