"""``codestral-ls doctor``: say what is installed, what works and what to do next."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from codestral_ls.commands.options import add_editor_settings, add_option_arguments, load

if TYPE_CHECKING:
    from codestral_ls.doctor.finding import DoctorReport

_MARKS = {"ok": "[green]✓[/]", "note": "[blue]·[/]", "warning": "[yellow]![/]", "error": "[red]✗[/]"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--no-ask", action="store_true", help="do not start or ask any backend")
    parser.add_argument(
        "--probe", action="store_true", help="have each backend fill test holes: does its model fill in the middle?"
    )
    add_option_arguments(parser)
    add_editor_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the report; 1 when something keeps completion from working."""
    from codestral_ls.doctor.examine import examine

    loaded = load(arguments, Path.cwd(), tell=False)
    report = asyncio.run(examine(loaded, ask=not arguments.no_ask, probe=arguments.probe))
    if arguments.json:
        print(json.dumps(as_json(report), ensure_ascii=False, indent=2))
    else:
        _show(report)
    return 0 if report.healthy else 1


def as_json(report: DoctorReport) -> dict[str, object]:
    """``{"healthy", "next", "findings"}``; a finding is ``{"group", "name", "state", "text", "next", "facts"}``."""
    findings = [asdict(finding) for finding in report.findings]
    return {"healthy": report.healthy, "next": list(report.next), "findings": findings}


def _show(report: DoctorReport) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    group = ""
    for finding in report.findings:
        if finding.group != group:
            group = finding.group
            console.print(f"[bold]{group}[/]")
        row = Table.grid(padding=(0, 1))
        row.add_column(width=2, justify="right")
        row.add_column(overflow="fold")
        row.add_row(_MARKS[finding.state], escape(finding.text))
        console.print(row)
    console.print("[bold]What to do next[/]" if report.next else "[bold]All is well.[/] Open a file in your editor.")
    for number, advice in enumerate(report.next, start=1):
        row = Table.grid(padding=(0, 1))
        row.add_column(width=2, justify="right")
        row.add_column(overflow="fold")
        row.add_row(f"{number}.", escape(advice))
        console.print(row)
