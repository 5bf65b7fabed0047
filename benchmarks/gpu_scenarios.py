"""The scenarios of the GPU benchmark: each on our host and on llama-servers, with the same model on the same device."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp

from benchmarks.engine_peers import LlamaServerPeer, OurHost, PeerRequest
from benchmarks.engine_prompts import PromptCutter

Side = OurHost | LlamaServerPeer
KEYSTROKES = 103
WARM = 3
"""Requests at the start of a scenario that do not count."""


@dataclass(frozen=True)
class Figure:
    """A line of the report. ``ratio`` is our time divided by theirs (for rates, theirs by ours), so below 1 we are faster."""

    name: str
    ours: str
    theirs: str = ""
    ratio: float | None = None


@dataclass
class GpuBench:
    """Both sides, and their prompts. ``peers`` are llama-servers by their settings; ``best`` is the key of the fastest.

    ``tokens`` is the length of a long prompt.
    """

    session: aiohttp.ClientSession
    ours: OurHost
    peers: dict[str, LlamaServerPeer]
    prompts: PromptCutter
    tokens: int
    best: str = ""

    @property
    def sides(self) -> list[Side]:
        """Ours, and the best peer if there is one."""
        return [self.ours, *([self.peers[self.best]] if self.best else [])]

    async def each(self, measured: Callable[[Side], Awaitable[float]]) -> tuple[list[float], float | None]:
        """The value of ``measured`` for each side, ours first, and theirs divided by ours."""
        values = [await measured(side) for side in self.sides]
        return values, (values[0] / values[1] if len(values) > 1 and values[1] else None)


def spread(milliseconds: Sequence[float]) -> str:
    """Median, p95 and p99 as text."""
    ordered = sorted(milliseconds)
    p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.95, 0.99))
    return f"p50 {statistics.median(ordered):.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms"


def _row(name: str, values: Sequence[float], ratio: float | None, unit: str) -> Figure:
    told = [f"{value:.1f} {unit}" if value < 100 else f"{value:.0f} {unit}" for value in values]
    return Figure(name, told[0], told[1] if len(told) > 1 else "", ratio)


async def hot(bench: GpuBench) -> list[Figure]:
    """Typing: 1-5 new tokens, a line of 12; every side gets the same requests in turn. Finds the fastest peer."""
    sides: list[Side] = [bench.ours, *bench.peers.values()]
    times: list[list[float]] = [[] for _ in sides]
    count = KEYSTROKES if bench.tokens > 1000 else 25
    for number, (prefix, suffix) in enumerate(bench.prompts.typing(0, bench.tokens, count)):
        ask = bench.prompts.ask(prefix, suffix, 12)
        for step in range(len(sides)):
            at = (number + step) % len(sides)
            result = await sides[at].ask(bench.session, ask)
            if number >= WARM:
                times[at].append(result.seconds * 1000)
    name = f"hot one-line request after {bench.tokens} tokens, 12 generated"
    figures = []
    middles = [statistics.median(side) for side in times[1:]]
    if middles:
        bench.best = list(bench.peers)[middles.index(min(middles))]
    for label, theirs in zip(bench.peers, times[1:], strict=True):
        ratio = statistics.median(a / b for a, b in zip(times[0], theirs, strict=True))
        figures.append(Figure(f"{name}, against {label}", spread(times[0]), spread(theirs), ratio))
    if not middles:
        figures.append(Figure(name, spread(times[0])))
    healed = []
    for number, (prefix, suffix) in enumerate(bench.prompts.typing(1, bench.tokens, count // 2)):
        result = await bench.ours.ask(bench.session, bench.prompts.ask(prefix, suffix, 12, heal=True))
        if number >= WARM:
            healed.append(result.seconds * 1000)
    return [*figures, Figure(f"{name}, its tokens healed", spread(healed))]


async def prefill(bench: GpuBench, note: str = "") -> list[Figure]:
    """Cold prompts of two lengths, one generated token."""
    figures = []
    for length in (bench.tokens // 4, bench.tokens):
        taken: list[float] = []
        counted = 0
        for side in bench.sides:
            results = []
            for place in range(5):
                prefix, suffix, _ = bench.prompts.cut(20 + place, length)
                ask = bench.prompts.ask(f"# {length}{note}\n{prefix}", f"\n# {length}{note}{suffix}", 1)
                results.append(await side.ask(bench.session, ask))
            taken.append(statistics.median(result.seconds for result in results) * 1000)
            counted = counted or round(statistics.mean(result.evaluated for result in results))
        told = [f"{value:.0f} ms, {counted / value * 1000:.0f} tokens/s" for value in taken]
        ratio = taken[0] / taken[1] if len(taken) > 1 else None
        figures.append(Figure(f"cold prompt, {counted} tokens{note}", told[0], told[1] if len(told) > 1 else "", ratio))
    return figures


async def decode(bench: GpuBench) -> list[Figure]:
    """One answer, and four at once, after known prompts."""
    figures = []
    for clients in (1, 4):

        async def rate(side: Side, clients: int = clients) -> float:
            asks: list[PeerRequest] = []
            for client in range(clients):
                prefix, suffix, _ = bench.prompts.cut(40 + client, bench.tokens // 4)
                asks.append(bench.prompts.ask(prefix, suffix, 64, client=str(client), draft="off"))
            await asyncio.gather(*(side.ask(bench.session, ask) for ask in asks))
            rates = []
            for _ in range(3):
                began = time.perf_counter()
                results = await asyncio.gather(*(side.ask(bench.session, ask) for ask in asks))
                rates.append(sum(result.generated for result in results) / (time.perf_counter() - began))
            return statistics.median(rates)

        values, ratio = await bench.each(rate)
        row = _row(f"decode, {clients} client(s), hot, together", values, 1 / ratio if ratio else None, "tokens/s")
        figures.append(row)
    return figures


async def four_windows(bench: GpuBench) -> list[Figure]:
    """Four editors type at the same time, each at its own place."""
    every = []
    for side in bench.sides:

        async def window(number: int, side: Side = side) -> list[float]:
            taken = []
            for prefix, suffix in bench.prompts.typing(number, bench.tokens // 2, 15):
                ask = bench.prompts.ask(prefix, suffix, 12, client=f"window {number}")
                taken.append((await side.ask(bench.session, ask)).seconds * 1000)
            return taken[2:]

        each = await asyncio.gather(*(window(number) for number in range(4)))
        every.append([value for taken in each for value in taken])
    ratio = statistics.median(every[0]) / statistics.median(every[1]) if len(every) > 1 else None
    return [Figure("four windows at once, each request", spread(every[0]), spread(every[1]) if len(every) > 1 else "", ratio)]


async def four_places(bench: GpuBench) -> list[Figure]:
    """Returning to four earlier places."""
    told, middles = [], []
    for side in bench.sides:
        shares, seconds = [], []
        for turn in range(3):
            for place in range(4):
                prefix, suffix, _ = bench.prompts.cut(60 + place, bench.tokens // 2)
                result = await side.ask(bench.session, bench.prompts.ask(prefix, suffix, 12))
                if turn:
                    shares.append(result.evaluated / result.prompt)
                    seconds.append(result.seconds * 1000)
        middles.append(statistics.median(seconds))
        told.append(f"{statistics.mean(shares):.2%} of the prompt evaluated, {middles[-1]:.0f} ms")
    ratio = middles[0] / middles[1] if len(middles) > 1 else None
    return [Figure("returning to each of four places", told[0], told[1] if len(told) > 1 else "", ratio)]


async def cancel(bench: GpuBench) -> list[Figure]:
    """A cold prefill is cancelled half-way; how much longer a short request then takes than alone."""
    session, prompts = bench.session, bench.prompts

    async def delay(side: Side) -> float:
        short = prompts.ask("import os\n", "\n", 1)
        delays = []
        for turn in range(8):
            await side.ask(session, short)
            began = time.perf_counter()
            await side.ask(session, short)
            alone = time.perf_counter() - began
            prefix, suffix, _ = prompts.cut(80 + turn, bench.tokens)
            task = asyncio.create_task(side.ask(session, prompts.ask(f"#{turn}\n{prefix}", suffix, 64)))
            await asyncio.sleep(0.03)
            task.cancel()
            began = time.perf_counter()
            try:
                await side.ask(session, short)
            except aiohttp.ServerDisconnectedError:  # llama-server sometimes closes a kept-alive connection after a cancel
                began = time.perf_counter()
                await side.ask(session, short)
            delays.append((time.perf_counter() - began - alone) * 1000)
            await asyncio.gather(task, return_exceptions=True)
        return statistics.median(delays)

    values, _ = await bench.each(delay)
    return [_row("cancel in a prefill: the next request waits longer by", values, None, "ms")]


async def drafting(bench: GpuBench) -> list[Figure]:
    """Drafted tokens: how many steps and how much time they save if the prompt repeats itself."""
    prefix = "value = compute(first, second, third)\n" * max(4, bench.tokens // 40)
    figures, steps, times, texts = [], [], [], []
    for draft in ("off", "always", "auto"):
        await bench.ours.ask(bench.session, bench.prompts.ask(prefix, "\n", 48, draft=draft))
        results = [await bench.ours.ask(bench.session, bench.prompts.ask(prefix, "\n", 48, draft=draft)) for _ in range(3)]
        steps.append(results[0].raw["decode_steps"])
        times.append(statistics.median(result.seconds for result in results) * 1000)
        texts.append(results[0].text)
    same = "identical" if texts[0] == texts[1] == texts[2] else "DIFFERENT"
    value = f"{steps[0]} / {steps[1]} / {steps[2]} steps, {times[0]:.0f} / {times[1]:.0f} / {times[2]:.0f} ms, text {same}"
    figures.append(Figure("guesses on a repeating prompt, 48 tokens: without / with / as it chooses", value))
    return figures


SCENARIOS = (hot, prefill, decode, four_windows, four_places, cancel, drafting)
"""The most important first, because the last are left out if the time is over."""
