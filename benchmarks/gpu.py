"""The engine at Codestral 22B's size on a GPU: random weights in its exact shape, our host, real requests.

    python -m benchmarks.gpu [--kit FOLDER [--cpu]] [--model PATH] [--shape codestral|tiny] [--output FILE]
``--kit`` builds llama.cpp and llama-server for the card at hand from a folder that ``benchmarks.gpu_build pack`` made, and
needs no network. Speed does not depend on the values of weights; nothing here speaks of quality. With ``--shape tiny`` it
runs on a CPU in seconds, as the tests do.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks import gpu_build
from benchmarks.engine_peers import Ask, LlamaServer, Ours, Setup
from benchmarks.engine_prompts import Prompts
from codestral_ls.host.devices import devices
from support.models.random_model import SHAPES, write

RESULTS = Path(__file__).parent / "results" / "gpu.md"
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Figure:
    """One line of the report."""

    name: str
    value: str


async def measure(setup: Setup, tokens: int) -> list[Figure]:
    """All figures for one model. ``tokens`` is the length of a long prompt."""
    host = Ours(setup)
    prompts = Prompts(setup.model)
    figures: list[Figure] = []
    try:
        async with aiohttp.ClientSession() as session:
            began = time.perf_counter()
            await host.ready(session)
            figures.append(Figure("loading", f"{time.perf_counter() - began:.1f} s"))
            for measured in (prefill, decode, hot, four_places, four_windows, cancel, drafting):
                figures += await measured(session, host, prompts, tokens)
    finally:
        host.close()
    return figures + await against_llama_server(setup, tokens)


async def prefill(session: aiohttp.ClientSession, host: Ours, prompts: Prompts, tokens: int) -> list[Figure]:
    """Cold prompts of two lengths."""
    figures = []
    for length in (tokens // 4, tokens):
        results = []
        for place in range(3):
            prefix, suffix, _ = prompts.cut(20 + place, length)
            results.append(await host.ask(session, prompts.ask(f"# {length}\n{prefix}", f"\n# {length}{suffix}", 1)))
        seconds = statistics.median(result.seconds for result in results)
        count = round(statistics.mean(result.evaluated for result in results))
        figures.append(Figure(f"cold prompt, {count} tokens", f"{seconds * 1000:.0f} ms, {count / seconds:.0f} tokens/s"))
    return figures


async def decode(session: aiohttp.ClientSession, host: Ours, prompts: Prompts, tokens: int) -> list[Figure]:
    """One answer and four at once."""
    figures = []
    for clients in (1, 4):
        asks: list[Ask] = []
        for client in range(clients):
            prefix, suffix, _ = prompts.cut(40 + client, tokens // 4)
            asks.append(prompts.ask(prefix, suffix, 64, client=str(client), draft="off"))
        await asyncio.gather(*(host.ask(session, ask) for ask in asks))
        began = time.perf_counter()
        results = await asyncio.gather(*(host.ask(session, ask) for ask in asks))
        rate = sum(result.generated for result in results) / (time.perf_counter() - began)
        figures.append(Figure(f"decode, {clients} client(s), hot", f"{rate:.0f} tokens/s together"))
    return figures


async def hot(session: aiohttp.ClientSession, host: Ours, prompts: Prompts, tokens: int) -> list[Figure]:
    """Typing: 1-5 new tokens, a line of 12."""
    seconds = []
    for number, (prefix, suffix) in enumerate(prompts.typing(0, tokens, 25 if tokens < 1000 else 100)):
        result = await host.ask(session, prompts.ask(prefix, suffix, 12, heal=True))
        if number > 2:
            seconds.append(result.seconds * 1000)
    return [Figure(f"hot one-line request after {tokens} tokens, 12 generated", spread(seconds))]


def spread(milliseconds: list[float]) -> str:
    """Median, p95 and p99 in words."""
    ordered = sorted(milliseconds)
    p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.95, 0.99))
    return f"p50 {statistics.median(ordered):.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms"


async def four_windows(session: aiohttp.ClientSession, host: Ours, prompts: Prompts, tokens: int) -> list[Figure]:
    """Four editors type at once, each in its own place."""

    async def window(number: int) -> list[float]:
        taken = []
        for prefix, suffix in prompts.typing(number, tokens // 2, 10):
            ask = prompts.ask(prefix, suffix, 12, client=f"window {number}", heal=True)
            taken.append((await host.ask(session, ask)).seconds * 1000)
        return taken[2:]

    each = await asyncio.gather(*(window(number) for number in range(4)))
    return [Figure("four windows at once, each request", spread([value for taken in each for value in taken]))]


async def against_llama_server(setup: Setup, tokens: int) -> list[Figure]:
    """The hot request on both sides in turn, on the same card; nothing without a llama-server of the same build."""
    if not os.environ.get("LLAMA_SERVER"):
        return []
    ours, theirs, prompts = Ours(setup), LlamaServer(setup.threaded(setup.threads or 1), gpu_layers=999), Prompts(setup.model)
    try:
        async with aiohttp.ClientSession() as session:
            await ours.ready(session)
            await theirs.ready(session)
            pairs = []
            for prefix, suffix in prompts.typing(0, tokens, 25):
                ask = prompts.ask(prefix, suffix, 12)
                pairs.append((await ours.ask(session, ask), await theirs.ask(session, ask)))
    finally:
        ours.close()
        theirs.close()
    times = [[pair[side].seconds * 1000 for pair in pairs[3:]] for side in (0, 1)]
    ratio = statistics.median(a / b for a, b in zip(*times, strict=True))
    value = f"ours {spread(times[0])}; llama-server {spread(times[1])}; {ratio:.2f} x"
    return [Figure("the hot request against llama-server on the same device", value)]


async def four_places(session: aiohttp.ClientSession, host: Ours, prompts: Prompts, tokens: int) -> list[Figure]:
    """Returning to four earlier places."""
    shares, seconds = [], []
    for turn in range(2):
        for place in range(4):
            prefix, suffix, _ = prompts.cut(60 + place, tokens // 2)
            result = await host.ask(session, prompts.ask(prefix, suffix, 12))
            if turn:
                shares.append(result.evaluated / result.prompt)
                seconds.append(result.seconds * 1000)
    value = f"{statistics.mean(shares):.2%} of the prompt evaluated, {statistics.median(seconds):.0f} ms"
    return [Figure("returning to each of four places", value)]


async def cancel(session: aiohttp.ClientSession, host: Ours, prompts: Prompts, tokens: int) -> list[Figure]:
    """A cold prefill is left in the middle."""
    short = prompts.ask("import os\n", "\n", 1)
    delays = []
    for turn in range(8):
        await host.ask(session, short)
        alone = (await host.ask(session, short)).seconds
        prefix, suffix, _ = prompts.cut(80 + turn, tokens)
        task = asyncio.create_task(host.ask(session, prompts.ask(f"#{turn}\n{prefix}", suffix, 64)))
        await asyncio.sleep(0.03)
        task.cancel()
        began = time.perf_counter()
        await host.ask(session, short)
        delays.append((time.perf_counter() - began - alone) * 1000)
        await asyncio.gather(task, return_exceptions=True)
    return [Figure("cancel in a prefill: the next request waits longer by", f"{statistics.median(delays):.1f} ms")]


async def drafting(session: aiohttp.ClientSession, host: Ours, prompts: Prompts, tokens: int) -> list[Figure]:
    """Guessed tokens: how many steps and how much time they save when the prompt repeats itself."""
    prefix = "value = compute(first, second, third)\n" * max(4, tokens // 40)
    found = []
    for draft in ("off", "always"):
        await host.ask(session, prompts.ask(prefix, "\n", 48, draft=draft))
        found.append(await host.ask(session, prompts.ask(prefix, "\n", 48, draft=draft)))
    same = "identical" if found[0].text == found[1].text else "DIFFERENT"
    steps = [result.raw["decode_steps"] for result in found]
    times = [result.seconds * 1000 for result in found]
    value = f"{steps[0]} / {steps[1]} steps, {times[0]:.0f} / {times[1]:.0f} ms, text {same}"
    return [Figure("drafting on a repeating prompt, without / with", value)]


def report(figures: list[Figure], shape: str) -> str:
    """Markdown of one run."""
    found = ", ".join(f"{device.name} ({device.total / 1e9:.0f} GB)" for device in devices())
    head = f"Random weights in the shape of {shape}, {datetime.date.today()}, {found}."
    rows = "\n".join(f"| {figure.name} | {figure.value} |" for figure in figures)
    return f"# The engine on a GPU\n\n{head}\n\n| | |\n|---|---|\n{rows}\n"


def run_with(kit: Path, *, cuda: bool, arguments: list[str]) -> int:
    """Build the sources in ``kit``, then run this benchmark with that library and that llama-server; its exit status."""
    built = gpu_build.build(kit.resolve(), cuda=cuda)
    print(f"built in {built.seconds:.0f} s", flush=True)
    environment = {**os.environ, **built.environment()}
    command = [sys.executable, "-m", "benchmarks.gpu", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kit", type=Path, help="build llama.cpp from these sources first (see benchmarks/gpu_build.py)")
    parser.add_argument("--cpu", action="store_true", help="build the kit without CUDA: a rehearsal on the processor")
    parser.add_argument("--model", type=Path, help="a model written before (13 GB take a while)")
    parser.add_argument("--shape", choices=["codestral", "tiny"], default="codestral")
    parser.add_argument("--output", type=Path, default=RESULTS)
    given = parser.parse_args()
    if given.kit:
        rest = ["--shape", given.shape, "--output", str(given.output), *(["--model", str(given.model)] if given.model else [])]
        raise SystemExit(run_with(given.kit, cuda=not given.cpu, arguments=rest))
    if given.shape == "codestral" and not any(device.kind == "gpu" for device in devices()):
        raise SystemExit("llama.cpp sees no GPU here. Use --kit on a machine with CUDA, or --shape tiny.")
    with tempfile.TemporaryDirectory() as folder:
        model = given.model or write(Path(folder) / "codestral-22b-random.gguf", SHAPES[given.shape], "sentencepiece")
        tokens, context = (2000, 8192) if given.shape == "codestral" else (400, 1024)
        text = report(asyncio.run(measure(Setup(model, 0, 4, context), tokens)), given.shape)
    print(text)
    if given.shape == "codestral":
        given.output.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
