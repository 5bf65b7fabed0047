"""The progress of a batch on the terminal: rate, tokens, cost so far and time left; and the summary table at its end.

Without a terminal it prints a plain line now and then. Reads ``Counts`` and changes nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from codestral_ls.generate.batch.counts import Counts
from codestral_ls.timing import Clock, monotonic

_REFRESH, _PLAIN_EVERY = 0.25, 15.0


@contextlib.asynccontextmanager
async def shown(counts: Counts, console: Console, currency: str, clock: Clock = monotonic) -> AsyncIterator[None]:
    """Show the progress while the block runs."""
    task = asyncio.create_task((_bar if console.is_terminal else _lines)(counts, console, currency, clock))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def status(counts: Counts, seconds: float, currency: str) -> str:
    """The numbers on one line."""
    rate = counts.requests_done / seconds if seconds > 0 else 0.0
    parts = [
        f"{counts.requests_done} written",
        f"{rate:.1f}/s",
        f"{_short(counts.sent)} + {_short(counts.received)} tokens",
        f"{counts.cost:.2f} {currency}",
    ]
    if counts.known:
        parts.insert(1, f"{counts.known} known")
    if rate > 0 and (left := counts.requests_left) is not None:
        parts.append(f"{_time(left / rate)} left")
    if counts.trouble:
        parts.append(counts.trouble)
    return " · ".join(parts)


def summary(counts: Counts, seconds: float, currency: str, spent: tuple[int, int, int, float]) -> Table:
    """The table at the end; ``spent`` is of the whole journal: answers, tokens sent, tokens received, cost."""
    table = Table(title="Summary", show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    for state, title in (
        ("written", "files written"),
        ("proposed", "files that would change"),
        ("unchanged", "files unchanged"),
        ("left_alone", "files left alone"),
    ):
        if counts.files[state]:
            table.add_row(title, str(counts.files[state]))
    for state, title in (
        ("written", "texts used"),
        ("unusable", "texts of no use"),
        ("refused", "texts refused by the proof"),
        ("failed", "texts that never came"),
    ):
        if counts.outcomes[state]:
            table.add_row(title, str(counts.outcomes[state]))
    table.add_row("requests now / known from the journal", f"{counts.requests_done} / {counts.known}")
    table.add_row("tokens sent + received now", f"{counts.sent:,} + {counts.received:,}")
    table.add_row("cost now / of the whole journal", f"{counts.cost:.4f} / {spent[3]:.4f} {currency}")
    table.add_row("time", _time(seconds))
    for reason, count in counts.reasons.most_common(8):
        table.add_row(f"  {reason}", str(count), style="dim")
    for error, count in counts.errors.most_common(3):
        table.add_row(f"  {error}", str(count), style="red")
    return table


async def _bar(counts: Counts, console: Console, currency: str, clock: Clock) -> None:
    columns = (TextColumn("files"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[status]}"))
    began = clock()
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as progress:
        bar = progress.add_task("files", total=None, status="")
        while True:
            if counts.asking:
                progress.stop()
                while counts.asking:  # noqa: ASYNC110 - shown four times a second, there is no event to wait for
                    await asyncio.sleep(_REFRESH)
                progress.start()
            line = status(counts, clock() - began, currency)
            progress.update(bar, total=counts.files_total, completed=counts.files_done, status=line)
            progress.refresh()
            await asyncio.sleep(_REFRESH)


async def _lines(counts: Counts, console: Console, currency: str, clock: Clock) -> None:
    began = clock()
    while True:
        await asyncio.sleep(_PLAIN_EVERY)
        total = "?" if counts.files_total is None else counts.files_total
        console.print(f"{counts.files_done}/{total} files · {status(counts, clock() - began, currency)}", highlight=False)


def _short(count: int) -> str:
    return f"{count / 1e6:.1f}M" if count >= 1e6 else f"{count / 1e3:.1f}k" if count >= 1e3 else str(count)


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
