"""Which run is next, and which tokens form the next batch. Pure, except for the queue's own order; no clock, no cache, no thread.

Interactive work comes before prefetch, prefetch before batch work. Within one priority the client that was served longest ago
comes first, so one busy window cannot starve another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from codestral_ls.host.answer_run import Run

MOST_WAITING = 32
"""Requests of one priority that may wait; further ones are refused."""
MOST_WAITING_PER_CLIENT = 16
MIXED_SECONDS = 0.025
STEP_SECONDS = 0.25
LEAST_STEP = 128
LEAST_MIXED = 64
"""Smaller prefill batches spend most of their time reading the weights."""


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
        """Raises: QueueFullError when another request of this priority or client would be too many, counting those ``arriving``."""
        same = [run for run in (*self._waiting, *arriving) if run.priority == priority]
        own = sum(run.client == client for run in same)
        if len(same) >= self._most or own >= self._most_per_client:
            raise QueueFullError(retry_after=1 + len(same) // 8)

    def add(self, run: Run) -> None:
        """Let a run wait. A suspended run is added again here and is never refused."""
        self._waiting.append(run)

    def remove(self, run: Run) -> bool:
        """Remove a run; True if it was in the queue."""
        if run in self._waiting:
            self._waiting.remove(run)
            return True
        return False

    def peek(self) -> Run | None:
        """The next run, left in the queue."""
        return min(self._waiting, key=self._rank, default=None)

    def pop(self) -> Run | None:
        """The next run; its client goes to the end of the line."""
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
    """The run that must give its slot to ``waiting`` if no slot is free: the least urgent and latest, if it is less urgent."""
    least = max(running, key=lambda run: (run.priority, run.number), default=None)
    return least if least is not None and least.priority > waiting.priority else None


@dataclass(frozen=True, slots=True)
class BatchShare:
    """``count`` pending tokens of ``run`` are in the next batch."""

    run: Run
    count: int


def mixed_tokens(rate: float, capacity: int, urgent: int) -> int:
    """Prefill tokens in a batch together with another answer's next token: as many as take 25 ms at ``rate`` tokens per second, so
    that a streamed answer pauses only that long and not for a whole prompt. Batch answers are not streamed to anybody.
    """
    return capacity if urgent >= 2 else max(LEAST_MIXED, min(capacity, int(rate * MIXED_SECONDS)))


def step_tokens(rate: float, capacity: int) -> int:
    """Tokens of a batch of which ``rate`` are read in a second: as many as take a quarter of a second, so that the number of
    threads follows the machine within a long prompt too, and at least 128, which cost no more in one batch than 256 or 512 do
    (SmolLM2-135M, 489 tokens, two threads: 1.46, 1.47 and 1.54 s). Pure.
    """
    return min(capacity, max(LEAST_STEP, int(rate * STEP_SECONDS)))


def compose(running: Sequence[Run], capacity: int, rate: float, share: bool) -> list[BatchShare]:
    """The next batch of at most ``capacity`` tokens.

    Every run of the most urgent priority that waits for a next token gets it; the remaining room goes to prefills, the oldest
    first, but only ``mixed_tokens`` while another run is decoding. Less urgent runs wait; with ``share`` (a GPU, where another row
    in a batch is free) their next tokens are added.
    """
    if not running:
        return []
    urgent = min(run.priority for run in running)
    parts: list[BatchShare] = []
    room = capacity
    for run in sorted(running, key=lambda run: run.number):
        if run.pending == 1 and room > 0 and (share or run.priority == urgent):
            parts.append(BatchShare(run, 1))
            room -= 1
    if any(not part.run.prefilling and part.run.priority == urgent for part in parts):
        room = min(room, mixed_tokens(rate, capacity, urgent))
    for run in sorted(running, key=lambda run: run.number):
        if run.pending > 1 and room > 0 and run.priority == urgent:
            count = min(run.pending, room)
            parts.append(BatchShare(run, count))
            room -= count
    return parts
