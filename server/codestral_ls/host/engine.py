"""The decode loop: one thread that owns the session and writes all answers, a batch at a time.

Requests come in and cancels arrive from any thread; answers go out through each run's ``deliver``, called on this
thread.
Deliberately knows no HTTP and no model files. Who is next is decided in ``scheduler.py``, where in ``slots.py``.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

from codestral_ls.host import drafting, scheduler, slots
from codestral_ls.host.metrics import Metrics
from codestral_ls.host.run import Deliver, Order, Run
from codestral_ls.host.sampling import Choice
from codestral_ls.host.session import Batch, DecodeError, Session
from codestral_ls.host.tokens import Vocabulary
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger("codestral_ls.host")
T = TypeVar("T")

MIXED_TOKENS = 64
"""Prefill tokens in a batch beside somebody's next token: that one waits a few milliseconds, not a whole prompt."""


@dataclass(slots=True)
class Slot:
    """What the engine keeps of a slot: the tokens in the cache and who uses it."""

    number: int
    tokens: list[int] = field(default_factory=list)
    run: Run | None = None
    used: float = 0.0
    priority: int = 0


class EngineStoppedError(Exception):
    """The engine takes no more requests."""


class Engine:
    """Writes answers with ``session``. ``run`` is the thread's function; everything else may be called from any
    thread.
    """

    def __init__(
        self,
        session: Session,
        vocabulary: Vocabulary,
        *,
        share: bool = False,
        queue: scheduler.Queue | None = None,
        metrics: Metrics | None = None,
        clock: Clock = monotonic,
    ) -> None:
        self.session = session
        self.vocabulary = vocabulary
        self.slots = [Slot(number) for number in range(session.slots)]
        self.metrics = metrics or Metrics()
        self.pace = drafting.Pace()
        self._share = share
        self._clock = clock
        self._queue = scheduler.Queue() if queue is None else queue
        self._running: list[Run] = []
        self._batch = Batch(session.batch + drafting.LONGEST * session.slots)
        self._wake = threading.Condition()
        self._inbox: deque[Run] = deque()
        self._calls: deque[Callable[[], None]] = deque()
        self._current: tuple[Run, ...] = ()
        self._number = 0
        self._stopping = False
        self.last_used = clock()

    # ---- from any thread ----

    def submit(self, order: Order, deliver: Deliver) -> Run:
        """Queue a request. Raises: scheduler.QueueFullError, EngineStoppedError."""
        with self._wake:
            if self._stopping:
                raise EngineStoppedError
            self._queue.check(order.priority, order.client, arriving=self._inbox)
            self._number += 1
            run = Run(order, deliver, self.vocabulary, number=self._number, arrived=self._clock())
            self._inbox.append(run)
            if self._current and all(other.priority > order.priority for other in self._current):
                self.session.abort()
            self._wake.notify()
        return run

    def cancel(self, run: Run) -> None:
        """End a run; nothing more is delivered for it. Its slot is free before the next batch."""
        with self._wake:
            run.cancelled = True
            if self._current and all(other.cancelled for other in self._current):
                self.session.abort()
            self._wake.notify()

    def call(self, function: Callable[[], T]) -> Future[T]:
        """Run ``function`` on the engine's thread between two batches."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except Exception as error:
                future.set_exception(error)

        with self._wake:
            self._calls.append(run)
            self._wake.notify()
        return future

    def stop(self) -> None:
        """Let ``run`` return after the current batch; unfinished answers end with an error."""
        with self._wake:
            self._stopping = True
            self.session.abort()
            self._wake.notify()

    @property
    def busy(self) -> bool:
        """Whether anything is running or waiting."""
        return bool(self._running or self._inbox or len(self._queue))

    @property
    def waiting(self) -> int:
        """Requests without a slot."""
        return len(self._queue) + len(self._inbox)

    # ---- the engine's thread ----

    def run(self) -> None:
        """Write answers until ``stop``."""
        while not self._stopping:
            if not self.step():
                with self._wake:
                    if not (self._inbox or self._calls or self._stopping):
                        self._wake.wait(timeout=60)
        for run in (*self._running, *self._queue, *self._inbox):
            if not run.cancelled:
                run.close(self._clock(), error="The model host is shutting down.")
        self._running.clear()

    def step(self) -> bool:
        """Evaluate one batch; False when there is nothing to do."""
        self._take_in()
        self._drop_cancelled()
        self._admit()
        parts = scheduler.compose(self._running, self.session.batch, MIXED_TOKENS, self._share)
        if not parts:
            return False
        rows = self._fill(parts)
        with self._wake:
            self._current = tuple(part.run for part in parts)
            if any(run.cancelled for run in self._current) or self._inbox:
                self._current = ()
                return True
        began = self._clock()
        try:
            whole = self.session.decode(self._batch)
        except DecodeError as error:
            self._fail(parts, str(error))
            return True
        finally:
            with self._wake:
                self._current = ()
        seconds = self._clock() - began
        if whole:
            self.metrics.batch(self._batch.size, seconds, prefill=any(part.count > 1 for part in parts))
            if len(parts) == 1 and parts[0].count == 1:
                self.pace.book(self._batch.size, seconds)
            for part, (row, draft) in zip(parts, rows, strict=True):
                self._book(part, row, draft)
        else:
            self.metrics.aborted += 1
            self._resync(parts)
        return True

    def _take_in(self) -> None:
        with self._wake:
            self.session.clear_abort()
            if not (self._inbox or self._calls):
                return
            while self._inbox:
                self._queue.add(self._inbox.popleft())
            calls, self._calls = self._calls, deque()
        for call in calls:
            call()

    def _drop_cancelled(self) -> None:
        for run in [run for run in self._running if run.cancelled]:
            self.metrics.cancelled += 1
            self._leave(run)
        for run in [run for run in self._queue if run.cancelled]:
            self.metrics.cancelled += 1
            self._queue.remove(run)

    def _admit(self) -> None:
        while (run := self._queue.peek()) is not None:
            if len(run.tokens) >= self.session.context:
                self._queue.remove(run)
                run.close(self._clock(), error=f"The prompt has {len(run.tokens)} tokens, too many for a slot.")
                continue
            place = slots.choose([self._view(slot) for slot in self.slots], run.tokens)
            if place is None:
                victim = scheduler.to_suspend(run, self._running)
                if victim is None:
                    return
                self._suspend(victim)
                continue
            self._queue.pop()
            self._place(run, place)

    def _view(self, slot: Slot) -> slots.SlotView:
        return slots.SlotView(slot.number, slot.tokens, slot.run is not None, slot.used, slot.priority)

    def _place(self, run: Run, place: slots.Place) -> None:
        slot = self.slots[place.slot]
        keep = min(place.reuse, len(run.tokens) - 1)
        if place.copy_from is not None:
            self.session.copy(place.copy_from, slot.number, keep)
            slot.tokens = self.slots[place.copy_from].tokens[:keep]
            self.metrics.copies += 1
        else:
            self._cut(slot, keep)
        slot.run, slot.priority = run, run.priority
        run.slot, run.evaluated = slot.number, keep
        run.admitted = run.admitted or self._clock()
        self._running.append(run)

    def _cut(self, slot: Slot, length: int) -> None:
        if len(slot.tokens) > length:
            self.session.cut(slot.number, length)
            del slot.tokens[length:]

    def _suspend(self, run: Run) -> None:
        self.metrics.suspended += 1
        self._leave(run)
        run.evaluated = 0
        self._queue.add(run)

    def _leave(self, run: Run) -> None:
        """Free the run's slot; what was evaluated stays hot."""
        self._running.remove(run)
        assert run.slot is not None
        slot = self.slots[run.slot]
        slot.run, run.slot = None, None
        slot.used = self.last_used = self._clock()

    def _fill(self, parts: Sequence[scheduler.Part]) -> list[tuple[int, list[int]]]:
        """Fill the batch; for each part its row of the first wanted logits and the guessed tokens behind it."""
        batch, rows = self._batch, []
        batch.clear()
        for run, count in ((part.run, part.count) for part in parts):
            assert run.slot is not None
            first, end = run.evaluated, run.evaluated + count
            draft: list[int] = []
            wanted = 0
            if end == len(run.tokens) and run.order.max_tokens > 0:
                draft = drafting.propose(run, self.pace, self.session.context) if len(parts) == 1 else []
                wanted = 1 + len(draft)
            row = batch.add([*run.tokens[first:end], *draft], first, run.slot, wanted)
            rows.append((row + count - 1, draft))
        return rows

    def _book(self, part: scheduler.Part, row: int, draft: list[int]) -> None:
        """The part's tokens are in the cache: choose the next ones if all are."""
        run = part.run
        assert run.slot is not None
        slot = self.slots[run.slot]
        slot.tokens.extend(run.tokens[run.evaluated : run.evaluated + part.count])
        run.evaluated += part.count
        if run.prefilling:
            run.prompt_evaluated += part.count
            self.metrics.prompt_tokens += part.count
        if run.pending:
            return
        if run.order.max_tokens == 0:
            self._finish(run)
            return
        run.steps += 1
        if run.prefilling:
            run.first_token = self._clock()
        self._choose(run, slot, row, draft)
        if run.finish is not None:
            self._finish(run)

    def _choose(self, run: Run, slot: Slot, row: int, draft: list[int]) -> None:
        """Choose a token, and as long as it is the guessed one, the next from the guess's own logits."""
        right = 0
        while True:
            choice: Choice = run.choose(self.session.logits(row + right))
            run.accept(choice, self.session.context)
            if run.finish is not None or right == len(draft) or choice.token != draft[right]:
                break
            right += 1
        if draft:
            slot.tokens.extend(draft[:right])
            run.evaluated += right
            self.session.cut(slot.number, len(slot.tokens))
            run.drafted += len(draft)
            run.accepted += right
            self.metrics.drafted += len(draft)
            self.metrics.draft_accepted += right

    def _finish(self, run: Run) -> None:
        self._leave(run)
        self.metrics.finished += 1
        self.metrics.generated_tokens += run.generated
        self.metrics.reused_tokens += max(0, len(run.order.tokens) - run.prompt_evaluated)
        run.close(self._clock())

    def _fail(self, parts: Sequence[scheduler.Part], reason: str) -> None:
        log.error("decode failed: %s", reason)
        self.metrics.failed += 1
        for part in parts:
            run = part.run
            assert run.slot is not None
            self._cut(self.slots[run.slot], 0)
            self._leave(run)
            run.close(self._clock(), error=f"The model host could not go on: {reason}.")

    def _resync(self, parts: Sequence[scheduler.Part]) -> None:
        """After an abort: believe the cache, not the books. Logits are lost, so the last token is evaluated again."""
        for part in parts:
            run = part.run
            assert run.slot is not None
            slot = self.slots[run.slot]
            there = min(self.session.length(slot.number), run.evaluated + part.count, len(run.tokens) - 1)
            self.session.cut(slot.number, there)
            if run.prefilling:
                run.prompt_evaluated += max(0, there - run.evaluated)
            slot.tokens = run.tokens[:there]
            run.evaluated = there
