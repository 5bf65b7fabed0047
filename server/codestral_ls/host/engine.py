"""The decode loop: one thread that owns the session and writes all answers, a batch at a time.

Requests and cancellations arrive from any thread; answers leave through each run's ``deliver``, called on this thread.
``scheduler.py`` decides who is next and ``slots.py`` in which slot; ``slot_table.py`` records what the cache holds.
"""

from __future__ import annotations

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from codestral_ls.host import drafting, scheduler
from codestral_ls.host.answer_run import Deliver, EngineRequest, Run
from codestral_ls.host.draft_model import DraftModel
from codestral_ls.host.metrics import Metrics
from codestral_ls.host.model_session import DecodeError, ModelSession, TokenBatch
from codestral_ls.host.sampling import Choice
from codestral_ls.host.slot_table import Slot, SlotTable
from codestral_ls.host.threads import Phase, Threads, to_measure
from codestral_ls.host.tokens import Vocabulary
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger("codestral_ls.host")
T = TypeVar("T")
MOST_DECODED = 1 + drafting.LONGEST
"""A batch with at most this many rows of one answer counts as decoding: the next token and its guesses."""
LEAST_PREFILL = 32
"""A batch with at least this many tokens shows what a prompt token costs."""
WARM_UP_TOKENS = 64
MEASURED = 4
"""Steps that are timed with each number of threads before the first request; the shortest counts."""
MEASURING_SECONDS = 0.5
"""Seconds for these steps, in each of two phases; the times of numbers that were not reached are estimated."""


class EngineStoppedError(Exception):
    """The engine takes no more requests."""


