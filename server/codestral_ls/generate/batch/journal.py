"""A batch's progress in one SQLite file, so that a run that was killed continues where it was.

Every answer is on the disk before anything else happens with it: after a ``kill -9`` or a power cut only the requests in flight are
repeated. Answers that arrive during a disk write share the next write, so that waiting for the disk does not slow a batch down.
Writing a file is announced before and confirmed after; a power cut may undo these two records, because the file itself then shows
whether it was written.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import sqlite3
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from codestral_ls.backends.base import Usage
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.work import FileResult, Outcome
from codestral_ls.system.private_files import private_file

_VERSION = 2
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, text TEXT NOT NULL, sent INTEGER NOT NULL, cached INTEGER NOT NULL, received INTEGER NOT NULL,
    cost REAL NOT NULL, at REAL NOT NULL, finish TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, digest TEXT NOT NULL, digest_after TEXT NOT NULL,
    diff TEXT NOT NULL, outcomes TEXT NOT NULL, target TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS jobs (
    name TEXT PRIMARY KEY, id TEXT NOT NULL, state TEXT NOT NULL, keys TEXT NOT NULL, at REAL NOT NULL
) WITHOUT ROWID;
"""
_HEADER = b"SQLite format 3\0"
_TABLES = {"meta", "answers", "files", "jobs"}

_AnswerRow = tuple[str, str, int, int, int, float, float, str]


@dataclass(frozen=True, slots=True)
class PaidAnswer:
    """One answer that was paid for. ``finish`` is "length" if it was cut off."""

    text: str
    usage: Usage
    cost: float
    finish: str = "stop"


