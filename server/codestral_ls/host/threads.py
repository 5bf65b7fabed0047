"""How many threads evaluate the next batch: the number that measured fastest, fewer while other programs want the cores.

llama.cpp's threads wait for each other several hundred times a token, by spinning. While each has a core that is the fastest way;
as soon as one has to share its core, all of them wait for it, for milliseconds each time (measured on two busy cores: 0.5 to 2 s an
answer instead of 0.02 s). So the number follows the machine's load: from the system's clocks if it has them, and from the times of
the steps themselves. Pure, apart from the clock and the look at other work.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Phase = Literal["decode", "prefill"]

SLOW = 2.2
"""A step that takes this many times as long as usual suggests that a thread waits for its core."""
STRIKES = 2
"""After so many slow steps in a row, fewer threads are used."""
COOL = 0.5
LONGEST_COOL = 16.0
"""Seconds until more threads are tried again; doubled after each failed trial, up to the longest."""
GOOD = 24
"""Steps without a slow one after which a number of threads is trusted again."""
PROBE = 96
"""Steps after which a neighbouring number is tried for one step, to learn whether it has become faster."""
PROBED = 0.3
"""Weight of one trial in a number's record."""
FREE = 0.4
"""Share of a core that others may use before it counts as taken."""


def candidates(cores: int) -> tuple[int, ...]:
    """The numbers worth using, in order: 1, 2, 3, 4, 6, 8, 12 … and all cores, or all but one."""
    steps = {first << power for first in (2, 3) for power in range(cores.bit_length())}
    return tuple(sorted({1, max(1, cores - 1), max(1, cores), *(step for step in steps if step < cores)}))


def to_measure(counts: Sequence[int]) -> tuple[int, ...]:
    """The numbers that are measured before the first request, the greatest first: the powers of two and all cores."""
    return tuple(count for count in reversed(counts) if count == counts[-1] or count & (count - 1) == 0)


def interpolated(known: dict[int, float], count: int) -> float:
    """The time with ``count`` threads, interpolated between its two neighbours in ``known`` on logarithmic scales."""
    below = max((other for other in known if other <= count), default=min(known))
    above = min((other for other in known if other >= count), default=max(known))
    if below == above:
        return known[below]
    share = math.log(count / below) / math.log(above / below)
    return math.exp(math.log(known[below]) * (1 - share) + math.log(known[above]) * share)


