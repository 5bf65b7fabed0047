"""``codestral-ls generate``: one batch from its arguments to its exit code.

Progress and messages go to standard error, diffs and JSON to standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from codestral_ls.config.sections import Options
from codestral_ls.errors import GenerateError
from codestral_ls.generate import assemble
from codestral_ls.generate.arguments import add_arguments
from codestral_ls.generate.counts import Counts
from codestral_ls.generate.discover import Selection, find_files, git_root, unclean
from codestral_ls.generate.journal import FileRow, Journal
from codestral_ls.generate.pool import Pool
from codestral_ls.generate.progress import shown, summary
from codestral_ls.generate.report import write_report
from codestral_ls.generate.runner import Limits, Runner
from codestral_ls.generate.work import Work
from codestral_ls.timing import monotonic

__all__ = ["add_arguments", "run"]

DONE, FAILED, INTERRUPTED = 0, 1, 130


def run(arguments: argparse.Namespace, options: Options) -> int:
    """Run the batch; its exit code. Raises CodestralLsError with the reason when it cannot be run at all."""
    console = Console(stderr=True)
    selection = assemble.selection_of(arguments, options)
    _refuse_nonsense(arguments)
    for sentence in assemble.withheld(arguments, options):
        console.print(escape(sentence), highlight=False)
    if arguments.mode == "check":
        return asyncio.run(_check(arguments, options, selection, console))
    if arguments.mode == "write":
        _refuse_unclean(arguments, console)
    journal = _open_journal(arguments)
    try:
        work = assemble.make_work(arguments, options, journal, assemble.backend_info(arguments, options))
        return asyncio.run(_batch(arguments, options, selection, journal, work, console))
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        journal.close()


async def _batch(
    arguments: argparse.Namespace, options: Options, selection: Selection, journal: Journal, work: Work, console: Console
) -> int:
    info = assemble.backend_info(arguments, options)
    counts, began = Counts(), monotonic()
    pool = Pool()
    with contextlib.closing(pool):
        concurrency = assemble.concurrency_of(arguments, options)
        if arguments.engine == "mistral-batch":
            from codestral_ls.generate.mistral_jobs import JobsEngine

            engine: Any = JobsEngine(
                options, journal, arguments.batch_hours, say=_teller(console), allowed=assemble.allowed_of(arguments)
            )
        else:
            engine = assemble.make_engine(arguments, options, concurrency, counts.tell_trouble)
        price = assemble.price_function(options, info, half=arguments.engine == "mistral-batch")
        limits = Limits(concurrency, finish_seconds=600.0 if arguments.what == "tests" else 120.0)
        mode = "write" if arguments.mode == "write" else "show"
        runner = Runner(work, engine, journal, pool, limits, mode, price, counts)  # type: ignore[arg-type]
        currency = options.prices.currency
        counting = asyncio.create_task(_count(counts, selection))
        journal.set("state", "running")
        journal.forget_files()
        try:
            async with _interruptible(runner, console), shown(counts, console, currency):
                await engine.start()
                if arguments.engine == "mistral-batch":
                    await engine.answer_all(work, lambda: find_files(selection), pool, price, lambda: runner.was_stopped)
                await runner.run(find_files(selection))
        finally:
            counting.cancel()
            with contextlib.suppress(asyncio.CancelledError, GenerateError):
                await counting
            await engine.aclose()
            _show(arguments, journal, counts, console, monotonic() - began, currency)
    if runner.was_stopped:
        console.print("Interrupted. The same command with --resume goes on without paying again.", highlight=False)
        return INTERRUPTED
    journal.set("state", "finished")
    if counts.files["proposed"] and not arguments.json:
        console.print("Nothing was written. The same command with --write --resume writes this, at no further cost.")
    return FAILED if counts.outcomes["failed"] else DONE


async def _check(arguments: argparse.Namespace, options: Options, selection: Selection, console: Console) -> int:
    """Tell what is missing without asking a model; 1 when something is."""
    missing = files = 0
    thing = "docstring" if arguments.what == "docstrings" else "tests"
    out = Console(soft_wrap=True, highlight=False)
    work = assemble.make_work(arguments, options, None, assemble.backend_info(arguments, options))
    with contextlib.closing(Pool()) as pool:
        async for plan in planned(work, find_files(selection), pool):
            files += 1
            name = _shown_path(plan.path)
            if plan.problem:
                console.print(escape(f"{name}: left alone: {plan.problem}"), style="dim", highlight=False)
            for wanted in plan.wanted:
                missing += 1
                if arguments.json:
                    row = {"path": str(plan.path), "line": wanted.line, "name": wanted.name, "missing": arguments.what}
                    out.print(json.dumps(row, ensure_ascii=False), markup=False)
                else:
                    out.print(f"{name}:{wanted.line}: {wanted.name} has no {thing}", markup=False)
    console.print(f"{missing} without {thing}; {files} files looked at.", highlight=False)
    return FAILED if missing else DONE


async def planned(work: Work, paths: Iterator[Path], pool: Pool) -> AsyncIterator[Any]:
    """The plans of ``paths`` in their order, a few of them made ahead."""
    waiting: list[asyncio.Task[Any]] = []
    for path in paths:
        waiting.append(asyncio.create_task(pool.call(work.plan, path)))
        if len(waiting) > 4 * max(1, pool.processes):
            yield await waiting.pop(0)
    for task in waiting:
        yield await task


def _open_journal(arguments: argparse.Namespace) -> Journal:
    path = assemble.journal_path(arguments)
    journal = Journal(path, restart=arguments.restart)
    if not arguments.resume and journal.setting("state") == "running":
        spent = journal.spent()
        journal.close()
        raise GenerateError(
            f"The last run here was interrupted with {spent[0]} texts paid for. Pass --resume to go on, --restart to forget it."
        )
    if not arguments.resume and journal.setting("state") is not None:
        journal.close()
        journal = Journal(path, restart=True)
    return journal


def _refuse_nonsense(arguments: argparse.Namespace) -> None:
    if arguments.what == "tests" and arguments.mode == "write" and not arguments.execute:
        raise GenerateError(
            "Only tests that pass are written, and to know that they must run. Add --run, which EXECUTES generated code "
            "(see `codestral-ls generate --help` for the limits), or use --diff to look at them."
        )
    if arguments.what == "tests" and arguments.strict and not arguments.execute:
        raise GenerateError("--strict runs tests on mutants; add --run, which EXECUTES generated code.")
    if arguments.what == "docstrings" and (arguments.execute or arguments.strict):
        raise GenerateError("--run and --strict are for tests.")
    if arguments.engine == "mistral-batch" and arguments.chat:
        raise GenerateError("--chat and --engine mistral-batch exclude each other.")


def _refuse_unclean(arguments: argparse.Namespace, console: Console) -> None:
    if arguments.resume or arguments.allow_dirty:
        return
    found = unclean(arguments.paths)
    if found:
        raise GenerateError(
            f"git has uncommitted changes in {len(found)} files there (such as {found[0]}). Commit or stash them, so that "
            "what is written can be told apart, or pass --allow-dirty."
        )
    if all(git_root(path.resolve()) is None for path in arguments.paths):
        console.print("Not in a git work tree: nothing but this batch's journal will know what was changed.", highlight=False)


async def _count(counts: Counts, selection: Selection) -> None:
    counts.files_total = await asyncio.to_thread(lambda: sum(1 for _ in find_files(selection)))


@contextlib.asynccontextmanager
async def _interruptible(runner: Runner, console: Console) -> AsyncIterator[None]:
    """The first Ctrl-C (or TERM) lets requests in flight end, the second ends at once."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def interrupted() -> None:
        if runner.was_stopped and task is not None:
            task.cancel()
            return
        console.print("Ending: waiting for the requests in flight (once more to end now).", highlight=False)
        runner.stop()

    names = [signal.SIGINT, signal.SIGTERM]
    try:
        for name in names:
            loop.add_signal_handler(name, interrupted)
    except (NotImplementedError, RuntimeError):  # Windows, or not the main thread: KeyboardInterrupt does it
        names = []
    try:
        yield
    except asyncio.CancelledError:
        if not runner.was_stopped:
            raise
        raise KeyboardInterrupt from None
    finally:
        for name in names:
            loop.remove_signal_handler(name)


