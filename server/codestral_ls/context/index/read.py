"""Queries of the index, each within a few milliseconds in a project of a million lines.

Synchronous and used by one thread at a time; ``context/project.py`` adds a thread and a deadline. An index that is missing,
damaged or of another version gives empty answers and sets ``problem``; a file that was replaced is opened again. If the file
itself is damaged, ``damaged`` stays set until it is reset.
"""

# ruff: noqa: S608 - only marks for values and our own column lists are put into these queries
from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from codestral_ls.context.index import store
from codestral_ls.context.index.modules import meant, target_of

T = TypeVar("T")

MOST_NAMES = 400
MOST_PER_NAME = 12
"""A name with more definitions than this does not show which of them is meant."""
MOST_PER_FILE = 1_500
MOST_IMPORTERS = 24
MOST_REMEMBERED = 600
"""The most answers that are remembered while nobody writes to the index."""

_ROW = """SELECT f.path, d.line, d.end_line, d.kind, n.name, d.container, d.signature, d.doc, n.files
FROM definitions d JOIN names n ON n.id = d.name JOIN files f ON f.id = d.file """


@dataclass(frozen=True, slots=True)
class Defined:
    """One definition in the index. ``path`` is relative to the root, ``container`` dotted; ``users`` counts files that use
    its name.
    """

    path: str
    line: int
    end_line: int
    kind: str
    name: str
    container: str
    signature: str
    doc: str
    users: int


