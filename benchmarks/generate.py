"""Batches under load: proof on real projects, throughput, memory, a local host kept busy, Ray. Prints what it measured.

    python -m benchmarks.generate merge [PROJECT …]     real projects' own documentation taken out and given back
    python -m benchmarks.generate clients               64 at once through each client
    python -m benchmarks.generate throughput            10,000 functions against 50 ms, 64 at once
    python -m benchmarks.generate memory                peak memory by number of files
    python -m benchmarks.generate proof [PACKAGE …]     hostile texts into copies of installed packages
    python -m benchmarks.generate embedded [PACKAGE …]  the embedded model on the same
    python -m benchmarks.generate slots                 how busy four slots are kept
    python -m benchmarks.generate host                  the runner's decode rate against the host's own

The hundred kills are ``GENERATE_KILLS=100 pytest -s tests/generate/test_killing.py``.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import contextlib
import importlib.util
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from functools import partial
from pathlib import Path

from benchmarks import batch_clients
from benchmarks.merging import measure as merging
from codestral_ls.backends.base import Priority, Usage
from codestral_ls.backends.build_backend import build_backend
from codestral_ls.backends.fake import FakeBackend
from codestral_ls.config.sections import BackendOptions, Options
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.batch.counts import Counts
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.pool import Pool
from codestral_ls.generate.batch.runner import Runner, RunnerLimits
from codestral_ls.generate.batch.seam import Written
from codestral_ls.generate.batch.work import Work
from codestral_ls.generate.docstrings.plan import DocstringSettings, finish_file, plan_file
from codestral_ls.generate.docstrings.project_style import read_profile
from codestral_ls.generate.writers.backend import BackendAsker, collect
from codestral_ls.generate.writers.live import Asker, Live
from support.generate.hostile import hostile

PACKAGES = ("aiohttp", "pygls", "rich")


CPU: list[float] = []
"""CPU seconds of this process's descendants at the end of each batch."""


PEAKS: list[int] = []
"""The largest resident memory of a descendant, in kB, at the end of each batch."""