@dataclass(slots=True)
class PhaseThreads:
    """The choice for one phase. ``cost`` is the time of a step with each number, relative to one thread's."""

    counts: tuple[int, ...]
    cost: dict[int, float] = field(default_factory=dict)
    usual: float = 0.0
    """Seconds of a step (of a token in a prefill) with one thread, estimated from the steps that ran."""
    slow: int = 0
    good: int = 0
    steps: int = 0
    limit: int = 0
    cool: float = COOL
    retry: float = 0.0
    last: float = 0.0

    def __post_init__(self) -> None:
        self.limit = self.counts[-1]
        for count in self.counts:
            # Before measurements: a cautious figure from the decode of small and large models on two to sixteen cores.
            self.cost.setdefault(count, count**-0.6)

    def best(self, most: int) -> int:
        """The fastest of at most ``most`` threads."""
        allowed = [count for count in self.counts if count <= most] or [self.counts[0]]
        return min(allowed, key=lambda count: (self.cost[count], count))

    def choose(self, most: int, now: float) -> int:
        """The number for the next step at time ``now``, when ``most`` cores are free."""
        if self.limit < self.counts[-1] and now >= self.retry:
            self.limit = self.counts[min(self.counts.index(self.limit) + 1, len(self.counts) - 1)]
            self.retry = now + self.cool
            self.slow, self.good = STRIKES - 1, 0  # during a trial one slow step is enough
        self.steps += 1
        best = self.best(min(most, self.limit))
        if self.steps % PROBE == 0:
            at = self.counts.index(best) + (1 if (self.steps // PROBE) % 2 else -1)
            if 0 <= at < len(self.counts) and self.counts[at] <= min(most, self.limit):
                return self.counts[at]
        return best

    def book(self, count: int, seconds: float, now: float, *, trial: bool) -> None:
        """A step with ``count`` threads took ``seconds`` (of a token in a prefill)."""
        self.last = seconds
        as_one = seconds / self.cost[count]
        if not self.usual:
            self.usual = as_one
            return
        if as_one > self.usual * SLOW and count > self.counts[0]:
            self.slow, self.good = self.slow + 1, 0
            if self.slow >= STRIKES:
                self._retreat(count, now)
            return
        self.slow = 0
        self.good += 1
        if self.good >= GOOD:
            self.cool = COOL
        if trial:
            self.cost[count] += (min(seconds / self.usual, 2.0) - self.cost[count]) * PROBED
        else:
            self.usual += (min(as_one, self.usual * SLOW) - self.usual) * 0.1

    def _retreat(self, count: int, now: float) -> None:
        self.limit = self.counts[max(0, self.counts.index(count) - 1)]
        self.retry = now + self.cool
        self.cool = min(self.cool * 2, LONGEST_COOL)
        self.slow = self.good = 0


class Threads:
    """The choice for both phases. Only the engine's thread uses it; readers may see a number one step late.

    ``counts`` with a single number means that the user gave it: it is never changed. ``others`` says how many cores other programs
    keep busy.
    """

    def __init__(self, counts: Sequence[int], others: Callable[[], float] = lambda: 0.0) -> None:
        self.counts = tuple(counts)
        self._others = others
        self._phases: dict[Phase, PhaseThreads] = {"decode": PhaseThreads(self.counts), "prefill": PhaseThreads(self.counts)}
        self._trial = False
        self.current: dict[Phase, int] = {"decode": self.counts[-1], "prefill": self.counts[-1]}
        self.busy = 0.0

    @property
    def fixed(self) -> bool:
        """True if there is only one number to choose."""
        return len(self.counts) == 1

    def choose(self, phase: Phase, now: float) -> int:
        """Threads for the next batch, at time ``now``."""
        if self.fixed:
            return self.counts[0]
        free = self.free()
        state = self._phases[phase]
        count = state.choose(free, now)
        self._trial = count != state.best(min(free, state.limit))
        self.current[phase] = count
        return count

    def free(self) -> int:
        """The cores that other programs leave free, at least one; if the user gave the number of threads, all count as free."""
        if self.fixed:
            return self.counts[0]
        self.busy = self._others()
        return max(1, int(self.counts[-1] - self.busy + FREE))

    def book(self, phase: Phase, count: int, seconds: float, now: float) -> None:
        """A batch took ``seconds`` (for each token in a prefill)."""
        self._phases[phase].book(count, seconds, now, trial=self._trial)

    def measured(self, phase: Phase, seconds: dict[int, float]) -> None:
        """Times of one step with some of the numbers, measured one after the other before the first request."""
        state = self._phases[phase]
        known = {count: value for count, value in seconds.items() if value > 0}
        if not known:
            return
        if 1 not in known:  # one thread was too slow to be measured
            least = min(known)
            known[1] = known[least] * least**0.6
        least = max(known)
        for count in self.counts:
            relative = interpolated(known, count) / known[1]
            if count > least:  # not measured: assume the usual gain from there on
                relative *= (count / least) ** -0.5
            # A speed-up larger than the number of threads is a measurement that other work disturbed.
            state.cost[count] = min(max(relative, 0.9 / count), SLOW)
        state.usual = known[1]

    def phase(self, phase: Phase) -> PhaseThreads:
        """One phase's record."""
        return self._phases[phase]

    @property
    def lowered(self) -> bool:
        """True while decoding uses fewer threads than would be fastest on an idle machine."""
        state = self._phases["decode"]
        return self.current["decode"] < state.best(self.counts[-1])
