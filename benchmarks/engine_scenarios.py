"""The scenarios of the engine benchmark. Each asks both sides in turn, so that a busy machine affects both equally."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from benchmarks.engine_peers import LlamaServerPeer, OurHost, PeerAnswer, PeerRequest, cpu_seconds
from benchmarks.engine_prompts import PromptCutter

Peer = OurHost | LlamaServerPeer


@dataclass
class ScenarioRow:
    """A line of the report.

    ``ratio`` is our value divided by theirs; ``goal`` a sentence; ``met`` is None if nothing was promised.
    """

    name: str
    ours: str
    theirs: str
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None
    cpu: float | None = None


@dataclass
class EngineBench:
    """Both sides, and their prompts."""

    session: aiohttp.ClientSession
    ours: OurHost
    theirs: LlamaServerPeer
    prompts: PromptCutter
    rows: list[ScenarioRow] = field(default_factory=list)
    divide: int = 1
    """The numbers of repetitions are divided by this: 10 in a quick run, 4 for a model that takes seconds per prompt."""

    async def both(self, ask: PeerRequest) -> tuple[PeerAnswer, PeerAnswer]:
        """Send the same request to both, one after the other."""
        return await self.ours.ask(self.session, ask), await self.theirs.ask(self.session, ask)

    def count(self, full: int) -> int:
        """The number of repetitions for a scenario that usually has ``full``."""
        return max(2, full // self.divide)

    def paired(self, name: str, pairs: Sequence[tuple[PeerAnswer, PeerAnswer]], limit: float | None) -> None:
        """Both medians in ms, and the median of the ratios of answers to the same request."""
        ours = statistics.median(pair[0].seconds for pair in pairs) * 1000
        theirs = statistics.median(pair[1].seconds for pair in pairs) * 1000
        ratio = statistics.median(pair[0].seconds / pair[1].seconds for pair in pairs)
        cpu = statistics.median(pair[0].cpu / max(pair[1].cpu, 1e-9) for pair in pairs)
        goal = f"at most {limit} x" if limit else ""
        met = ratio <= limit if limit else None
        self.rows.append(ScenarioRow(name, f"{ours:.1f} ms", f"{theirs:.1f} ms", ratio, goal, met, cpu))


async def hot(bench: EngineBench, tokens: int, healed: bool) -> None:
    """Typing: 1-5 new tokens after a known prompt, 12 generated."""
    pairs = []
    for number, (prefix, suffix) in enumerate(bench.prompts.typing(0, tokens, bench.count(60))):
        pair = await bench.both(bench.prompts.ask(prefix, suffix, 12, heal=healed))
        if number > 2:
            pairs.append(pair)
    evaluated = statistics.mean(pair[0].evaluated for pair in pairs)
    other = statistics.mean(pair[1].evaluated for pair in pairs)
    how = "our tokens healed" if healed else "the same token ids"
    name = f"hot typing request, {tokens} tokens, 12 generated, {how} (evaluated {evaluated:.1f} / {other:.1f})"
    bench.paired(name, pairs, None if healed else 0.9)


async def cold(bench: EngineBench, tokens: int) -> None:
    """A prompt that no side has seen, one generated token."""
    pairs = []
    for place in range(bench.count(12)):
        prefix, suffix, _ = bench.prompts.cut(10 + place, tokens)
        pairs.append(await bench.both(bench.prompts.ask(f"# {place}\n{prefix}", f"\n# {place}{suffix}", 1)))
    length = round(statistics.mean(pair[0].prompt for pair in pairs))
    bench.paired(f"cold prompt, {length} tokens, 1 generated", pairs, 1.05)


async def four_places(bench: EngineBench, tokens: int) -> None:
    """Returning to each of four earlier places."""
    places = [bench.prompts.cut(place, tokens) for place in range(4)]
    pairs = []
    for _ in range(bench.count(3)):
        for prefix, suffix, _ in places:
            pairs.append(await bench.both(bench.prompts.ask(prefix, suffix, 8)))
    again = pairs[4:]
    ours = statistics.mean(pair[0].evaluated / pair[0].prompt for pair in again)
    theirs = statistics.mean(pair[1].evaluated / pair[1].prompt for pair in again)
    row = ScenarioRow("returning to four places: evaluated of the prompt", f"{ours:.1%}", f"{theirs:.1%}")
    row.goal, row.met = "at most 5 %", ours <= 0.05
    bench.rows.append(row)


async def throughput(bench: EngineBench, tokens: int) -> None:
    """Four clients at once, 48 tokens each after a cold prompt: tokens per second of all four together."""
    rates: dict[str, list[float]] = {"ours": [], "theirs": []}
    spent: dict[str, list[float]] = {"ours": [], "theirs": []}
    for turn in range(bench.count(5)):
        for key, peer in (("ours", bench.ours), ("theirs", bench.theirs)):
            asks = []
            for client in range(4):
                prefix, suffix, _ = bench.prompts.cut(100 + 4 * turn + client, tokens)
                asks.append(bench.prompts.ask(prefix, suffix, 48, client=str(client)))
            began, cpu = time.perf_counter(), cpu_seconds(peer.process.pid)
            results = await asyncio.gather(*(peer.ask(bench.session, ask) for ask in asks))
            rates[key].append(sum(result.generated for result in results) / (time.perf_counter() - began))
            spent[key].append(cpu_seconds(peer.process.pid) - cpu)
    ours, theirs = statistics.median(rates["ours"]), statistics.median(rates["theirs"])
    ratio = statistics.median(a / b for a, b in zip(rates["ours"], rates["theirs"], strict=True))
    name = f"four clients, {tokens}-token cold prompts, 48 tokens each: all together"
    row = ScenarioRow(name, f"{ours:.0f} tokens/s", f"{theirs:.0f} tokens/s", ratio, "at least 0.95 x", ratio >= 0.95)
    row.cpu = statistics.median(a / max(b, 1e-9) for a, b in zip(spent["ours"], spent["theirs"], strict=True))
    bench.rows.append(row)


async def interactive_among_batch(bench: EngineBench, tokens: int) -> None:
    """An interactive request while three batch requests generate, compared with its time alone."""
    slowdown: dict[str, list[float]] = {"ours": [], "theirs": []}
    typed = bench.prompts.typing(1, tokens, 200)
    turn = 0
    for _ in range(bench.count(8)):
        for key, peer in (("ours", bench.ours), ("theirs", bench.theirs)):
            alone, among = [], []  # type: ignore[var-annotated]
            for busy in (False, True):
                stop = asyncio.Event()
                jobs = [asyncio.create_task(_batch(bench, peer, client, turn, stop)) for client in range(3 if busy else 0)]
                if busy:
                    await asyncio.sleep(0.2)
                for _ in range(3):
                    turn += 1
                    prefix, suffix = typed[turn % len(typed)]
                    ask = bench.prompts.ask(prefix, suffix, 12, client="editor")
                    (among if busy else alone).append((await peer.ask(bench.session, ask)).seconds)
                stop.set()
                await asyncio.gather(*jobs)
            slowdown[key].append(statistics.median(among) / statistics.median(alone))
    ours, theirs = statistics.median(slowdown["ours"]), statistics.median(slowdown["theirs"])
    row = ScenarioRow("interactive among three batch requests, against alone", f"{ours:.2f} x", f"{theirs:.2f} x")
    row.goal, row.met = "at most 1.5 x", ours <= 1.5
    bench.rows.append(row)


async def _batch(bench: EngineBench, peer: Peer, client: int, turn: int, stop: asyncio.Event) -> None:
    number = 0
    while not stop.is_set():
        prefix, suffix, _ = bench.prompts.cut(200 + 3 * turn + client + number, 300)
        ask = bench.prompts.ask(prefix, suffix, 32, priority="batch", client=f"batch {client}")
        await peer.ask(bench.session, ask)
        number += 1


async def cancel(bench: EngineBench, tokens: int) -> None:
    """A cold prefill is cancelled half-way; how long until a short request has its first token, compared with its time alone."""
    delays: dict[str, list[float]] = {"ours": [], "theirs": []}
    for turn in range(bench.count(12)):
        for key, peer in (("ours", bench.ours), ("theirs", bench.theirs)):
            short = bench.prompts.ask("import os\n", "\n", 1)
            await peer.ask(bench.session, short)
            alone = (await peer.ask(bench.session, short)).seconds
            prefix, suffix, _ = bench.prompts.cut(400 + turn, tokens)
            task = asyncio.create_task(peer.ask(bench.session, bench.prompts.ask(f"#{turn}\n{prefix}", suffix, 64)))
            await asyncio.sleep(0.03)
            task.cancel()
            began = time.perf_counter()
            try:
                await peer.ask(bench.session, short)
            except aiohttp.ServerDisconnectedError:  # llama-server sometimes closes a kept-alive connection after a cancel
                began = time.perf_counter()
                await peer.ask(bench.session, short)
            delays[key].append((time.perf_counter() - began - alone) * 1000)
            await asyncio.gather(task, return_exceptions=True)
    ours, theirs = statistics.median(delays["ours"]), statistics.median(delays["theirs"])
    row = ScenarioRow("cancel in a prefill: the next request waits longer by", f"{ours:.1f} ms", f"{theirs:.1f} ms")
    headers = {"Authorization": "Bearer bench"}
    async with bench.session.get(f"{bench.ours.url}/health", headers=headers) as response:
        small_batch = 64_000 / max((await response.json())["prefill_rate"], 1.0)
    row.goal, row.met = f"at most 15 ms and one small batch ({small_batch:.0f} ms for 64 tokens)", ours <= 15 + small_batch
    bench.rows.append(row)


async def drafting(bench: EngineBench) -> None:
    """A file that repeats itself: decode steps with and without prompt-lookup drafting, and whether the text is the same."""
    block = "".join(
        f"    def test_{name}(self):\n        self.assertEqual(self.client.get('/{name}'), 200)\n        self.client.close()\n\n"
        for name in ("index", "about", "login", "logout", "search")
    )
    prefix = f"class Tests(TestCase):\n{block}    def test_profile(self):\n        self.assertEqual(self.client.get('/profile'), "
    steps, texts = [], []
    for draft in ("off", "always"):
        result = await bench.ours.ask(bench.session, bench.prompts.ask(prefix, "\n", 48, draft=draft))
        steps.append(int(str(result.raw["decode_steps"])))
        texts.append(result.text)
    same = "identical" if texts[0] == texts[1] else "DIFFERENT"
    ratio = steps[0] / steps[1]
    row = ScenarioRow("drafting on a repeating file: decode steps without / with", f"{steps[0]} / {steps[1]}, text {same}", "")
    row.ratio, row.goal, row.met = ratio, "at least 1.3 x fewer", ratio >= 1.3 and same == "identical"
    bench.rows.append(row)
