"""The output at the end of a batch: diffs or JSON on standard output, the summary and files left alone on standard error."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from codestral_ls.commands.generate.batch_progress import summary
from codestral_ls.commands.generate.html_report import write_report
from codestral_ls.generate.batch.batch import Batch
from codestral_ls.generate.batch.counts import Counts
from codestral_ls.generate.batch.journal import FileRow, Journal

_LEFT_ALONE = 20
"""So many of the files that were left alone are named; the report and ``--json`` have all."""


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """What the user wants to see: lines of JSON, an HTML report, amounts in this currency."""

    json: bool
    report: Path | None
    currency: str


def show(batch: Batch, view: ShowOptions, journal: Journal, counts: Counts, console: Console, seconds: float) -> None:
    """Show the results of the batch. Raises: GenerateError (the report cannot be written)."""
    if view.json:
        for row in journal.files():
            sys.stdout.write(json.dumps(_plain(row), ensure_ascii=True) + "\n")
        sys.stdout.write(json.dumps({"summary": _numbers(counts, journal, seconds, view.currency)}) + "\n")
    elif batch.mode == "show":
        for row in journal.files("proposed"):
            _print_diff(row.diff)
    if view.report is not None:
        cost = f"{journal.spent()[3]:.4f} {view.currency}"
        write_report(view.report, f"Generated {batch.what}", counts, cost, journal.files(), batch.root)
    console.print(summary(counts, seconds, view.currency, journal.spent()))
    for row in [row for _, row in zip(range(_LEFT_ALONE), journal.files("left_alone"), strict=False)]:
        console.print(escape(f"left alone: {shown_path(Path(row.path))}: {row.reason}"), style="dim", highlight=False)


def shown_path(path: Path) -> str:
    """The path relative to the working folder if it is below it; on one line, without characters that move a cursor."""
    try:
        return visible(path.relative_to(Path.cwd()).as_posix())
    except ValueError:
        return visible(str(path))


def visible(text: str, kept: str = "") -> str:
    """The text with invisible characters (except those in ``kept``) as Python writes them, because a terminal would obey them."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in kept else char.encode("unicode_escape").decode() for char in text)


def _print_diff(diff: str) -> None:
    if not sys.stdout.isatty():
        sys.stdout.write(diff)
        return
    from rich.syntax import Syntax

    Console().print(Syntax(visible(diff, kept="\n\t"), "diff", background_color="default"))


def _plain(row: FileRow) -> dict[str, object]:
    return {
        "path": row.path,
        "state": row.state,
        "reason": row.reason,
        "diff": row.diff,
        "outcomes": [asdict(outcome) for outcome in row.outcomes],
    }


def _numbers(counts: Counts, journal: Journal, seconds: float, currency: str) -> dict[str, object]:
    return {
        "files": dict(counts.files),
        "outcomes": dict(counts.outcomes),
        "requests": counts.requests_done,
        "known": counts.known,
        "tokens_sent": counts.sent,
        "tokens_received": counts.received,
        "cost": round(counts.cost, 6),
        "journal_cost": round(journal.spent()[3], 6),
        "currency": currency,
        "seconds": round(seconds, 3),
        "fence": counts.fence,
    }
