"""The engine on a GPU: random weights in the exact shapes of real models, our host and llama-server, real requests.

    python -m benchmarks.gpu [--kit FOLDER [--cpu]] [--shapes codestral …] [--seconds 420] [--output FILE]
``--kit`` builds llama.cpp and llama-server for the card at hand from a folder that ``benchmarks.gpu_build pack`` made, and
needs no network. The page is rewritten after every figure, so a run that is cut off leaves its figures. Speed does
not depend on the values of weights; quality is not measured. With ``--shapes tiny`` it runs on a CPU, as the tests do.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import aiohttp

from benchmarks import gpu_build, gpu_scenarios
from benchmarks.engine_peers import LlamaServerPeer, OurHost, Setup
from benchmarks.engine_prompts import PromptCutter
from benchmarks.gpu_scenarios import Figure, GpuBench
from codestral_ls.host.devices import devices
from support.models.random_model import SHAPES, write

RESULTS = Path(__file__).parent / "results" / "gpu.md"
ROOT = Path(__file__).parents[1]
NAMES = {"codestral": "Codestral 22B, 4-bit", "qwen-7b": "Qwen2.5-Coder 7B, 4-bit", "qwen-1.5b": "Qwen2.5-Coder 1.5B, 4-bit"}
SETTINGS = {
    "llama-server as it is": (),
    "llama-server, flash attention, one cache for all": ("-fa", "on", "-kvu"),
    "llama-server, flash attention, sampling on the device": ("-fa", "on", "-bs"),
}
"""The peer's settings to try; the best of them for the typing request is used in the other rows."""
BATCHES = (512, 1024)
"""Batch sizes of our host to try besides its own choice on a GPU, 256 tokens."""
LARGE_CONTEXT = 4096
"""Context tokens of a slot: four processes with the 22B shape then take 69 GB of a card's 80."""
LEAST_SECONDS = 20.0
"""No further shape is started if fewer seconds than this are left."""
Tell = Callable[[Figure], None]


async def measure(setup: Setup, tokens: int, tell: Tell, seconds: float = 600.0) -> None:
    """All figures for one model, each reported at once. ``tokens`` is the length of a long prompt.

    A scenario that does not end within ``seconds`` is reported as not measured.
    """
    end = time.monotonic() + seconds
    host = OurHost(setup)
    peers: dict[str, LlamaServerPeer] = {}
    try:
        async with aiohttp.ClientSession() as session:
            began = time.perf_counter()
            await host.ready(session)
            tell(Figure("loading", f"{time.perf_counter() - began:.1f} s"))
            for label, arguments in SETTINGS.items() if os.environ.get("LLAMA_SERVER") else ():
                began = time.perf_counter()
                peer = LlamaServerPeer(setup.threaded(setup.threads or 1), 999, arguments)
                try:
                    await peer.ready(session)
                except RuntimeError as error:
                    peer.close()
                    print(error, file=sys.stderr, flush=True)
                    tell(Figure(f"{label}: loading", "", "does not start"))
                    continue
                peers[label] = peer
                tell(Figure(f"{label}: loading", "", f"{time.perf_counter() - began:.1f} s"))
            bench = GpuBench(session, host, peers, PromptCutter(setup.model), tokens)
            for scenario in gpu_scenarios.SCENARIOS:
                await _within(end, scenario.__name__, scenario(bench), tell)
    finally:
        host.close()
        for peer in peers.values():
            peer.close()
    for batch in BATCHES if tokens > 1000 else ():
        await _within(end, f"batches of {batch}", _with_batch(setup, tokens, batch), tell)


async def _within(end: float, name: str, figures: Awaitable[list[Figure]], tell: Tell) -> None:
    """Report a scenario's figures, or that there was no time for it, or its error."""
    try:
        async with asyncio.timeout(max(0.0, end - time.monotonic())):
            for figure in await figures:
                tell(figure)
    except TimeoutError:
        tell(Figure(name, "not measured: no time was left"))
    except (aiohttp.ClientError, RuntimeError, KeyError) as error:
        tell(Figure(name, f"failed: {type(error).__name__}: {error}"))


async def _with_batch(setup: Setup, tokens: int, batch: int) -> list[Figure]:
    """Cold prompts and a cancel with another batch than our host chooses."""
    host = OurHost(replace(setup, batch=batch))
    try:
        async with aiohttp.ClientSession() as session:
            await host.ready(session)
            bench = GpuBench(session, host, {}, PromptCutter(setup.model), tokens)
            note = f", batches of {batch} tokens"
            cancelled = await gpu_scenarios.cancel(bench)
            return [*await gpu_scenarios.prefill(bench, note), *(replace(row, name=row.name + note) for row in cancelled)]
    finally:
        host.close()


