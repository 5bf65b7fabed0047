"""How close each client of a batch comes to its ideal with 64 requests at once, against an API that always takes equally long.

The API is a separate process on loopback; files, journal and the whole runner are those of a real batch. The ideal is
``ceil(requests / 64)`` rounds of the API's time. Writes its table into results/generate.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.page_sections import machine, write_section
from codestral_ls.generate.batch.batch import Batch
from codestral_ls.generate.batch.discover import Selection
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.pool import Pool
from codestral_ls.generate.batch.runner import Runner, RunnerLimits
from codestral_ls.generate.batch.work import Work
from codestral_ls.generate.docstrings.plan import DocstringSettings, finish_file, plan_file
from codestral_ls.generate.docstrings.project_style import read_profile
from codestral_ls.generate.writers.choose import WriterSettings, make_writer
from support.generate import timed_api
from support.generate.clients import CLIENTS, KEYS, BatchClient
from support.generate.scene import make_project

AT_ONCE = 64
SECONDS = 1.0
"""Seconds of the API for each request: about what it takes to write a hundred tokens of documentation."""
FILES, FUNCTIONS = 64, 20
ROUNDS = 3


@dataclass(slots=True)
class ClientRun:
    """One run: requests, seconds, the ideal in seconds, the most requests at once, CPU seconds of this process."""

    requests: int
    seconds: float
    ideal: float
    most: int
    cpu: float

    @property
    def share(self) -> float:
        """The share of the ideal throughput that was reached."""
        return self.ideal / self.seconds


@contextlib.contextmanager
def api(seconds: float) -> Iterator[str]:
    """The address of a timed API that runs as a separate process."""
    words = [sys.executable, timed_api.__file__, str(seconds)]  # by path: safe paths would hide the module
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.communicate("")


async def run(folder: Path, client: BatchClient, address: str, seconds: float) -> ClientRun:
    """Run a whole batch over a project without documentation."""
    root = folder / "p"
    settings = DocstringSettings(root, await asyncio.to_thread(read_profile, sorted(root.rglob("*.py")), "google", root))
    work = Work("docstrings", partial(plan_file, settings), partial(finish_file, settings))
    batch = Batch("docstrings", Selection((root,), frozenset()), root, writer=client.writer, concurrency=AT_ONCE)
    kept, pool = Journal(folder / "journal"), Pool()
    writer = make_writer(WriterSettings(batch, client.options(address), kept, AT_ONCE, lambda _text: None, lambda _text: None))
    runner = Runner(work, writer, kept, pool, RunnerLimits(AT_ONCE), "show")
    try:
        await writer.start()
        before, began = time.process_time(), time.perf_counter()
        await runner.run(iter(sorted(root.rglob("*.py"))))
        took, cpu = time.perf_counter() - began, time.process_time() - before
    finally:
        await writer.aclose()
        pool.close()
        kept.close()
    counts = json.loads(await asyncio.to_thread(_read, f"{address}/counts"))
    asked = runner.counts.requests_done
    assert counts["answered"] == asked == FILES * FUNCTIONS, (counts, asked, runner.counts.errors)
    return ClientRun(asked, took, -(-asked // AT_ONCE) * seconds, counts["most"], cpu)


def _read(address: str) -> bytes:
    with urllib.request.urlopen(address) as reply:
        found: bytes = reply.read()
    return found


def measure(client: BatchClient, folder: Path, seconds: float) -> list[ClientRun]:
    """Several runs of one client, each with a new API and a new journal."""
    found = []
    for number in range(ROUNDS):
        place = folder / f"{client.writer}-{client.primary}-{number}"
        make_project(place / "p", FILES, FUNCTIONS)
        with api(seconds) as address:
            found.append(asyncio.run(run(place, client, address, seconds)))
    return found


def main(folder: Path, seconds: float = SECONDS) -> None:
    """Measure every client, print the table and put it into its section of the results."""
    os.environ |= KEYS | {"XDG_STATE_HOME": str(folder)}
    lines = ["| client | requests | at once, at most | seconds (median) | ideal | share of ideal throughput | CPU a request |"]
    lines.append("|---|---|---|---|---|---|---|")
    for client in CLIENTS:
        found = measure(client, folder, seconds)
        took = statistics.median(one.seconds for one in found)
        share = statistics.median(one.share for one in found)
        cpu = statistics.median(1000 * one.cpu / one.requests for one in found)
        most = min(one.most for one in found)
        first = f"| {client.name} | {found[0].requests:,} | {most} | {took:.2f} | {found[0].ideal:.2f} "
        lines.append(f"{first}| **{share:.2f}** | {cpu:.1f} ms |")
        print(lines[-1], flush=True)
    head = (
        f"{machine()} `python -m benchmarks.generate clients`: whole runs against an API in a process of its own that takes "
        f"{seconds:g} s for each request, medians of {ROUNDS}. A batch job is one upload and is not measured here."
    )
    write_section("generate.md", "Sixty-four at once through each client", f"{head}\n\n" + "\n".join(lines))
