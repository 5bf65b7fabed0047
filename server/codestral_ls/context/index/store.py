"""The database file of one root: its place, its tables, and what happens to a damaged one.

Everything in it can be made again, so nothing is ever repaired: an unreadable database is deleted and rebuilt.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from pathlib import Path

from codestral_ls.config.paths import cache_dir
from codestral_ls.system.private_files import is_of_others, private_file

VERSION = 3
"""Increased whenever the tables or the extracted facts change; a file of another version is deleted."""

BUSY_SECONDS = 10.0

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, stem TEXT NOT NULL, folder TEXT NOT NULL,
    language TEXT NOT NULL, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL, digest TEXT NOT NULL, lines INTEGER NOT NULL
);
CREATE INDEX files_stem ON files (stem);
CREATE INDEX files_folder ON files (folder);
CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, files INTEGER NOT NULL DEFAULT 0);
CREATE TABLE definitions (
    file INTEGER NOT NULL, line INTEGER NOT NULL, end_line INTEGER NOT NULL, kind TEXT NOT NULL, name INTEGER NOT NULL,
    container TEXT NOT NULL, signature TEXT NOT NULL, doc TEXT NOT NULL
);
CREATE INDEX definitions_name ON definitions (name);
CREATE INDEX definitions_file ON definitions (file);
CREATE TABLE imports (
    file INTEGER NOT NULL, line INTEGER NOT NULL, target TEXT NOT NULL, module TEXT NOT NULL, names TEXT NOT NULL
);
CREATE INDEX imports_target ON imports (target);
CREATE INDEX imports_file ON imports (file);
CREATE TABLE refs (name INTEGER NOT NULL, file INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (name, file)) WITHOUT ROWID;
CREATE INDEX refs_file ON refs (file);
"""


class UnusableIndexError(Exception):
    """The file is damaged, of another version, or missing: it has to be built."""


def database_file(root: Path) -> Path:
    """Where the index of ``root`` is in this user's cache folder."""
    digest = hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return cache_dir() / "index" / f"{digest}.sqlite3"


def open_for_writing(file: Path) -> sqlite3.Connection:
    """The database, made if there is none. Raises: UnusableIndexError when the file is damaged, OSError, sqlite3.Error."""
    private_file(file)  # signatures, docstrings and constants of the user's code; SQLite's side files get the same mode
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # with WAL a kill loses at most the last commits
        connection.execute("PRAGMA cache_size = -32000")
        version = _version(connection)
        if version == 0:
            connection.executescript(f"BEGIN IMMEDIATE;\n{TABLES}\nPRAGMA user_version = {VERSION};\nCOMMIT;")
        elif version != VERSION:
            raise UnusableIndexError(f"version {version}")
    except sqlite3.OperationalError as error:
        connection.close()
        if "already exists" in str(error):  # another window created the tables in the meantime
            return open_for_writing(file)
        raise
    except sqlite3.DatabaseError as error:
        connection.close()
        raise UnusableIndexError(str(error)) from error
    except UnusableIndexError:
        connection.close()
        raise
    return connection


def open_for_reading(file: Path) -> sqlite3.Connection:
    """The database, read only; usable from whichever thread holds it. Raises: UnusableIndexError."""
    if not file.is_file():
        raise UnusableIndexError("not built yet")
    if is_of_others(file.parent):
        raise UnusableIndexError("another user's")
    try:
        connection = sqlite3.connect(
            f"{file.as_uri()}?mode=ro", uri=True, timeout=0.05, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise UnusableIndexError(str(error)) from error
    try:
        connection.execute("PRAGMA query_only = 1")
        connection.execute("PRAGMA cache_size = -16000")  # no mmap: a file cut short by another program would end the process
        if _version(connection) != VERSION:
            raise UnusableIndexError("another version")
    except sqlite3.Error as error:
        connection.close()
        raise UnusableIndexError(str(error)) from error
    except UnusableIndexError:
        connection.close()
        raise
    return connection


def check(file: Path) -> None:
    """Read the whole file. Raises: sqlite3.DatabaseError, "malformed", if it is damaged; 0.1 s for a million lines."""
    with contextlib.closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        (told,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if told != "ok":
            raise sqlite3.DatabaseError(f"malformed: {told}")


def delete(file: Path) -> None:
    """Delete the database. Readers that have it open keep their old view until they check the file again."""
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            file.with_name(file.name + suffix).unlink()


def is_damage(error: sqlite3.Error) -> bool:
    """True if ``error`` means that the file is not a sound database (and not that a disk is full or another process is writing)."""
    told = str(error).lower()
    return isinstance(error, sqlite3.DatabaseError) and any(
        sign in told for sign in ("malformed", "not a database", "no such table", "no such column", "disk i/o error")
    )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