def page(sections: dict[str, list[Figure]]) -> str:
    """Markdown of a run, as far as it is."""
    found = ", ".join(f"{device.name} ({device.total / 1e9:.0f} GB)" for device in devices())
    command = " ".join(["python", "-m", "benchmarks.gpu", *sys.argv[1:]])
    parts = [
        "# The engine on a GPU",
        f"`{command}`, {datetime.date.today()}: {found}, {os.cpu_count()} processor cores. Random weights in the shapes named, "
        "four slots on both sides; llama-server is built from the same sources with the same flags. A ratio is our time by "
        "theirs: below 1 we are the faster.",
    ]
    for shape, figures in sections.items():
        rows = []
        for figure in figures:
            ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
            rows.append(f"| {figure.name} | {figure.ours} | {figure.theirs} | {ratio} |")
        parts += [f"## {NAMES.get(shape, shape)}", "\n".join(["| | ours | llama-server | ratio |", "|---|---|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def run(shapes: Sequence[str], seconds: float, output: Path, models: Path) -> None:
    """Measure shape after shape within ``seconds``; the rest of the time is shared, and the first shape gets the most."""
    end = time.monotonic() + seconds
    sections: dict[str, list[Figure]] = {}
    for number, shape in enumerate(shapes):
        left = end - time.monotonic()
        if left < LEAST_SECONDS:
            break
        figures = sections.setdefault(shape, [])

        def tell(figure: Figure, figures: list[Figure] = figures) -> None:
            figures.append(figure)
            ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
            print(f"{figure.name} | {figure.ours} | {figure.theirs} | {ratio}", flush=True)
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(page(sections), "utf-8")

        began = time.perf_counter()
        model = write(models / f"{shape}.gguf", SHAPES[shape], "sentencepiece")
        took = time.perf_counter() - began
        tell(Figure("writing the model", f"{model.stat().st_size / 1e9:.1f} GB in {took:.0f} s"))
        tokens, context = (2000, LARGE_CONTEXT) if SHAPES[shape].context > 8192 else (400, 1024)
        share = (end - time.monotonic()) * (1.0 if number == len(shapes) - 1 else 0.6)
        try:
            asyncio.run(measure(Setup(model, 0, 4, context), tokens, tell, share))
        except RuntimeError as error:
            tell(Figure("failed", str(error).splitlines()[0]))
            print(error, file=sys.stderr, flush=True)
        model.unlink()


def run_with(built: gpu_build.Built, arguments: list[str]) -> int:
    """Run this benchmark with the library and the llama-server that were built; its exit status."""
    print(f"built in {built.seconds:.0f} s", flush=True)
    environment = {**os.environ, **built.environment()}
    command = [sys.executable, "-m", "benchmarks.gpu", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kit", type=Path, help="build llama.cpp from these sources first (see benchmarks/gpu_build.py)")
    parser.add_argument("--cpu", action="store_true", help="build the kit without CUDA: a rehearsal on the processor")
    parser.add_argument("--cores", type=int, default=0, help="compilers at the same time (0: one for each core)")
    parser.add_argument("--architectures", default=gpu_build.NATIVE, help="the cards to build for, such as 90-real for an H100")
    parser.add_argument("--shapes", nargs="+", choices=sorted(SHAPES), default=["codestral", "qwen-7b", "qwen-1.5b"])
    parser.add_argument("--seconds", type=float, default=420.0, help="time for all of it, the build not counted")
    parser.add_argument("--models", type=Path, help="a folder with room for the largest model (13 GB)")
    parser.add_argument("--output", type=Path, default=RESULTS)
    given = parser.parse_args()
    if given.kit:
        rest = ["--shapes", *given.shapes, "--seconds", str(given.seconds), "--output", str(given.output.resolve())]
        rest += ["--models", str(given.models.resolve())] if given.models else []
        built = gpu_build.build(given.kit.resolve(), cuda=not given.cpu, cores=given.cores, architectures=given.architectures)
        raise SystemExit(run_with(built, rest))
    large = any(SHAPES[shape].context > 8192 for shape in given.shapes)
    if large and not any(device.kind == "gpu" for device in devices()):
        raise SystemExit("llama.cpp sees no GPU here. Use --kit on a machine with CUDA, or --shapes tiny.")
    with tempfile.TemporaryDirectory(dir=given.models) as folder:
        run(given.shapes, given.seconds, given.output, Path(folder))


if __name__ == "__main__":
    main()
