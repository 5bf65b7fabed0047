"""One batch: plan files, ask for their texts, finish and write them; everything bounded.

How many files are open, how many requests wait and how many run are all limited, so memory does not grow with the project and a
slow model slows the reading down. The journal has every answer before it is used. Deliberately no terminal, no options and no
knowledge of docstrings: those are ``command.py`` and ``work.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from codestral_ls.backends.base import FimRequest, Usage
from codestral_ls.errors import BackendError
from codestral_ls.generate.counts import Counts
from codestral_ls.generate.engine import Engine
from codestral_ls.generate.journal import Journal
from codestral_ls.generate.pool import Pool, WorkerDiedError
from codestral_ls.generate.replacing import create, replace_if_unchanged, tidy, why_not_replaced
from codestral_ls.generate.source import FileLeftAlone, SourceFile, digest_of, read_source
from codestral_ls.generate.work import FilePlan, FileResult, Wanted, Work, request_key

Mode = Literal["write", "show"]


@dataclass(frozen=True, slots=True)
class Limits:
    """``concurrency`` requests at once; ``open_files`` planned and not finished (0: chosen); seconds for the end."""

    concurrency: int
    open_files: int = 0
    ending_seconds: float = 30.0
    finish_seconds: float = 120.0


@dataclass(slots=True)
class _Asked:
    """One text that waits to be asked for."""

    key: str
    request: FimRequest
    answer: asyncio.Future[str | None]


class _Stopped(Exception):
    """This file is not finished in this run."""


class Runner:
    """Runs ``work`` over files. ``price`` tells what an answer cost; ``counts`` can be read while it runs."""

    def __init__(
        self,
        work: Work,
        engine: Engine,
        journal: Journal,
        pool: Pool,
        limits: Limits,
        mode: Mode,
        price: Callable[[Usage], float] = lambda _usage: 0.0,
        counts: Counts | None = None,
    ) -> None:
        self.counts = counts or Counts()
        self._work = work
        self._engine = engine
        self._journal = journal
        self._pool = pool
        self._limits = limits
        self._mode = mode
        self._price = price
        self._stopping = asyncio.Event()
        self._fatal: BaseException | None = None
        self._queue: asyncio.Queue[_Asked] = asyncio.Queue(2 * limits.concurrency)
        self._running: dict[str, asyncio.Future[str | None]] = {}
        self._asking = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def stop(self) -> None:
        """End soon: nothing new is asked for, requests in flight may finish. What is paid for is kept."""
        self._stopping.set()
        self._engine.stop()

    @property
    def was_stopped(self) -> bool:
        """Whether the batch ended before it was done."""
        return self._stopping.is_set()

    async def run(self, paths: Iterable[Path]) -> None:
        """Work through ``paths``. Raises GenerateError when the batch cannot go on; the journal then has what was done."""
        for row in self._journal.files("writing"):  # a run that was killed while it wrote
            tidy(Path(row.target), row.digest, row.digest_after)
        open_files = self._limits.open_files or 2 * self._limits.concurrency + 2 * max(1, self._pool.processes)
        room = asyncio.Semaphore(open_files)
        files: set[asyncio.Task[None]] = set()
        askers = [asyncio.create_task(self._ask_all()) for _ in range(self._limits.concurrency)]
        try:
            for path in paths:
                await room.acquire()
                if self._stopping.is_set():
                    break
                task = asyncio.create_task(self._guarded(path))
                files.add(task)
                task.add_done_callback(files.discard)
                task.add_done_callback(lambda _task: room.release())
            await self._ended(files)
        finally:
            for task in (*askers, *files):
                task.cancel()
            await asyncio.gather(*askers, *files, return_exceptions=True)
        if self._fatal is not None:
            raise self._fatal

    async def _ended(self, files: set[asyncio.Task[None]]) -> None:
        """Wait for the files; once stopped, only as long as requests in flight may take."""
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            while files and not self._stopping.is_set():
                await asyncio.wait({*files, stopping}, return_when=asyncio.FIRST_COMPLETED)
            deadline = asyncio.get_running_loop().time() + self._limits.ending_seconds
            if files:
                await asyncio.wait(files, timeout=self._limits.ending_seconds)
            with contextlib.suppress(TimeoutError):  # a file may have given up while its other texts are being written
                async with asyncio.timeout_at(deadline):
                    await self._quiet.wait()
        finally:
            stopping.cancel()

    async def _guarded(self, path: Path) -> None:
        """One file; whatever is wrong with it is its own affair, a bug stops the batch."""
        try:
            await self._one(path)
        except _Stopped:
            pass
        except WorkerDiedError as error:
            self._settle(FileResult(path, "left_alone", str(error)), "left_alone")
        except Exception as error:
            self._fatal = self._fatal or error
            self._stopping.set()

    async def _one(self, path: Path) -> None:
        plan = await self._pool.call(self._work.plan, path)
        row = self._journal.file(path)
        if row is not None and row.state in ("written", "writing") and row.digest_after == plan.target_digest:
            self._journal.keep_file(FileResult(path, "changed", diff=row.diff, outcomes=row.outcomes), "written", row.digest_after)
            self.counts.settled("written", FileResult(path, "changed", outcomes=row.outcomes))
            return
        self.counts.documented += plan.documented
        problem = plan.problem or (self._why_not_written(plan) if plan.wanted else "")
        if problem or not plan.wanted:
            self._settle(FileResult(path, "left_alone" if problem else "unchanged", problem), None)
            return
        answers = await self._answers(plan)
        result = await self._pool.call(self._work.finish, plan, answers, timeout=self._limits.finish_seconds)
        await self._conclude(result)

    def _why_not_written(self, plan: FilePlan) -> str:
        """Why the file itself could not be written afterwards, told before anything is paid for; "" where it can be."""
        if self._mode != "write" or plan.target_digest != plan.digest:
            return ""
        try:
            return why_not_replaced(plan.path)
        except OSError as error:
            return f"it cannot be written: {error.strerror}"

    async def _answers(self, plan: FilePlan) -> dict[str, str]:
        """The texts of one file by ``Wanted.id``. Raises _Stopped when one will not come in this run."""
        self.counts.requests_planned += len(plan.wanted)
        waiting: list[tuple[Wanted, asyncio.Future[str | None]]] = []
        answers: dict[str, str] = {}
        for wanted in plan.wanted:
            key = request_key(self._engine.model, wanted.request)
            if (known := self._journal.answer(key)) is not None:
                answers[wanted.id] = known.text
                self.counts.known += 1
                continue
            if (future := self._running.get(key)) is None:  # two definitions that look alike are asked for once
                future = self._running[key] = asyncio.get_running_loop().create_future()
                await self._put(_Asked(key, wanted.request, future))
            else:
                self.counts.known += 1
            waiting.append((wanted, future))
        for wanted, future in waiting:
            text = await future
            if text is not None:
                answers[wanted.id] = text
        return answers

    async def _put(self, asked: _Asked) -> None:
        if self._stopping.is_set():
            raise _Stopped
        await self._queue.put(asked)

    async def _ask_all(self) -> None:
        """One of ``concurrency`` askers: takes what waits, asks, journals, hands on."""
        while True:
            asked = await self._queue.get()
            if self._stopping.is_set():
                self._give_up(asked)
                continue
            self._asking += 1
            self._quiet.clear()
            try:
                written = await self._engine.write(asked.request)
                cost = self._price(written.usage)
                await self._journal.keep_answer(asked.key, written.text, written.usage, cost)
                self.counts.answered(written.usage, cost)
                self._hand_on(asked, written.text)
            except BackendError as error:
                if self._stopping.is_set():  # it might have been answered later: the file is not finished without it
                    self._give_up(asked)
                    continue
                self.counts.requests_done += 1
                self.counts.errors[str(error)] += 1
                self._hand_on(asked, None)
            except asyncio.CancelledError:
                self._give_up(asked)
                raise
            except Exception as error:
                self._fatal = self._fatal or error
                self._stopping.set()
                self._give_up(asked)
            finally:
                self._asking -= 1
                if self._asking == 0:
                    self._quiet.set()

    def _hand_on(self, asked: _Asked, text: str | None) -> None:
        self._running.pop(asked.key, None)
        if not asked.answer.done():
            asked.answer.set_result(text)

    def _give_up(self, asked: _Asked) -> None:
        self._running.pop(asked.key, None)
        if not asked.answer.done():
            asked.answer.set_exception(_Stopped())
            asked.answer.exception()  # looked at, so that nobody complains when the file's task is gone already

    async def _conclude(self, result: FileResult) -> None:
        """Write the file, or keep what would be written."""
        if result.data is None or result.target is None:
            self._settle(result, None)
            return
        if self._mode == "show":
            self._settle(result, "proposed")
            return
        digest_after = digest_of(result.data)
        self._journal.announce(result, digest_after)
        try:
            await asyncio.to_thread(_write, result)
        except FileLeftAlone as error:
            self._settle(result, "left_alone", reason=str(error))
            return
        self._settle(result, "written", digest_after)

    def _settle(self, result: FileResult, state: str | None, digest_after: str = "", reason: str | None = None) -> None:
        state = state or result.state
        self._journal.keep_file(result, state, digest_after, reason)
        self.counts.settled(state, result, result.reason if reason is None else reason)


def _write(result: FileResult) -> None:
    """Put the data in its place. Raises FileLeftAlone."""
    assert result.data is not None
    assert result.target is not None
    if not result.target_digest:
        create(result.target, result.data)
        return
    source: SourceFile = read_source(result.target)
    if source.digest != result.target_digest:
        raise FileLeftAlone("it changed while its text was being written")
    replace_if_unchanged(source, result.data)
