"""Counts of shown, accepted, rejected and persisted completions, in a small SQLite file of this user. Nothing else is kept.

Counts are by source and by tenth of the predicted chance, so that predictions can be corrected by this user's decisions.
No text and no path is ever written. If the file cannot be opened or is broken nothing is remembered.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from codestral_ls.completion.answer import Source
from codestral_ls.system.private_files import private_file

T = TypeVar("T")
log = logging.getLogger(__name__)

FLUSH_EVENTS = 50
PRIOR_WEIGHT = 60
"""Weight of a prediction, as a number of the user's own decisions."""

KEEP_SHARE = 0.05
"""No prediction falls below this share, however rarely a user accepts: otherwise nothing would be shown that could correct it."""

SCHEMA = """CREATE TABLE IF NOT EXISTS counts (
    event TEXT, source TEXT, tenth INTEGER, n INTEGER NOT NULL, characters INTEGER NOT NULL,
    PRIMARY KEY (event, source, tenth))"""

UPSERT = """INSERT INTO counts VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (event, source, tenth) DO UPDATE SET n = n + excluded.n, characters = characters + excluded.characters"""


class SqliteTally:
    """A tally in a file; several servers may share it. Writing happens in a thread of its own, at most every few events."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._new: Counter[tuple[str, str, int]] = Counter()
        self._new_characters: Counter[tuple[str, str, int]] = Counter()
        self._known: Counter[tuple[str, str, int]] = Counter()
        self._writer: threading.Thread | None = None
        self._read()

    def count(self, event: str, source: Source, confidence: float | None, characters: int) -> None:
        """Count one event; returns at once."""
        key = (event, source, _tenth(confidence))
        with self._lock:
            self._new[key] += 1
            self._new_characters[key] += characters
            self._known[key] += 1
            due = sum(self._new.values()) >= FLUSH_EVENTS and (self._writer is None or not self._writer.is_alive())
        if due:
            self._writer = threading.Thread(target=self._write, name="tally", daemon=True)
            self._writer.start()

    def adjusted(self, prior: float, copied: bool) -> float:
        """The predicted chance, corrected by how often this user accepted such predictions: a weighted mean of both."""
        tenth = _tenth(prior)
        with self._lock:
            shown = accepted = 0
            for (event, source, at), number in self._known.items():
                if at == tenth and (source == "copied") == copied:
                    shown += number * (event == "shown")
                    accepted += number * (event in ("accepted", "partially_accepted"))
        share = (prior * PRIOR_WEIGHT + min(accepted, shown)) / (PRIOR_WEIGHT + shown)
        return max(KEEP_SHARE * (prior > 0), share)

    def close(self) -> None:
        """Write pending counts; waits for at most two seconds."""
        if self._writer is not None:
            self._writer.join(2.0)
        self._write()

    def _read(self) -> None:
        rows = self._in_file(lambda database: database.execute("SELECT event, source, tenth, n FROM counts").fetchall())
        for event, source, tenth, number in rows or ():
            self._known[str(event), str(source), int(tenth)] += int(number)

    def _write(self) -> None:
        with self._lock:
            rows = [(*key, number, self._new_characters[key]) for key, number in self._new.items()]
            self._new.clear()
            self._new_characters.clear()
        if rows:
            self._in_file(lambda database: database.executemany(UPSERT, rows))

    def _in_file(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        if self._path is None:
            return None
        try:
            database = sqlite3.connect(private_file(self._path), timeout=1.0)
            try:
                with database:
                    database.execute(SCHEMA)
                    return work(database)
            finally:
                database.close()
        except (OSError, sqlite3.Error) as error:
            log.warning("acceptances are not remembered: %s", error)
            return None


def _tenth(confidence: float | None) -> int:
    return -1 if confidence is None else min(9, max(0, int(confidence * 10)))