def _peak_of_descendants() -> int:
    """VmHWM of the largest living process below this one, in kB (Linux)."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            text = status.read_text()
            if f"PPid:\t{os.getpid()}\n" in text or "forkserver" in (status.parent / "cmdline").read_text():
                found = max(found, int((text.partition("VmHWM:")[2].split() or ["0"])[0]))
    return found


def _cpu_of_descendants() -> float:
    """User and system seconds of every living process below this one (Linux)."""
    rows = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            values = stat.read_text().rpartition(")")[2].split()
            rows[int(stat.parent.name)] = (int(values[1]), (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK"))
    found, waiting = 0.0, [os.getpid()]
    while waiting:
        parent = waiting.pop()
        children = [pid for pid, (above, _) in rows.items() if above == parent]
        found += sum(rows[pid][1] for pid in children)
        waiting += children
    return found


class Timed:
    """A writer that answers every request after ``delay`` seconds with usable text."""

    model = "timed/0"

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self.requests = 0

    async def start(self) -> None:
        pass

    async def write(self, _request: object) -> Written:
        self.requests += 1
        await asyncio.sleep(self._delay)
        return Written("Do what the name says, no more.", Usage(300, 300, 0, 12))

    def stop(self) -> None:
        pass

    async def aclose(self) -> None:
        pass


async def run_batch(root: Path, engine: Asker, journal: Path, concurrency: int, everything: bool = False) -> tuple[Counts, float]:
    """Document everything below ``root``; returns the counts and the seconds it took."""
    files = await asyncio.to_thread(lambda: sorted(root.rglob("*.py")))
    settings = DocstringSettings(root, await asyncio.to_thread(read_profile, files, "google"), everything=everything)
    work = Work("docstrings", partial(plan_file, settings), partial(finish_file, settings))
    kept = Journal(journal)
    pool = Pool()
    runner = Runner(work, Live(engine, concurrency), kept, pool, RunnerLimits(concurrency), "write")
    await engine.start()
    began = time.perf_counter()
    await runner.run(iter(files))
    seconds = time.perf_counter() - began
    CPU.append(_cpu_of_descendants())
    PEAKS.append(_peak_of_descendants())
    pool.close()
    kept.close()
    return runner.counts, seconds


class Slots(Timed):
    """A writer like a host with four slots; ``busy`` counts the seconds in which a slot was writing."""

    def __init__(self, delay: float, slots: int = 4) -> None:
        super().__init__(delay)
        self.slots, self.busy = slots, 0.0
        self._free = asyncio.Semaphore(slots)

    async def write(self, request: object) -> Written:
        async with self._free:
            began = time.perf_counter()
            written = await super().write(request)
            self.busy += time.perf_counter() - began
            return written


def slots(folder: Path) -> None:
    """How busy the runner keeps four slots that write for 0.2 s each."""
    from support.generate.scene import make_project

    make_project(folder / "p", 60, 10)
    engine = Slots(0.2)
    _, seconds = asyncio.run(run_batch(folder / "p", engine, folder / "j.db", 8))
    share = engine.busy / (engine.slots * seconds)
    print(f"slots: {engine.requests} texts, four slots busy for {100 * share:.1f} % of {seconds:.1f} s")


def throughput(folder: Path) -> None:
    """10,000 functions with a writer that takes 50 ms, 64 requests at once."""
    from support.generate.scene import make_project

    make_project(folder / "p", 500, 20)
    engine = Timed(0.05)
    before = os.times()
    counts, seconds = asyncio.run(run_batch(folder / "p", engine, folder / "j.db", 64))
    after = os.times()
    ideal = engine.requests * 0.05 / 64
    cpu = sum(after[:4]) - sum(before[:4]) + CPU[-1]
    print(
        f"throughput: {engine.requests} functions, {counts.files['written']} files written, {counts.outcomes['written']} texts used"
    )
    print(f"  {seconds:.2f} s, ideal {ideal:.2f} s, ratio {seconds / ideal:.3f}; {cpu:.1f} s of CPU; load {os.getloadavg()[0]:.1f}")


def memory(_folder: Path) -> None:
    """Peak memory of this process and its workers by number of files, each in a new process."""
    for files in (200, 1000, 5000):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.generate", "_memory", "--files", str(files)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).resolve().parent.parent,
        )
        print(f"memory: {files} files: {done.stdout.strip()}")


def one_memory(folder: Path, files: int) -> None:
    from support.generate.scene import make_project

    make_project(folder / "p", files, 4)
    asyncio.run(run_batch(folder / "p", Timed(0.0), folder / "j.db", 16))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    workers = PEAKS[-1] / 1024
    print(f"peak {own:.0f} MB, largest worker {workers:.0f} MB")


def proof(folder: Path, packages: list[str], engine_of: object = None) -> None:
    """Hostile texts for every definition of real projects; then every file is checked by other means than the product's."""
    for package in packages:
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.submodule_search_locations
        source, copy = Path(spec.submodule_search_locations[0]), folder / package
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        engine = engine_of() if callable(engine_of) else BackendAsker(FakeBackend(hostile), 32)
        counts, seconds = asyncio.run(run_batch(copy, engine, folder / f"{package}.db", 32, everything=True))
        asyncio.run(engine.aclose())
        verdict = Counter(_compared(path, copy / path.relative_to(source)) for path in sorted(source.rglob("*.py")))
        lines = sum(path.read_bytes().count(b"\n") for path in source.rglob("*.py"))
        others = sum(
            (copy / path.relative_to(source)).read_bytes() != path.read_bytes()
            for path in source.rglob("*")
            if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
        )
        print(f"{package}: {lines} lines, {sum(verdict.values())} files, {seconds:.1f} s; texts {dict(counts.outcomes)}")
        print(f"  {dict(verdict)}; other files changed: {others}; left alone: {counts.files['left_alone']}")
        print(f"  reasons: {dict(counts.reasons.most_common(6))}")


