"""Tokens per day, backend and model in a small SQLite file, and their cost at the configured prices.

Shared by all processes of a user: rows are added to, never rewritten. Methods block for a moment (milliseconds): call
them off the event loop. No text, no file names and no times finer than a day are kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from codestral_ls.backends.base import Usage
from codestral_ls.config.paths import state_dir
from codestral_ls.config.sections import PricesOptions
from codestral_ls.errors import ConfigError
from codestral_ls.system.private_files import private_file

_SCHEMA = """
CREATE TABLE IF NOT EXISTS spent (
    day TEXT NOT NULL, backend TEXT NOT NULL, model TEXT NOT NULL,
    requests INTEGER NOT NULL, sent INTEGER NOT NULL, cached INTEGER NOT NULL, received INTEGER NOT NULL,
    cost REAL NOT NULL, PRIMARY KEY (day, backend, model)
) WITHOUT ROWID
"""
_ADD = """
INSERT INTO spent VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day, backend, model) DO UPDATE SET
    requests = requests + excluded.requests, sent = sent + excluded.sent, cached = cached + excluded.cached,
    received = received + excluded.received, cost = cost + excluded.cost
"""
_BUSY_SECONDS = 2.0  # another process may hold the file


def ledger_file() -> Path:
    """Where the user's ledger is."""
    return state_dir() / "costs.sqlite"


def utc_day() -> str:
    """Today in UTC, as on the providers' bills."""
    return datetime.now(UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a million tokens: sent, received, and sent but found in the server's cache."""

    sent: float
    received: float
    cached: float

    def times(self, share: float) -> Price:
        """A share of this price: Mistral's batch jobs cost half."""
        return Price(self.sent * share, self.received * share, self.cached * share)

    def of(self, usage: Usage) -> float:
        """The cost of one answer."""
        new = max(0, usage.prompt_tokens - usage.cached_tokens)
        return (new * self.sent + usage.completion_tokens * self.received + usage.cached_tokens * self.cached) / 1e6


FREE = Price(0.0, 0.0, 0.0)


def price_of(model: str, options: PricesOptions) -> Price:
    """The price by the longest row that begins the model's name; a model without a row is free.

    Raises: ConfigError (a row that is not a name and three numbers).
    """
    found, length = FREE, -1
    for row in options.models:
        try:
            name, *numbers = row.split()
            sent, received, cached = (float(number) for number in numbers)
        except ValueError as error:
            wanted = '"codestral 0.30 0.90 0.03"'
            raise ConfigError(f'prices.models: "{row}" is not a name with three prices, as in {wanted}.') from error
        if model.startswith(name) and len(name) > length:
            found, length = Price(sent, received, cached), len(name)
    return found


@dataclass(frozen=True, slots=True)
class Spent:
    """One row: the use of one model on one day."""

    day: str
    backend: str
    model: str
    requests: int
    sent: int
    cached: int
    received: int
    cost: float

    def plus(self, other: Spent) -> Spent:
        """The sum of both, as a row with this row's day, backend and model."""
        return Spent(
            self.day,
            self.backend,
            self.model,
            self.requests + other.requests,
            self.sent + other.sent,
            self.cached + other.cached,
            self.received + other.received,
            self.cost + other.cost,
        )


class Ledger:
    """The file at ``path``; its folder is created when first written to. ``today`` gives the day in UTC."""

    def __init__(self, path: Path, today: Callable[[], str] = utc_day) -> None:
        self._path = path
        self.today = today

    def add(self, backend: str, model: str, usage: Usage, price: Price, day: str = "") -> None:
        """Add one answer, to today's row if ``day`` is empty. Raises: OSError, sqlite3.Error."""
        sent, cached, received = usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens
        self.add_all([Spent(day or self.today(), backend, model, 1, sent, cached, received, price.of(usage))])

    def add_all(self, rows: Iterable[Spent]) -> None:
        """Add all of these rows or none. Raises: OSError, sqlite3.Error."""
        with closing(self._open()) as connection, connection:
            connection.executemany(_ADD, [astuple(row) for row in rows])

    def cost_today(self) -> float:
        """The cost of today, all backends together. Raises: OSError, sqlite3.Error."""
        return sum(row.cost for row in self.rows(self.today()))

    def rows(self, since: str = "") -> list[Spent]:
        """All rows from the day ``since`` on, in order. Raises: OSError, sqlite3.Error."""
        if not self._path.exists():
            return []
        with closing(self._open()) as connection:
            found = connection.execute("SELECT * FROM spent WHERE day >= ? ORDER BY day, backend, model", (since,))
            return [Spent(*row) for row in found]

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(private_file(self._path), timeout=_BUSY_SECONDS)
        connection.execute(_SCHEMA)
        return connection
