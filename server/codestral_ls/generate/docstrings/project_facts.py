"""Facts about a definition from the rest of a project: lines that call it, its bases' documentation, the functions it calls.

One small SQLite file next to the journal, written once when a run begins (``facts_from_index.py``) and read by the workers that
plan: a resumed run must make exactly the first run's requests, however the files and the index have changed since.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.system.private_files import private_file

_TABLES = (
    "CREATE TABLE calls (name TEXT NOT NULL, path TEXT NOT NULL, line TEXT NOT NULL)",
    "CREATE TABLE documented (name TEXT NOT NULL, path TEXT NOT NULL, text TEXT NOT NULL)",
    "CREATE TABLE heads (name TEXT NOT NULL, path TEXT NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX calls_name ON calls (name)",
    "CREATE INDEX documented_name ON documented (name)",
    "CREATE INDEX heads_name ON heads (name)",
)
_MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact from the file at ``path`` (relative to the project) about ``name``: a line, or a few."""

    name: str
    path: str
    text: str


class ProjectFacts:
    """The facts in ``file``; without a file there are none. Used by one thread at a time."""

    def __init__(self, file: Path | None) -> None:
        self._connection: sqlite3.Connection | None = None
        if file is not None and file.is_file():
            with contextlib.suppress(sqlite3.Error):
                self._connection = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)

    def calls(self, name: str, but: str) -> list[str]:
        """Lines in files other than ``but`` that call ``name``."""
        return [one.text for one in self._asked("calls", "line", (name,), but)]

    def documented(self, names: Collection[str], but: str) -> list[str]:
        """The heads of classes with these names in other files, with their documentation, in the order of the names."""
        return [one.text for one in self._asked("documented", "text", names, but)]

    def heads(self, names: Collection[str], but: str) -> list[Fact]:
        """The signatures of the definitions with these names in other files, with the first line of their documentation."""
        return self._asked("heads", "text", names, but)

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()

    def _asked(self, table: str, column: str, names: Collection[str], but: str) -> list[Fact]:
        wanted = list(names)[:_MOST_NAMES]
        if self._connection is None or not wanted:
            return []
        marks = ",".join("?" * len(wanted))
        question = f"SELECT name, path, {column} FROM {table} WHERE name IN ({marks}) AND path != ? ORDER BY rowid"  # noqa: S608
        try:
            found = [Fact(*row) for row in self._connection.execute(question, (*wanted, but))]
        except sqlite3.Error:
            return []
        order = {name: number for number, name in reversed(list(enumerate(wanted)))}
        return sorted(found, key=lambda one: order[one.name])


@contextlib.contextmanager
def opened(file: Path | None) -> Iterator[ProjectFacts]:
    """The facts while the block runs."""
    facts = ProjectFacts(file)
    try:
        yield facts
    finally:
        facts.close()


def write_facts(file: Path, calls: Iterable[Fact], documented: Iterable[Fact], heads: Iterable[Fact]) -> None:
    """Write all facts anew; the file gets its name only when it is complete. Raises: OSError, sqlite3.Error."""
    making = file.with_name(f"{file.name}.making")
    making.unlink(missing_ok=True)
    private_file(making, own_folder=False)  # it holds pieces of the user's code
    try:
        with contextlib.closing(sqlite3.connect(making)) as connection, connection:
            for statement in _TABLES:
                connection.execute(statement)
            for table, rows in (("calls", calls), ("documented", documented), ("heads", heads)):
                values = ((one.name, one.path, one.text.encode("utf-8", "replace").decode()) for one in rows)
                connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", values)  # noqa: S608 - our own names
        making.replace(file)
    finally:
        making.unlink(missing_ok=True)
