"""Writes files into the database and removes them: each call is one transaction, so a kill leaves the earlier state.

Each name is stored once and referred to by number. This module knows no source files and folders.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from codestral_ls.context.index.extract import FileFacts
from codestral_ls.context.index.indexed_files import FileStamp
from codestral_ls.context.index.modules import file_keys, target_of


@dataclass(frozen=True, slots=True)
class Indexed:
    """One file ready to be written: its stamp, the digest of its content and its facts."""

    stamp: FileStamp
    digest: str
    facts: FileFacts


class IndexWriter:
    """Writes through one connection; used by one thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names: dict[str, int] = {}

    def known(self) -> dict[str, tuple[int, int, str]]:
        """Every file in the index: path → (mtime_ns, size, digest)."""
        rows = self._connection.execute("SELECT path, mtime_ns, size, digest FROM files")
        return {path: (mtime_ns, size, digest) for path, mtime_ns, size, digest in rows}

    def under(self, folder: str) -> list[str]:
        """The files in a folder (relative to the root, no ``/`` at its end) and its folders."""
        rows = self._connection.execute("SELECT path FROM files WHERE path >= ? AND path < ?", (f"{folder}/", f"{folder}0"))
        return [path for (path,) in rows]  # "0" follows "/"

    def languages(self, most: int) -> list[str]:
        """The languages with the most files, at most ``most``."""
        rows = self._connection.execute("SELECT language FROM files GROUP BY language ORDER BY count(*) DESC LIMIT ?", (most,))
        return [language for (language,) in rows]

    def meta(self, key: str) -> str:
        """A remembered value, empty where there is none."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, key: str, value: str) -> None:
        """Remember a value."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def write(self, files: Sequence[Indexed]) -> None:
        """Replace the facts about ``files``."""
        with self._transaction():
            self._remove([one.stamp.path for one in files])
            for one in files:
                self._insert(one)

    def touch(self, stamps: Iterable[FileStamp]) -> None:
        """Record that these files have a new time and the same content."""
        with self._transaction():
            self._connection.executemany(
                "UPDATE files SET mtime_ns = ?, size = ? WHERE path = ?",
                ((stamp.mtime_ns, stamp.size, stamp.path) for stamp in stamps),
            )

    def remove(self, paths: Sequence[str]) -> None:
        """Forget these files."""
        with self._transaction():
            self._remove(paths)

    def count_names(self) -> None:
        """Store for every name in how many files it is used; it does no harm if this is a little out of date."""
        with self._transaction():
            self._connection.execute("UPDATE names SET files = (SELECT count(*) FROM refs WHERE refs.name = names.id)")
        self._connection.execute("ANALYZE")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._names.clear()  # numbers that were given in a transaction that was undone
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _remove(self, paths: Sequence[str]) -> None:
        for path in paths:
            row = self._connection.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
            if row is None:
                continue
            for table in ("definitions", "imports", "refs"):
                self._connection.execute(f"DELETE FROM {table} WHERE file = ?", row)  # noqa: S608 - our own three names
            self._connection.execute("DELETE FROM files WHERE id = ?", row)

    def _insert(self, one: Indexed) -> None:
        stamp, facts = one.stamp, one.facts
        stem, folder = file_keys(PurePosixPath(stamp.path))
        cursor = self._connection.execute(
            "INSERT INTO files (path, stem, folder, language, mtime_ns, size, digest, lines) VALUES (?,?,?,?,?,?,?,?)",
            (stamp.path, stem, folder, facts.language, stamp.mtime_ns, stamp.size, one.digest, facts.lines),
        )
        file = cursor.lastrowid
        self._connection.executemany(
            "INSERT INTO definitions VALUES (?,?,?,?,?,?,?,?)",
            [(file, d.line, d.end_line, d.kind, self._name(d.name), d.container, d.signature, d.doc) for d in facts.definitions],
        )
        self._connection.executemany(
            "INSERT INTO imports VALUES (?,?,?,?,?)",
            [(file, i.line, target_of(i.module), i.module, json.dumps(i.names, ensure_ascii=False)) for i in facts.imports],
        )
        self._connection.executemany(
            "INSERT OR REPLACE INTO refs VALUES (?,?,?)",
            sorted((self._name(name), file, count) for name, count in facts.references),
        )

    def _name(self, name: str) -> int:
        number = self._names.get(name)
        if number is None:
            row = self._connection.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
            if row is None:
                cursor = self._connection.execute("INSERT INTO names (name) VALUES (?)", (name,))
                number = int(cursor.lastrowid or 0)
            else:
                number = int(row[0])
            self._names[name] = number
        return number