def _compared(old: Path, new: Path) -> str:
    """Compare two versions of a file: parsed, compiled without docstrings, and line by line."""
    before, after = old.read_bytes(), new.read_bytes()
    if old.stat().st_mode != new.stat().st_mode:
        return "PERMISSIONS CHANGED"
    if before == after:
        return "same bytes"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trees = ast.parse(before), ast.parse(after)
    except (SyntaxError, ValueError):
        return "NO LONGER PARSES"
    if _bare(trees[0]) != _bare(trees[1]):
        return "CODE CHANGED"
    tree = SyntaxTree.parse("python", after.decode())
    assert tree is not None
    inserted = sorted((one.start, one.end) for one in tree.captures("docstrings") if one.name == "docstring")
    left, place, text = [], 0, after.decode()
    known = set(_docstrings(before.decode()))
    for start, end in inserted:
        if text[start:end] not in known or known == set():
            begin = text.rfind("\n", 0, start) + 1
            stop = text.find("\n", end) + 1
            left.append(text[place:begin])
            place = stop + 1 if text[stop : stop + 1] == "\n" and not before.decode().startswith(text[place:stop]) else stop
    left.append(text[place:])
    old_lines = [line for line in before.decode().split("\n") if line.strip()]
    new_lines = [line for line in "".join(left).split("\n") if line.strip()]
    return "docstrings added, rest identical" if old_lines == new_lines else "OTHER BYTES CHANGED"


def _docstrings(text: str) -> list[str]:
    tree = SyntaxTree.parse("python", text)
    assert tree is not None
    return [text[one.start : one.end] for one in tree.captures("docstrings") if one.name == "docstring"]


def _bare(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if documented and ast.get_docstring(node, clean=False) is not None:  # type: ignore[arg-type]
            node.body.pop(0)  # type: ignore[attr-defined]
    return ast.dump(tree)


def embedded_engine() -> BackendAsker:
    """The local host with the embedded model."""
    return BackendAsker(build_backend(Options(backend=BackendOptions(primary="local"))), 8)


async def host_rate(folder: Path) -> None:
    """Generated tokens per second of wall time from the host, requested by a bare loop and by the runner."""
    from support.generate.scene import make_project

    make_project(folder / "p", 8, 5)
    options = Options(backend=BackendOptions(primary="local"))
    concurrency = 2 * options.local.slots
    backend = build_backend(options)
    await backend.start()
    files = sorted((folder / "p").rglob("*.py"))
    settings = DocstringSettings(folder / "p")
    requests = [wanted.request for path in files for wanted in plan_file(settings, path).wanted]
    assert all(request.priority is Priority.BATCH for request in requests)
    engine = BackendAsker(backend, concurrency)
    await engine.write(requests[0])  # the model is loaded now
    rates: dict[str, list[float]] = {"bare loop": [], "runner": []}
    for turn in range(4):
        waiting, tokens = list(requests), 0

        async def ask() -> None:
            nonlocal tokens
            while waiting:  # noqa: B023 - awaited below, in the same turn
                written = await collect(backend, waiting.pop())  # noqa: B023
                tokens += written.usage.completion_tokens

        began = time.perf_counter()
        await asyncio.gather(*(ask() for _ in range(concurrency)))
        rates["bare loop"].append(tokens / (time.perf_counter() - began))
        copy = folder / f"p{turn}"
        shutil.copytree(folder / "p", copy)
        counts, seconds = await run_batch(copy, engine, folder / f"j{turn}.db", concurrency)
        rates["runner"].append(counts.received / seconds)
    await engine.aclose()
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(json.dumps({name: [round(value) for value in values] for name, values in rates.items()}), "tokens/s")
    print(f"host: runner at {100 * medians['runner'] / medians['bare loop']:.1f} % of the bare loop (medians)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "what", choices=("merge", "clients", "throughput", "memory", "_memory", "proof", "embedded", "host", "slots")
    )
    parser.add_argument("packages", nargs="*", default=[])
    parser.add_argument("--files", type=int, default=200)
    arguments = parser.parse_args()
    if arguments.what == "merge":
        merging.main(arguments.packages)
        return
    if arguments.what == "clients":
        with tempfile.TemporaryDirectory(prefix="clients") as name:
            batch_clients.main(Path(name))
        return
    arguments.packages = arguments.packages or list(PACKAGES)
    if not arguments.what.startswith("_"):
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="g") as name, contextlib.chdir(name):
        folder = Path(name)
        {
            "throughput": lambda: throughput(folder),
            "slots": lambda: slots(folder),
            "memory": lambda: memory(folder),
            "_memory": lambda: one_memory(folder, arguments.files),
            "proof": lambda: proof(folder, arguments.packages),
            "embedded": lambda: proof(folder, arguments.packages, embedded_engine),
            "host": lambda: asyncio.run(host_rate(folder)),
        }[arguments.what]()


if __name__ == "__main__":
    main()