class Engine:
    """Writes answers with ``session``. ``run`` is the thread's function; everything else may be called from any thread."""

    def __init__(
        self,
        session: ModelSession,
        vocabulary: Vocabulary,
        *,
        share: bool = False,
        draft_model: DraftModel | None = None,
        queue: scheduler.Queue | None = None,
        metrics: Metrics | None = None,
        threads: Threads | None = None,
        clock: Clock = monotonic,
    ) -> None:
        self.session = session
        self.vocabulary = vocabulary
        self.table = SlotTable(session)
        self.metrics = metrics or Metrics()
        self.pace = drafting.BatchRowCost()
        self.threads = threads or Threads((1,))
        self._share = share
        self._draft_model = draft_model
        self._clock = clock
        self._queue = scheduler.Queue() if queue is None else queue
        self._answers = drafting.LastAnswers()
        self._running: list[Run] = []
        self._batch = TokenBatch(session.batch + drafting.LONGEST * session.slots)
        self._wake = threading.Condition()
        self._inbox: deque[Run] = deque()
        self._calls: deque[Callable[[], None]] = deque()
        self._current: tuple[Run, ...] = ()
        self._number = 0
        self._stopping = False
        self.last_used = clock()

    # ---- from any thread ----

    def submit(self, order: EngineRequest, deliver: Deliver) -> Run:
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

    def stop_if_idle(self) -> bool:
        """``stop`` unless something runs or waits; returns True if it stopped."""
        with self._wake:
            if self.busy:
                return False
            self._stopping = True
            self._wake.notify()
        return True

    @property
    def stopping(self) -> bool:
        """True after ``stop`` was called or the engine ended by itself."""
        return self._stopping

    @property
    def busy(self) -> bool:
        """True while anything is running or waiting."""
        return bool(self._running or self._inbox or len(self._queue))

    @property
    def waiting(self) -> int:
        """Requests without a slot."""
        return len(self._queue) + len(self._inbox)

    # ---- the engine's thread ----

    def run(self) -> None:
        """Write answers until ``stop``. However it ends, every waiting request gets an answer or an error."""
        try:
            while not self._stopping:
                if not self.step():
                    with self._wake:
                        if not (self._inbox or self._calls or self._stopping):
                            self._wake.wait(timeout=60)
        finally:
            with self._wake:
                self._stopping = True
            for run in (*self._running, *self._queue, *self._inbox):
                if not run.cancelled:
                    run.close(self._clock(), error="The model host is shutting down.")
            self._running.clear()

    def warm_up(self) -> None:
        """Evaluate a few tokens in an empty slot, before ``run``: at the first keystroke weights and kernels are then loaded,
        and the fastest number of threads is known. Does nothing when no slot is empty.
        """
        slot = next((slot for slot in reversed(self.table.slots) if not slot.tokens), None)
        if slot is None:
            return
        count = min(WARM_UP_TOKENS, self.session.batch, self.session.context - 1)
        token = next((token for token, piece in enumerate(self.vocabulary.pieces) if piece), 0)

        def seconds(size: int) -> float:
            self._batch.clear()
            self._batch.add([token] * size, 0, slot.number, 1)
            began = self._clock()
            self.session.decode(self._batch)
            taken = max(self._clock() - began, 1e-6)
            self.session.cut(slot.number, 0)
            return taken

        self.session.use_threads(self.threads.free())
        self.metrics.prefill_rate = count / min(seconds(count), seconds(1) * count, seconds(count))
        self._measure_threads("decode", lambda: seconds(1))
        self._measure_threads("prefill", lambda: seconds(count) / count)

    def _measure_threads(self, phase: Phase, step: Callable[[], float]) -> None:
        """Time a step with several numbers of threads: the shortest of a few, while there is time."""
        if self.threads.fixed:
            return
        began, times = self._clock(), dict[int, float]()
        for _ in range(MEASURED):
            for count in to_measure(self.threads.counts):
                if self._clock() - began > MEASURING_SECONDS:
                    break
                if count > self.threads.free():
                    continue  # while other programs use the cores this would take seconds and show nothing
                self.session.use_threads(count)
                times[count] = min(times.get(count, math.inf), step())
        self.threads.measured(phase, times)

    def step(self) -> bool:
        """Evaluate one batch; False when there is nothing to do, not even for the draft model."""
        self._take_in()
        self._drop_cancelled()
        self._admit()
        rate = self.metrics.prefill_rate
        room = scheduler.step_tokens(rate, self.session.batch) if rate else self.session.batch
        parts = scheduler.compose(self._running, room, rate, self._share)
        if not parts:
            return self._draft_model is not None and self._draft_model.rest()
        rows = self._fill(parts)
        with self._wake:
            self._current = tuple(part.run for part in parts)
            if any(run.cancelled for run in self._current) or self._inbox:
                self._current = ()
                return True
        try:
            self._evaluate(parts, rows)
        except DecodeError as error:
            self._fail(parts, str(error))
        return True

    def _evaluate(self, parts: Sequence[scheduler.BatchShare], rows: list[tuple[int, list[int]]]) -> None:
        """Decode the batch and record its results. Raises: DecodeError."""
        began = self._clock()
        phase: Phase = "decode" if self._batch.size <= MOST_DECODED * len(parts) else "prefill"
        threads = self.threads.choose(phase, began)
        self.session.use_threads(threads)
        try:
            whole = self.session.decode(self._batch)
        finally:
            with self._wake:
                self._current = ()
        self.table.settled()
        if not whole:
            self.metrics.aborted += 1
            for part in parts:
                gained = self.table.believe(part.run, part.count)
                part.run.prompt_evaluated += gained if part.run.prefilling else 0
            return
        now = self._clock()
        seconds = now - began
        if self._batch.size == 1:
            self.threads.book("decode", threads, seconds, now)
        elif phase == "prefill" and self._batch.size >= LEAST_PREFILL:
            self.threads.book("prefill", threads, seconds / self._batch.size, now)
        self.metrics.batch(self._batch.size, seconds, prefill=any(part.count > 1 for part in parts))
        if len(parts) == 1 and parts[0].count == 1:
            self.pace.book(self._batch.size, seconds)
        for part, (row, draft) in zip(parts, rows, strict=True):
            self._book(part, row, draft)

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
            place = self.table.choose(run.tokens)
            if place is None:
                victim = scheduler.to_suspend(run, self._running)
                if victim is None:
                    return
                self._suspend(victim)
                continue
            self._queue.pop()
            self.table.seat(run, place)
            run.admitted = run.admitted or self._clock()
            self._running.append(run)

    def _suspend(self, run: Run) -> None:
        self.metrics.suspended += 1
        self._leave(run)
        run.evaluated = 0
        self._queue.add(run)

    def _leave(self, run: Run) -> None:
        """Free the run's slot; its evaluated tokens stay in the cache."""
        self._running.remove(run)
        self.last_used = self._clock()
        self.table.leave(run, self.last_used)
        if self._draft_model is not None:
            self._draft_model.follow(run.tokens)

    def _fill(self, parts: Sequence[scheduler.BatchShare]) -> list[tuple[int, list[int]]]:
        """Fill the batch; returns for each part its row of the first wanted logits, and the guessed tokens after it."""
        batch, rows = self._batch, []
        batch.clear()
        for run, count in ((part.run, part.count) for part in parts):
            assert run.slot is not None
            first, end = run.evaluated, run.evaluated + count
            draft: list[int] = []
            wanted = 0
            if end == len(run.tokens) and run.order.max_tokens > 0:
                if len(parts) == 1:
                    draft = drafting.propose(run, self.pace, self.session.context, self._draft_model, self._answers)
                # llama.cpp ends the process when a batch is larger than its context allows.
                draft = draft[: max(0, self.session.batch - count)]
                wanted = 1 + len(draft)
            row = batch.add([*run.tokens[first:end], *draft], first, run.slot, wanted)
            rows.append((row + count - 1, draft))
        return rows

    def _book(self, part: scheduler.BatchShare, row: int, draft: list[int]) -> None:
        """The part's tokens are in the cache now: if these were the run's last, choose the next token."""
        run = part.run
        slot = self.table.of(run)
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
        """Choose a token; as long as it equals the guessed one, choose the next from the logits after that guess."""
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
            self.table.cut_back(run)
            if self._draft_model is not None:
                self._draft_model.verified(draft, right)
            run.drafted += len(draft)
            run.accepted += right
            self.metrics.drafted += len(draft)
            self.metrics.draft_accepted += right

    def _finish(self, run: Run) -> None:
        self._leave(run)
        self._answers.keep(run.tokens, len(run.order.tokens))
        self.metrics.finished += 1
        self.metrics.generated_tokens += run.generated
        self.metrics.reused_tokens += max(0, len(run.order.tokens) - run.prompt_evaluated)
        run.close(self._clock())

    def _fail(self, parts: Sequence[scheduler.BatchShare], reason: str) -> None:
        log.error("decode failed: %s", reason)
        self.metrics.failed += 1
        for part in parts:
            run = part.run
            if run.slot is None:
                continue  # the run had ended before the failure
            self.table.cut(self.table.of(run), 0)
            self._leave(run)
            run.close(self._clock(), error=f"The model host cannot continue: {reason}.")