class IndexReader:
    """Reads one root's index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problem = ""
        self.damaged = False
        self._file = store.database_file(root)
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._version = -1
        self._memory: dict[Hashable, object] = {}

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._memory.clear()

    def definitions_named(self, names: Collection[str], but: str = "") -> list[Defined]:
        """The definitions of ``names`` outside the file ``but``, except names that are defined all over the project."""
        wanted = list(names)[:MOST_NAMES]

        def ask(connection: sqlite3.Connection) -> list[Defined]:
            ids = [row[0] for row in connection.execute(f"SELECT id FROM names WHERE name IN {_marks(wanted)}", wanted)]
            rare = [
                row[0]
                for row in connection.execute(
                    f"SELECT name FROM definitions WHERE name IN {_marks(ids)} GROUP BY name HAVING count(*) <= {MOST_PER_NAME}",
                    ids,
                )
            ]
            rows = connection.execute(f"{_ROW} WHERE d.name IN {_marks(rare)} AND f.path != ?", [*rare, but])
            return [Defined(*row) for row in rows]

        return self._asked(ask, [])

    def paths(self, most: int) -> list[str]:
        """The first ``most`` files of the index, in order."""

        def ask(connection: sqlite3.Connection) -> list[str]:
            return [path for (path,) in connection.execute("SELECT path FROM files ORDER BY path LIMIT ?", (most,))]

        return self._asked(ask, [])

    def definitions_in(self, paths: Collection[str]) -> list[Defined]:
        """The definitions of these files, file by file in their order."""
        return [one for path in paths for one in self._definitions_of(path)]

    def _definitions_of(self, path: str) -> list[Defined]:
        def ask(connection: sqlite3.Connection) -> list[Defined]:
            rows = connection.execute(f"{_ROW} WHERE f.path = ? LIMIT {MOST_PER_FILE}", (path,))
            return [Defined(*row) for row in rows]

        return self._asked(ask, [], ("definitions", path))

    def files_meant(self, modules: Sequence[str], importer: str) -> dict[str, list[str]]:
        """For each module as written in file ``importer`` the files it may mean, best first (at most three)."""
        targets = {target_of(module) for module in modules} - {""}

        def ask(connection: sqlite3.Connection) -> dict[str, list[str]]:
            marks, values = _marks(targets), list(targets)
            rows = connection.execute(
                f"SELECT path FROM files WHERE stem IN {marks} UNION SELECT path FROM files WHERE folder IN {marks}",
                values + values,
            )
            by_target: dict[str, list[str]] = {}
            for (path,) in rows:
                parts = path.rsplit("/", 2)
                for key in {parts[-1].split(".", 1)[0], parts[-2] if len(parts) > 1 else ""}:
                    by_target.setdefault(key, []).append(path)
            return {module: meant(module, importer, by_target.get(target_of(module), ()), self.root.name)[:3] for module in modules}

        return self._asked(ask, {}, ("meant", importer, *modules))

    def importers_of(self, path: str) -> list[str]:
        """Files that import the file ``path``, those in its own folder first."""
        stem = path.rsplit("/", 1)[-1].split(".", 1)[0]
        folder = path.rsplit("/", 2)[-2] if "/" in path else self.root.name
        targets = [folder if stem in ("__init__", "index", "mod") else stem]

        def ask(connection: sqlite3.Connection) -> list[str]:
            rows = connection.execute(
                f"SELECT DISTINCT f.path, i.module FROM imports i JOIN files f ON f.id = i.file "
                f"WHERE i.target IN {_marks(targets)} LIMIT 400",
                targets,
            )
            found = {other for other, module in rows if other != path and meant(module, other, [path], self.root.name)}
            near = path.rpartition("/")[0]
            return sorted(found, key=lambda other: (other.rpartition("/")[0] != near, len(other), other))[:MOST_IMPORTERS]

        return self._asked(ask, [], ("importers", path))

    def uses_in(self, paths: Collection[str]) -> dict[str, int]:
        """In how many of these files each name is used."""
        wanted = list(paths)

        def ask(connection: sqlite3.Connection) -> dict[str, int]:
            rows = connection.execute(
                f"SELECT n.name, count(*) FROM refs r JOIN files f ON f.id = r.file JOIN names n ON n.id = r.name "
                f"WHERE f.path IN {_marks(wanted)} GROUP BY r.name",
                wanted,
            )
            return {str(name): int(count) for name, count in rows}

        return self._asked(ask, {}, ("uses", *wanted))

    def imported_names(self, path: str) -> list[tuple[str, tuple[str, ...]]]:
        """The imports of a file: (module, names)."""

        def ask(connection: sqlite3.Connection) -> list[tuple[str, tuple[str, ...]]]:
            rows = connection.execute(
                "SELECT i.module, i.names FROM imports i JOIN files f ON f.id = i.file WHERE f.path = ?", (path,)
            )
            return [(module, tuple(pair[0] for pair in json.loads(names))) for module, names in rows]

        return self._asked(ask, [], ("imports", path))

    def siblings_of(self, path: str) -> list[str]:
        """The other files of a file's folder."""
        folder = path.rpartition("/")[0]

        def ask(connection: sqlite3.Connection) -> list[str]:
            low, high = (f"{folder}/", f"{folder}0") if folder else ("", "\U0010ffff")  # "0" follows "/"
            rows = connection.execute("SELECT path FROM files WHERE path >= ? AND path < ? LIMIT 2000", (low, high))
            return [other for (other,) in rows if other != path and other.rpartition("/")[0] == folder]

        return self._asked(ask, [], ("siblings", path))

    def files_called(self, stems: Iterable[str]) -> list[str]:
        """The files with one of these names (without suffixes)."""
        wanted = list(stems)

        def ask(connection: sqlite3.Connection) -> list[str]:
            rows = connection.execute(f"SELECT path FROM files WHERE stem IN {_marks(wanted)} LIMIT 200", wanted)
            return [path for (path,) in rows]

        return self._asked(ask, [])

    def _asked(self, ask: Callable[[sqlite3.Connection], T], nothing: T, key: Hashable = None) -> T:
        """The answer to a query, remembered under ``key`` until somebody writes to the index."""
        try:
            connection = self._opened()
            version = int(connection.execute("PRAGMA data_version").fetchone()[0])
            if version != self._version or len(self._memory) > MOST_REMEMBERED:
                self._memory.clear()
                self._version = version
            if key is not None and key in self._memory:
                return cast("T", self._memory[key])
            answer = ask(connection)
            if key is not None:
                self._memory[key] = answer
            self.problem = ""
            return answer
        except store.UnusableIndexError as error:
            self.problem = str(error)
            cause = error.__cause__
            self.damaged = self.damaged or (isinstance(cause, sqlite3.Error) and store.is_damage(cause))
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self.problem = str(error)
            self.damaged = self.damaged or not isinstance(error, sqlite3.Error) or store.is_damage(error)
            self.close()
        return nothing

    def _opened(self) -> sqlite3.Connection:
        try:
            inode = os.stat(self._file).st_ino  # noqa: PTH116 - once per question
        except OSError as error:
            self.close()
            raise store.UnusableIndexError("not built yet") from error
        if self._connection is None or inode != self._inode:
            self.close()
            self._connection = store.open_for_reading(self._file)
            self._inode = inode
        return self._connection


def _marks(values: Collection[object]) -> str:
    return f"({','.join('?' * len(values))})"
