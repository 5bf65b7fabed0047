"""Who is next, and what the next batch is made of. Pure but for the queue's own order; no clock, no cache, no thread.

Interactive work comes before prefetch, prefetch before batch work. Within one priority the client that was served
longest ago
comes first, so one busy window cannot starve another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from codestral_ls.host.run import Run

MOST_WAITING = 32
"""Requests of one priority that may wait; the next is refused."""
MOST_WAITING_PER_CLIENT = 16
MIXED_SECONDS = 0.025
LEAST_MIXED = 64
"""Smaller prefill batches waste most of the time on the way through the weights."""


class QueueFullError(Exception):
    """The queue refuses a request; ``retry_after`` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many requests are waiting; try again in {retry_after} s")
        self.retry_after = retry_after


class Queue:
    """Runs that wait for a slot."""

    def __init__(self, most: int = MOST_WAITING, most_per_client: int = MOST_WAITING_PER_CLIENT) -> None:
        self._waiting: list[Run] = []
        self._served: dict[str, int] = {}
        self._turn = 0
        self._most = most
        self._most_per_client = most_per_client

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Run]:
        return iter(tuple(self._waiting))

    def check(self, priority: int, client: str, arriving: Iterable[Run] = ()) -> None:
        """Raises: QueueFullError when one more of this priority or client would be too many, beside those
        ``arriving``.
        """
        same = [run for run in (*self._waiting, *arriving) if run.priority == priority]
        own = sum(run.client == client for run in same)
        if len(same) >= self._most or own >= self._most_per_client:
            raise QueueFullError(retry_after=1 + len(same) // 8)

    def add(self, run: Run) -> None:
        """Let it wait (a suspended run comes back here too and is never refused)."""
        self._waiting.append(run)

    def remove(self, run: Run) -> bool:
        """Take it out; whether it was there."""
        if run in self._waiting:
            self._waiting.remove(run)
            return True
        return False

    def peek(self) -> Run | None:
        """The run that is next, left in the queue."""
        return min(self._waiting, key=self._rank, default=None)

    def pop(self) -> Run | None:
        """The run that is next; its client goes to the end of its line."""
        run = self.peek()
        if run is not None:
            self._waiting.remove(run)
            self._turn += 1
            self._served[run.client] = self._turn
            if len(self._served) > 1000:
                self._served = dict(sorted(self._served.items(), key=lambda item: item[1])[-500:])
        return run

    def _rank(self, run: Run) -> tuple[int, int, int]:
        return run.priority, self._served.get(run.client, 0), run.number


def to_suspend(waiting: Run, running: Sequence[Run]) -> Run | None:
    """The run that gives its slot to ``waiting`` when none is free: the least urgent, latest one, if it is less
    urgent.
    """
    least = max(running, key=lambda run: (run.priority, run.number), default=None)
    return least if least is not None and least.priority > waiting.priority else None


@dataclass(frozen=True, slots=True)
class Part:
    """``count`` pending tokens of ``run`` are in the next batch."""

    run: Run
    count: int


def mixed_tokens(rate: float, capacity: int, urgent: int) -> int:
    """Prefill tokens in a batch beside somebody's next token: what takes 25 ms at ``rate`` tokens per second, so that one who
    reads along waits that long and not a whole prompt. Nobody reads batch work along.
    """
    return capacity if urgent >= 2 else max(LEAST_MIXED, min(capacity, int(rate * MIXED_SECONDS)))


def compose(running: Sequence[Run], capacity: int, rate: float, share: bool) -> list[Part]:
    """The next batch of at most ``capacity`` tokens.

    Everybody of the most urgent priority who waits for a next token gets it; what room is left goes to prefills, the
    one
    that began first first, but only ``mixed_tokens`` while somebody is decoding. Less urgent runs wait; with
    ``share`` (a GPU, where another row in a batch is free) their next tokens ride along.
    """
    if not running:
        return []
    urgent = min(run.priority for run in running)
    parts: list[Part] = []
    room = capacity
    for run in sorted(running, key=lambda run: run.number):
        if run.pending == 1 and room > 0 and (share or run.priority == urgent):
            parts.append(Part(run, 1))
            room -= 1
    if any(not part.run.prefilling and part.run.priority == urgent for part in parts):
        room = min(room, mixed_tokens(rate, capacity, urgent))
    for run in sorted(running, key=lambda run: run.number):
        if run.pending > 1 and room > 0 and run.priority == urgent:
            count = min(run.pending, room)
            parts.append(Part(run, count))
            room -= count
    return parts
