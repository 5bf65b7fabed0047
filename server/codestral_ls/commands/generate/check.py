"""``generate --check``: lists what is missing, as a gate for CI. Asks no model.

Fails below ``--fail-under`` percent, and if there was no file to look at: a gate that looks at nothing must not pass.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from codestral_ls.commands.generate.showing import shown_path
from codestral_ls.config.sections import Options
from codestral_ls.generate.batch.batch import Batch
from codestral_ls.generate.batch.discover import find_files
from codestral_ls.generate.batch.planned import planned
from codestral_ls.generate.batch.pool import Pool
from codestral_ls.generate.batch_work import make_work
from codestral_ls.generate.writers.choose import info_of

DONE, FAILED = 0, 1
_WIDEST = 1_000
"""Columns of a line in a log."""


@dataclass(frozen=True, slots=True)
class Covered:
    """One file: how many definitions should have documentation (or tests), and how many lack it."""

    path: Path
    all: int
    missing: int

    @property
    def percent(self) -> float:
        """The share that has it; a file that needs none has all."""
        return 100.0 * (self.all - self.missing) / self.all if self.all else 100.0


async def check(batch: Batch, options: Options, console: Console, fail_under: float, *, as_json: bool) -> int:
    """List what is missing; returns 1 when less than ``fail_under`` percent is there or no file was looked at."""
    thing = "docstring" if batch.what == "docstrings" else "tests"
    out = Console(soft_wrap=True, highlight=False)
    rows: list[Covered] = []
    left_alone = 0
    work = make_work(batch, options, None, info_of(batch.writer, options))
    for note in work.notes:
        console.print(escape(note), highlight=False)
    with contextlib.closing(Pool()) as pool:
        async for plan in planned(work.plan, find_files(batch.selection), pool):
            name = shown_path(plan.path)
            if plan.problem:
                left_alone += 1
                console.print(escape(f"{name}: left alone: {plan.problem}"), style="dim", highlight=False)
                continue
            rows.append(Covered(plan.path, len(plan.wanted) + plan.documented, len(plan.wanted)))
            for wanted in plan.wanted:
                if as_json:
                    row = {"path": str(plan.path), "line": wanted.line, "name": wanted.name, "missing": batch.what}
                    out.print(json.dumps(row, ensure_ascii=False), markup=False)
                else:
                    out.print(f"{name}:{wanted.line}: {wanted.name} has no {thing}", markup=False)
    whole = Covered(batch.root, sum(row.all for row in rows), sum(row.missing for row in rows))
    if rows and batch.what == "docstrings" and not as_json:
        _print(_table(rows, whole), console)
    files = f"{len(rows)} file{'s' if len(rows) != 1 else ''}"
    console.print(f"{whole.missing} without {thing}; {files} looked at, {left_alone} left alone.", highlight=False)
    if not rows:
        console.print("No file was looked at, so nothing is known: check the paths, --include and --exclude.", highlight=False)
        return FAILED
    if whole.percent < fail_under:
        if fail_under < 100.0:
            console.print(f"{whole.percent:.1f} % is less than --fail-under {fail_under:g}.", highlight=False)
        return FAILED
    return DONE


def _print(table: Table, console: Console) -> None:
    """Print the table; in a log, paths are not folded at the terminal's width."""
    if not console.is_terminal:
        wanted = console.measure(table, options=console.options.update(width=_WIDEST)).maximum
        console = Console(stderr=True, width=max(console.width, wanted))
    console.print(table)


def _table(rows: list[Covered], whole: Covered) -> Table:
    """Coverage by file; files without definitions are left out."""
    table = Table(title="Documented", title_justify="left")
    table.add_column("file", overflow="fold")
    for title in ("definitions", "missing", "documented"):
        table.add_column(title, justify="right")
    for row in rows:
        if row.all:
            table.add_row(escape(shown_path(row.path)), str(row.all), str(row.missing), f"{row.percent:.0f} %")
    table.add_section()
    table.add_row("all", str(whole.all), str(whole.missing), f"{whole.percent:.1f} %")
    return table