@dataclass(frozen=True, slots=True)
class FileRow:
    """The outcome of one file. ``state`` "writing" is a write that was announced and not yet confirmed."""

    path: str
    state: str
    reason: str
    digest: str
    digest_after: str
    diff: str
    outcomes: tuple[Outcome, ...]
    target: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job on a remote service: our ``name`` for it, its ``id`` there ("" while it is being created), its keys."""

    name: str
    id: str
    state: str
    keys: tuple[str, ...]


class Journal:
    """The journal at ``path``, open in one process at a time. Every method raises GenerateError if the disk is full."""

    def __init__(self, path: Path, *, restart: bool = False) -> None:
        """Open or create. ``restart`` forgets its contents. Raises: GenerateError (in use, unreadable, from a newer version)."""
        self.path = path
        self._waiting: list[tuple[_AnswerRow, asyncio.Future[None]]] = []
        self._committing: asyncio.Task[None] | None = None
        try:
            if path.exists():
                _refuse_others(path)
            private_file(path, own_folder=False)  # it holds pieces of the user's code
            self._db = sqlite3.connect(path, isolation_level=None, timeout=2.0, check_same_thread=False)
            self._db.execute("PRAGMA temp_store = MEMORY")  # the folder for temporary files may be full, or another's
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.execute("BEGIN EXCLUSIVE")
            if restart:
                for table in sorted(_TABLES):
                    self._db.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in _SCHEMA.split(";\n"):
                self._db.execute(statement)
            self._db.execute("COMMIT")
            self._db.execute("PRAGMA synchronous = NORMAL")
            _sync_folder(path.parent)
        except (sqlite3.Error, OSError) as error:
            raise self._translated(error) from error
        if self.setting("version") not in (None, _VERSION):
            raise GenerateError(f"The journal {path} is another version's. Finish that run with it, or pass --restart.")
        self.set("version", _VERSION)

    def setting(self, name: str) -> object:
        """A value kept with the run, such as its profile; None if there is none."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        try:
            return None if row is None else json.loads(row[0])
        except ValueError:  # damaged: treated as never kept
            return None

    def set(self, name: str, value: object) -> None:
        """Keep a JSON value."""
        self._change("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))

    def answer(self, key: str) -> PaidAnswer | None:
        """The answer that was paid for under ``key``."""
        row = self._db.execute("SELECT text, sent, cached, received, cost, finish FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        text, sent, cached, received, cost, finish = row
        return PaidAnswer(text, Usage(sent, sent - cached, cached, received), cost, finish)

    async def keep_answer(self, key: str, text: str, usage: Usage, cost: float, finish: str = "stop") -> None:
        """Write an answer to the disk, the one thing that must not be lost. Returns when it is there."""
        known = text.encode("utf-8", "replace").decode()
        tokens = (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens)
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append(((key, known, *tokens, cost, time.time(), finish), kept))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_waiting())
        await asyncio.shield(kept)  # the requesting task may be gone: the answer was paid for all the same

    async def _commit_waiting(self) -> None:
        """Commit the waiting answers, and those that arrived meanwhile, until none is left."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    await asyncio.to_thread(self._commit, [row for row, _ in batch])
                except (sqlite3.Error, GenerateError) as error:
                    failure = self._translated(error)
                    for _, kept in batch:
                        kept.set_exception(failure)
                        kept.exception()  # looked at, because the requesting task may be gone
                else:
                    for _, kept in batch:
                        kept.set_result(None)
        finally:
            self._committing = None

    def _commit(self, rows: list[_AnswerRow]) -> None:
        """Write rows and wait for the disk. Runs in a thread."""
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self._db.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise
        finally:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("PRAGMA synchronous = NORMAL")

    def spent(self) -> tuple[int, int, int, float]:
        """(answers, tokens sent, tokens received, cost) of everything in the journal."""
        row = self._db.execute("SELECT count(*), total(sent), total(received), total(cost) FROM answers").fetchone()
        return int(row[0]), int(row[1]), int(row[2]), float(row[3])

    def announce(self, result: FileResult, digest_after: str) -> None:
        """Record that ``result`` is about to be written; after a crash the file's digest shows whether it was."""
        self._put(result, "writing", digest_after)

    def keep_file(self, result: FileResult, state: str, digest_after: str = "", reason: str | None = None) -> None:
        """Record a file's outcome."""
        self._put(result, state, digest_after, reason)

    def _put(self, result: FileResult, state: str, digest_after: str, reason: str | None = None) -> None:
        outcomes = json.dumps([asdict(outcome) for outcome in result.outcomes])
        row = (_name(result.path), state, result.reason if reason is None else reason, result.target_digest, digest_after)
        diff = result.diff.encode("utf-8", "replace").decode()
        target = str(result.target or "")
        self._change("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, diff, outcomes, target))

    def file(self, path: Path) -> FileRow | None:
        """The outcome of the file at ``path``."""
        row = self._db.execute("SELECT * FROM files WHERE path = ?", (_name(path),)).fetchone()
        return None if row is None else _file(row)

    def files(self, *states: str) -> Iterator[FileRow]:
        """The files in those states (all, without any) by path, one at a time: there may be many."""
        marks = ",".join("?" * len(states))
        where = f"WHERE state IN ({marks})" if states else ""
        for row in self._db.execute(f"SELECT * FROM files {where} ORDER BY path", states):  # noqa: S608 - marks only
            yield _file(row)

    def forget_files(self) -> None:
        """Begin a new pass over the files; answers stay paid for. Written files keep their outcome."""
        self._change("DELETE FROM files WHERE state NOT IN ('written', 'writing')")

    def keep_job(self, job: JobRow) -> None:
        """Remember a remote job."""
        row = (job.name, job.id, job.state, json.dumps(job.keys), time.time())
        self._change("INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?)", row)

    def jobs(self) -> list[JobRow]:
        """Every job in the order of creation."""
        rows = self._db.execute("SELECT name, id, state, keys FROM jobs ORDER BY at, name").fetchall()
        return [JobRow(name, id_, state, tuple(json.loads(keys))) for name, id_, state, keys in rows]

    def close(self) -> None:
        """Close the file. Idempotent."""
        self._db.close()

    def _change(self, statement: str, values: tuple[object, ...] = ()) -> None:
        try:
            self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> GenerateError:
        """The error to show: it says what is wrong and what to do."""
        if isinstance(error, GenerateError):
            return error
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL or (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)):
            return GenerateError(
                f"The disk is full: the journal {self.path} cannot be written. What was paid for before is kept; make room and "
                "pass --resume."
            )
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return GenerateError(f"The journal {self.path} is in use by another run.")
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            return GenerateError(f"The journal {self.path} cannot be read: {error}. Delete it to start again.")
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return GenerateError(f"The journal {self.path} cannot be used: {reason}.")


def _refuse_others(path: Path) -> None:
    """Before the file is changed: raises GenerateError if it is not a journal. Raises: OSError."""
    sentence = f"{path} is not the journal of a batch. Name another file with --journal; if it once was one, delete it."
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise GenerateError(sentence)
    if not status.st_size:
        return
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise GenerateError(sentence)
    with contextlib.closing(sqlite3.connect(path, timeout=2.0)) as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and tables != _TABLES:
        raise GenerateError(sentence)


def _sync_folder(folder: Path) -> None:
    """Sync the journal's folder entry to the disk, if the system can."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            with contextlib.suppress(OSError):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _name(path: Path) -> str:
    """The path as text; a file whose path cannot be text is only ever left alone."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _file(row: tuple[str, ...]) -> FileRow:
    path, state, reason, digest, digest_after, diff, outcomes, target = row
    known = tuple(Outcome(**one) for one in json.loads(outcomes))
    return FileRow(path, state, reason, digest, digest_after, diff, known, target)
