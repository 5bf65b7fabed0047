"""The first pass: other processes make plans, a few ahead of time, and these wait on a shelf until their texts are there.

The shelf is a private SQLite file that exists as long as the run, so that a large project's prompts are on the disk and not in
memory.
"""

from __future__ import annotations

import asyncio
import pickle
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from codestral_ls.backends.base import FimRequest
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.pool import Pool, WorkerDiedError
from codestral_ls.generate.batch.work import FilePlan, Wanted


async def planned(plan: Callable[[Path], FilePlan], paths: Iterable[Path], pool: Pool) -> AsyncIterator[FilePlan]:
    """The plans of ``paths`` in their order, a few made ahead of time. If a worker dies, its file is left alone."""
    waiting: list[asyncio.Task[FilePlan]] = []
    try:
        for path in paths:
            waiting.append(asyncio.create_task(_unless_dead(plan, path, pool)))
            if len(waiting) > 4 * max(1, pool.processes):
                yield await waiting.pop(0)
        while waiting:
            yield await waiting.pop(0)
    finally:
        for task in waiting:
            task.cancel()


async def _unless_dead(plan: Callable[[Path], FilePlan], path: Path, pool: Pool) -> FilePlan:
    try:
        return await pool.call(plan, path)
    except WorkerDiedError as error:
        return FilePlan(path, problem=str(error))


class Shelf:
    """Plans and requests of one run, on disk. Its file has no name and vanishes with the process."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE plans (number INTEGER PRIMARY KEY, plan BLOB NOT NULL)",
            "CREATE TABLE requests (key TEXT PRIMARY KEY, request BLOB NOT NULL) WITHOUT ROWID",
        ):
            self._do(statement)

    def lay(self, number: int, plan: FilePlan) -> None:
        """Keep a plan under its number."""
        self._do("INSERT INTO plans VALUES (?, ?)", (number, pickle.dumps(plan)))

    def plan(self, number: int) -> FilePlan:
        """The plan with that number."""
        (blob,) = self._db.execute("SELECT plan FROM plans WHERE number = ?", (number,)).fetchone()
        plan: FilePlan = pickle.loads(blob)  # noqa: S301 - written by this process into a file that nobody else can open
        return plan

    def wanted(self, number: int, index: int) -> Wanted:
        """One text of a plan."""
        return self.plan(number).wanted[index]

    def lay_request(self, key: str, request: FimRequest) -> None:
        """Keep a request under its key in the journal."""
        self._do("INSERT OR REPLACE INTO requests VALUES (?, ?)", (key, pickle.dumps(request)))

    def request(self, key: str) -> FimRequest:
        """The request with that key."""
        (blob,) = self._db.execute("SELECT request FROM requests WHERE key = ?", (key,)).fetchone()
        request: FimRequest = pickle.loads(blob)  # noqa: S301 - as above
        return request

    def clear(self, number: int) -> None:
        """Forget a plan that is finished."""
        self._do("DELETE FROM plans WHERE number = ?", (number,))

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._db.close()

    def _do(self, statement: str, values: tuple[object, ...] = ()) -> None:
        """Change the file. Raises: GenerateError if the disk is full."""
        try:
            self._db.execute(statement, values)
        except sqlite3.OperationalError as error:
            raise GenerateError(
                f"No room for the plan of this run in the temporary folder ({error}). What was paid for is kept; make "
                "room, or name another folder in TMPDIR, and pass --resume."
            ) from error
