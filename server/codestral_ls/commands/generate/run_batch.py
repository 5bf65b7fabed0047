"""One batch from its arguments to its exit code.

Progress and messages go to standard error, diffs and JSON to standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncIterator, Callable

from rich.console import Console
from rich.markup import escape

from codestral_ls.commands.generate.batch_progress import shown
from codestral_ls.commands.generate.check import check
from codestral_ls.commands.generate.estimate import confirm_paid
from codestral_ls.commands.generate.journalling import open_journal, refuse_unclean
from codestral_ls.commands.generate.order import make_batch, withheld
from codestral_ls.commands.generate.showing import ShowOptions, show
from codestral_ls.config.sections import Options
from codestral_ls.errors import GenerateError
from codestral_ls.fence.run_errand import stop_all
from codestral_ls.generate.batch.batch import Batch
from codestral_ls.generate.batch.counts import Counts
from codestral_ls.generate.batch.discover import Selection, find_files
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.pool import Pool
from codestral_ls.generate.batch.runner import Confirm, Runner, RunnerLimits
from codestral_ls.generate.batch_work import concurrency_of, make_work
from codestral_ls.generate.docstrings.prose import why_no_prose
from codestral_ls.generate.writers.choose import WriterSettings, info_of, make_writer, writer_price
from codestral_ls.timing import monotonic

DONE, FAILED, INTERRUPTED = 0, 1, 130


def run(arguments: argparse.Namespace, options: Options) -> int:
    """Run the batch; returns its exit code. Raises: CodestralLsError with the reason if it cannot be run at all."""
    console = Console(stderr=True)
    batch = make_batch(arguments, options)
    for sentence in withheld(arguments, options):
        console.print(escape(sentence), highlight=False)
    if batch.mode == "check":
        fail_under = 100.0 if arguments.fail_under is None else arguments.fail_under
        return asyncio.run(check(batch, options, console, fail_under, as_json=arguments.json))
    info = info_of(batch.writer, options)
    if batch.what == "docstrings" and (problem := why_no_prose(info)):
        if batch.mode == "write":
            raise GenerateError(problem)
        console.print(problem, highlight=False)
    if batch.mode == "write" and not (arguments.resume or arguments.allow_dirty) and (note := refuse_unclean(arguments.paths)):
        console.print(note, highlight=False)
    counts = Counts()
    price = writer_price(batch.writer, options)
    confirm = confirm_paid(console, counts, info, price, options.prices.currency, yes=arguments.yes)
    view = ShowOptions(arguments.json, arguments.report, options.prices.currency)
    journal = open_journal(batch.what, arguments.paths, arguments.journal, resume=arguments.resume, restart=arguments.restart)
    try:
        return asyncio.run(_batch(batch, options, journal, view, counts, confirm, console))
    except GenerateError:
        if journal.spent()[0] == 0:
            journal.set("state", None)  # nothing was paid for, so there is nothing to resume
        raise
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        journal.close()


async def _batch(
    batch: Batch,
    options: Options,
    journal: Journal,
    view: ShowOptions,
    counts: Counts,
    confirm: Confirm | None,
    console: Console,
) -> int:
    began = monotonic()
    ending = threading.Event()
    try:
        work = await asyncio.to_thread(make_work, batch, options, journal, info_of(batch.writer, options), ending.is_set)
    except asyncio.CancelledError:
        ending.set()
        stop_all()  # the project's own tests may be collected at this moment
        raise
    for note in work.notes:
        console.print(escape(note), highlight=False)
    if work.fence:
        counts.fence = work.fence
        console.print(escape(f"Generated code runs in {work.fence}."), highlight=False)
    concurrency = concurrency_of(batch, options)
    writer = make_writer(WriterSettings(batch, options, journal, concurrency, counts.tell_trouble, _teller(console)))
    limits = RunnerLimits(concurrency, finish_seconds=3_600.0 if work.fence else 120.0)
    price = writer_price(batch.writer, options)
    with contextlib.closing(Pool()) as pool:
        runner = Runner(work, writer, journal, pool, limits, "write" if batch.mode == "write" else "show", price.of, counts)
        counting = asyncio.create_task(_count(counts, batch.selection))
        journal.set("state", "running")
        was_ended = True
        journal.forget_files()
        try:
            async with _interruptible(runner, console), shown(counts, console, view.currency):
                await writer.start()
                await runner.run(find_files(batch.selection), confirm)
            was_ended = False
        finally:
            counting.cancel()
            with contextlib.suppress(asyncio.CancelledError, GenerateError):
                await counting
            await writer.aclose()
            if not was_ended or counts.files_done or counts.requests_done:
                show(batch, view, journal, counts, console, monotonic() - began)
    if runner.was_stopped:
        console.print("Interrupted. The same command with --resume continues without paying again.", highlight=False)
        return INTERRUPTED
    journal.set("state", "finished")
    if counts.files["proposed"] and not view.json:
        console.print("Nothing was written. The same command with --write --resume writes this, at no further cost.")
    return FAILED if counts.outcomes["failed"] else DONE


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


def _teller(console: Console) -> Callable[[str], None]:
    return lambda text: console.print(escape(text), highlight=False)