def _show(arguments: argparse.Namespace, journal: Journal, counts: Counts, console: Console, seconds: float, currency: str) -> None:
    """Diffs or JSON on standard output, the table on standard error, the report in its file."""
    if arguments.json:
        for row in journal.files():
            sys.stdout.write(json.dumps(_plain(row), ensure_ascii=True) + "\n")
        sys.stdout.write(json.dumps({"summary": _numbers(counts, journal, seconds, currency)}) + "\n")
    elif arguments.mode in (None, "diff"):
        for row in journal.files("proposed"):
            _print_diff(row.diff)
    if arguments.report is not None:
        cost = f"{journal.spent()[3]:.4f} {currency}"
        root = assemble.root_of(arguments)
        write_report(arguments.report, f"Generated {arguments.what}", counts, cost, journal.files(), root)
    console.print(summary(counts, seconds, currency, journal.spent()))
    left = [row for _, row in zip(range(20), journal.files("left_alone"), strict=False)]
    for row in left:
        console.print(escape(f"left alone: {_shown_path(Path(row.path))}: {row.reason}"), style="dim", highlight=False)


def _print_diff(diff: str) -> None:
    if not sys.stdout.isatty():
        sys.stdout.write(diff)
        return
    from rich.syntax import Syntax

    Console().print(Syntax(diff, "diff", background_color="default"))


def _plain(row: FileRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "state": row.state,
        "reason": row.reason,
        "diff": row.diff,
        "outcomes": [asdict(outcome) for outcome in row.outcomes],
    }


def _numbers(counts: Counts, journal: Journal, seconds: float, currency: str) -> dict[str, Any]:
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
    }


def _teller(console: Console) -> Callable[[str], None]:
    return lambda text: console.print(escape(text), highlight=False)


def _shown_path(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
