"""``codestral-ls costs``: what was sent to remote backends and what it cost, by day, backend and model.

Reads only the ledger; ``generate`` itself estimates a batch's cost before it begins.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
from dataclasses import asdict
from datetime import date

from codestral_ls.backends.ledger import Ledger, Spent, ledger_file
from codestral_ls.commands.options import add_editor_settings, add_option_arguments, load
from codestral_ls.errors import CodestralLsError

COLUMNS = ("day (UTC)", "backend", "model", "requests", "sent", "cached", "received", "cost")
NAMES = 3
"""The first columns are words; the rest are numbers, aligned at their ends."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--since", metavar="DAY", type=_day, help="from this day on, such as 2026-11-01")
    parser.add_argument("--json", action="store_true", help="as JSON")
    add_option_arguments(parser)
    add_editor_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the ledger's rows. Raises: CodestralLsError if it cannot be read."""
    currency = load(arguments, None).options.prices.currency
    file = ledger_file()
    try:
        rows = Ledger(file).rows(arguments.since or "")
    except (OSError, sqlite3.Error) as error:
        raise CodestralLsError(f"The costs in {file} cannot be read: {error}. Remove the file to start again.") from error
    total = sum(row.cost for row in rows)
    if arguments.json:
        print(json.dumps({"currency": currency, "cost": total, "rows": [asdict(row) for row in rows]}, indent=2))
    elif rows:
        _show(rows, total, currency)
    else:
        since = f" since {arguments.since}" if arguments.since else " yet"
        print(f"Nothing was spent{since}: no remote backend has answered.")
    return 0


def _show(rows: list[Spent], total: float, currency: str) -> None:
    """Print columns as wide as necessary, because a table cut to the terminal's width would hide figures."""
    lines: list[tuple[str, ...]] = [COLUMNS]
    for row in rows:
        counts = [f"{count:,}" for count in (row.requests, row.sent, row.cached, row.received)]
        lines.append((row.day, row.backend, row.model, *counts, f"{row.cost:.4f} {currency}"))
    lines.append(("in all", "", "", "", "", "", "", f"{total:.4f} {currency}"))
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line[:NAMES], widths, strict=False)]
        cells += [cell.rjust(width) for cell, width in zip(line[NAMES:], widths[NAMES:], strict=True)]
        print("  ".join(cells))


def _day(text: str) -> str:
    """A day as the ledger writes it. Raises: ArgumentTypeError, which argparse prints."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a day; write it as 2026-11-01') from None
