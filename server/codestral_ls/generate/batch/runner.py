"""One batch in three passes over one journal: plan the files, fill in missing texts, finish complete files.

The passes overlap, unless the writer or the user needs the whole plan first. The numbers of open files, of requests at once and of
files finished at once are all limited, so memory does not grow with the project. The journal has every answer before it is used.
Terminal, options, docstrings and writers are unknown here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from codestral_ls.backends.base import Usage
from codestral_ls.errors import GenerateError
from codestral_ls.fence.run_errand import FenceStopped, allow_again
from codestral_ls.generate.batch.asking import Asking, Estimate
from codestral_ls.generate.batch.counts import Counts
from codestral_ls.generate.batch.finishing import Finisher, Mode
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.planned import Shelf, planned
from codestral_ls.generate.batch.pool import Pool, WorkerDiedError
from codestral_ls.generate.batch.seam import Writer
from codestral_ls.generate.batch.work import FilePlan, FileResult, FileState, Work
from codestral_ls.generate.editing.replacing import tidy

_T = TypeVar("_T")
Confirm = Callable[[Estimate], Awaitable[bool]]


class NotConfirmedError(GenerateError):
    """The user saw the estimate and declined."""


@dataclass(frozen=True, slots=True)
class RunnerLimits:
    """``concurrency`` requests at once; ``open_files`` planned and not finished (0: chosen); seconds for the end."""

    concurrency: int
    open_files: int = 0
    ending_seconds: float = 30.0
    finish_seconds: float = 120.0


class Runner:
    """Runs ``work`` over files. ``price`` gives the cost of an answer; ``counts`` can be read while it runs."""

    def __init__(
        self,
        work: Work,
        writer: Writer,
        journal: Journal,
        pool: Pool,
        limits: RunnerLimits,
        mode: Mode,
        price: Callable[[Usage], float] = lambda _usage: 0.0,
        counts: Counts | None = None,
    ) -> None:
        self.counts = counts or Counts()
        self._work = work
        self._writer = writer
        self._journal = journal
        self._pool = pool
        self._limits = limits
        self._shelf = Shelf()
        self._asking = Asking(writer.model, journal, self._shelf, self.counts, price, whole=work.whole)
        self._finisher = Finisher(journal, self.counts, mode)
        self._stopping = asyncio.Event()
        self._finished = asyncio.Condition()
        self._fatal: BaseException | None = None

    def stop(self) -> None:
        """End soon: no new requests; those in flight may finish. Answers that were paid for are kept."""
        self._stopping.set()
        self._asking.stop()
        self._writer.stop()
        if self._work.fence:
            self._pool.stop()

    @property
    def was_stopped(self) -> bool:
        """True if the batch ended before it was done."""
        return self._stopping.is_set()

    async def run(self, paths: Iterable[Path], confirm: Confirm | None = None) -> None:
        """Work through ``paths``; ``confirm`` is called before the first request, if confirmation is needed.

        Raises: GenerateError when the batch cannot continue; the journal then has everything done so far. NotConfirmedError is one
        of them.
        """
        allow_again()
        for row in self._journal.files("writing"):  # a run that was killed while it wrote
            tidy(Path(row.target), row.digest, row.digest_after)
        whole_plan = confirm is not None or self._writer.plans_first
        planning = asyncio.create_task(self._noting(self._plan(paths, bounded=not whole_plan)))
        finishing = [asyncio.create_task(self._noting(self._finish_all())) for _ in range(1 + max(1, self._pool.processes))]
        filling: asyncio.Task[None] | None = None
        try:
            if whole_plan:
                await self._until(planning)
            if confirm is not None and not self._stopping.is_set() and self._asking.estimate.requests:
                await self._confirmed(confirm)
            filling = asyncio.create_task(self._noting(self._fill()))
            await self._until(asyncio.gather(planning, filling))
            if not self._stopping.is_set():
                await self._until(asyncio.create_task(self._asking.complete.join()))
            await self._end([filling, *finishing])
        finally:
            tasks = [planning, *finishing, *([filling] if filling is not None else [])]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._shelf.close()
        if self._fatal is not None:
            raise self._fatal

    async def _noting(self, part: Awaitable[None]) -> None:
        """Run one pass; an error that it cannot recover from ends the batch."""
        try:
            await part
        except Exception as error:
            self._fatal = self._fatal or error
            self.stop()

    async def _until(self, done: asyncio.Future[_T]) -> None:
        """Wait for a pass, or until the batch is stopped."""
        stopping = asyncio.create_task(self._stopping.wait())
        either: set[asyncio.Future[_T] | asyncio.Task[bool]] = {done, stopping}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()

    async def _confirmed(self, confirm: Confirm) -> None:
        """Call ``confirm``, unless the batch is stopped meanwhile. Raises: NotConfirmedError, and what ``confirm`` raises."""
        answer = asyncio.ensure_future(confirm(self._asking.estimate))
        await self._until(answer)
        if not answer.done():
            answer.cancel()
        elif not answer.result():
            raise NotConfirmedError("Nothing was sent.")

    async def _end(self, running: list[asyncio.Task[None]]) -> None:
        """Once stopped, let requests in flight and file writes finish, for a limited time."""
        if self._stopping.is_set():
            await asyncio.wait(running, timeout=self._limits.ending_seconds)

    async def _plan(self, paths: Iterable[Path], *, bounded: bool) -> None:
        most = self._limits.open_files or 2 * self._limits.concurrency + 2 * max(1, self._pool.processes)
        number = 0
        async for plan in planned(self._work.plan, paths, self._pool):
            if self._stopping.is_set():
                return
            number += 1
            if not self._is_settled(plan):
                self._asking.register(number, plan)
            async with self._finished:
                await self._finished.wait_for(lambda: not bounded or self._asking.open_files < most)
        self._asking.everything_is_planned()

    def _is_settled(self, plan: FilePlan) -> bool:
        """True if nothing needs to be requested for a file: an earlier run wrote it, it is left alone, or it wants nothing."""
        row = self._journal.file(plan.path)
        if row is not None and row.state in ("written", "writing") and row.digest_after == plan.target_digest:
            result = FileResult(plan.path, "changed", diff=row.diff, outcomes=row.outcomes)
            self._journal.keep_file(result, "written", row.digest_after)
            self.counts.settled("written", result)
            return True
        self.counts.documented += plan.documented
        problem = plan.problem or (self._finisher.why_not_written(plan) if plan.wanted else "")
        if problem or not plan.wanted:
            state: FileState = "left_alone" if problem else "unchanged"
            self._finisher.settle(FileResult(plan.path, state, problem), state)
            return True
        return False

    async def _fill(self) -> None:
        await self._writer.fill(self._asking.missing(), self._asking)
        while self._asking.is_left:
            await self._writer.fill(self._asking.missing(), self._asking)

    async def _finish_all(self) -> None:
        while not self._stopping.is_set():
            getting = asyncio.create_task(self._asking.complete.get())
            try:
                await self._until(getting)
                if not getting.done():  # stopped: files that still wait for a text are given up
                    return
            finally:
                getting.cancel()
            number = getting.result()
            if not self._stopping.is_set():
                await self._finish(number)
            self._asking.complete.task_done()
            async with self._finished:
                self._asking.open_files -= 1
                self._finished.notify_all()

    async def _finish(self, number: int) -> None:
        plan, answers = self._asking.take(number)
        try:
            result = await self._pool.call(self._work.finish, plan, answers, timeout=self._limits.finish_seconds)
        except FenceStopped:  # a later run finishes the file
            return
        except WorkerDiedError as error:
            if self._work.fence and self._stopping.is_set():
                return
            result = FileResult(plan.path, "left_alone", str(error))
        await self._finisher.conclude(result)
