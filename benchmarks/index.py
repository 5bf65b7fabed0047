"""The index at a million lines: how long it takes, how much memory and disk it needs, and how quickly it answers afterwards.

python -m benchmarks.index [--lines N]

Copies installed packages until there are enough lines. Writes benchmarks/results/index.md. Wall times depend on the machine (its
load is stated); CPU times are those of the work itself.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.recalling.hidden_lines import ProjectFile, holes, read_file
from codestral_ls.config.sections import Options
from codestral_ls.context.index import store
from codestral_ls.context.index.build_index import open_writer, update, warm_up
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.project import ProjectContext
from codestral_ls.documents.privacy import FileRules
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.lsp.server import SWITCH_SECONDS

RESULTS = Path("benchmarks/results")
GATHERINGS = 200
ROOM = 3276
"""Characters for text from other files: 1,024 tokens of 3.2 characters."""
OPENED_SECONDS = 0.5
"""Seconds from opening a document to its first key."""


def make_project(root: Path, lines: int) -> tuple[int, int]:
    """A project of ``lines`` lines of real source files; returns (files, lines)."""
    source = Path(os.__file__).parent
    found = sorted([*source.rglob("*.py"), *Path(sys.prefix).rglob("*.py")])
    count, files, copy = 0, 0, 0
    while count < lines:
        for path in found:
            if "__pycache__" in path.parts or path.stat().st_size > 500_000:
                continue
            base = source if path.is_relative_to(source) else Path(sys.prefix)
            target = root / f"part{copy}" / Path(*(part for part in path.relative_to(base).parts if part != "site-packages"))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            count += path.read_bytes().count(b"\n")
            files += 1
            if count >= lines:
                break
        copy += 1
    (root / ".git").mkdir()
    return files, count


def run_index(root: Path, *more: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds, and MB of the largest process of a ``codestral-ls index``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "codestral_ls", "index", str(root), *more], check=True, capture_output=True)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def saved_file(root: Path) -> list[float]:
    """Milliseconds from a saved file until the index finds its new name, in this process."""
    writer, connection = open_writer(root)
    warm_up(writer)  # as the worker does when it has built the index
    reader, rules, times = IndexReader(root), FileRules(), []
    for number in range(20):
        file = root / "part0" / f"saved{number}.py"
        file.write_text(f"def brand_new_{number}(one, two):\n    return one\n" + "# more\n" * 400, encoding="utf-8")
        began = time.monotonic()
        update(root, writer, [file], rules)
        found = reader.definitions_named([f"brand_new_{number}"])
        times.append((time.monotonic() - began) * 1000 if found else float("inf"))
    connection.close()
    return times


async def keystrokes(root: Path, files: list[ProjectFile], opened: float) -> tuple[list[float], list[float]]:
    """Milliseconds that keys wait for context: the first key in a document, ``opened`` seconds after it was opened (0: that was
    not reported), and the following keys.
    """
    first: list[float] = []
    later: list[float] = []
    for file in files:
        project = ProjectContext(Options(), [root], keep_index=False)  # like a server that has just started
        await asyncio.sleep(0)
        if opened:
            project.document_opened(Snapshot.of(file.text, 0, "python", file.path.as_uri(), file.path), ROOM)
            await asyncio.sleep(opened)
        for number in range(20):
            offset = file.text.find("\n", len(file.text) // 2) + 1
            text = file.text[:offset] + "value"[: number % 5] + file.text[offset:]
            snapshot = Snapshot.of(text, offset + number % 5, "python", file.path.as_uri(), file.path)
            began = time.monotonic()
            await project.gather(snapshot, ROOM, Options().context.gather_ms / 1000)
            (later if number else first).append((time.monotonic() - began) * 1000)
        await project.aclose()
    return first, later


async def gatherings(root: Path, files: list[ProjectFile]) -> tuple[list[float], list[float]]:
    """Wall and CPU milliseconds of collecting context at seeded places, without parsing, because typing needs the tree anyway."""
    project = ProjectContext(Options(), [root], keep_index=False)
    wall, cpu = [], []
    for hole in holes(files, GATHERINGS, 7):
        hole.snapshot.tree()
        began, used = time.monotonic(), time.process_time()
        await project.collect(hole.snapshot, ROOM, 10.0)
        wall.append((time.monotonic() - began) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    await project.aclose()
    return wall, cpu


def main() -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    lines = parser.parse_args().lines
    sys.setswitchinterval(SWITCH_SECONDS)  # as the server does
    with tempfile.TemporaryDirectory(prefix="index-") as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"
        root = Path(folder).resolve() / "project"
        root.mkdir()
        files, count = make_project(root, lines)
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        first = run_index(root, "--jobs", "2")
        disk = sum(one.stat().st_size for one in store.database_file(root).parent.iterdir()) / 1e6
        warm = run_index(root)
        saves = saved_file(root)
        paths = sorted(path for path in root.rglob("*.py") if 2_000 < path.stat().st_size < 200_000)
        sample = [file for path in paths[:: max(1, len(paths) // 60)] if (file := read_file(path)) is not None]
        first_key, later_keys = asyncio.run(keystrokes(root, sample, OPENED_SECONDS))
        sudden_key, _ = asyncio.run(keystrokes(root, sample, 0.0))
        wall, cpu = asyncio.run(gatherings(root, sample))
    text = f"""# The index at {count:,} lines

`python -m benchmarks.index --lines {lines}`: {files:,} Python files, two processes; load of the 2-core machine before: {load}.

| what | wall | CPU | memory of the largest process |
|---|---|---|---|
| first index | {first[0]:.1f} s | {first[1]:.1f} s | {first[2]:.0f} MB |
| warm start (nothing changed, interpreter's start included) | {warm[0]:.2f} s | {warm[1]:.2f} s | |
| a saved file until it is found, median / worst of {len(saves)} | {statistics.median(saves):.1f} / {max(saves):.1f} ms | | |
| wait of the first key, {OPENED_SECONDS} s after its document was opened, p50 / p95 of {len(first_key)} | \
{_at(first_key, 0.5):.2f} / {_at(first_key, 0.95):.2f} ms | | |
| the same, where nothing was collected ahead | \
{_at(sudden_key, 0.5):.2f} / {_at(sudden_key, 0.95):.2f} ms | | |
| wait of a following key, p50 / p95 of {len(later_keys)} | \
{_at(later_keys, 0.5):.3f} / {_at(later_keys, 0.95):.3f} ms | | |
| collecting and choosing everything, p50 / p95 of {len(wall)} | {_at(wall, 0.5):.1f} / {_at(wall, 0.95):.1f} ms | \
{_at(cpu, 0.5):.1f} / {_at(cpu, 0.95):.1f} ms | |

On disk: {disk:.0f} MB. A document's snippets are collected when it is opened; a key that comes before they are there waits for them
within context.gather_ms (15 ms) and goes without what is late. They are kept while keys come, and collected in full (last row)
when typing rests.
"""
    print(text)
    if lines >= 1_000_000:
        (RESULTS / "index.md").write_text(text, encoding="utf-8")
    return 0


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


if __name__ == "__main__":
    raise SystemExit(main())
