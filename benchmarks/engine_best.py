"""Our host against llama-server at its best: every number of threads is tried, in the same run, prompt by prompt.

Users do not change the number of threads while a build runs. So under load there are two peers: the one that was best on the
quiet machine, and the one that is best under that load.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import aiohttp

from benchmarks import engine_load
from benchmarks.engine_peers import LlamaServerPeer, OurHost, PeerAnswer, PeerRequest, Setup
from benchmarks.engine_prompts import PromptCutter
from benchmarks.engine_scenarios import ScenarioRow

PAUSE = 0.3
"""Seconds between two requests, like a typist's pauses: so long that no peer's threads still spin."""
SETTLE = 1.5
LONGEST = 50.0
LEAST = 4
"""A scenario ends after `LONGEST` seconds, once each side has answered `LEAST` times: with threads that spin against each other,
a single answer can take ten seconds.
"""
LOADS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "quiet": nullcontext,
    "a busy loop on each core": engine_load.busy_loops,
    "a compiler on each core": engine_load.compiler,
}


def thread_counts() -> list[int]:
    """1, 2 and the number of all cores."""
    return sorted({1, min(2, os.cpu_count() or 1), os.cpu_count() or 1})


@dataclass
class Contenders:
    """Our host and its peers, all ready to answer."""

    session: aiohttp.ClientSession
    ours: OurHost
    peers: list[LlamaServerPeer]
    prompts: PromptCutter

    @classmethod
    async def start(cls, session: aiohttp.ClientSession, setup: Setup) -> Contenders:
        """Start all contenders with the model of ``setup``; our host gets its ``threads`` (0: it chooses)."""
        ours = OurHost(setup)
        peers = [LlamaServerPeer(setup.threaded(threads)) for threads in thread_counts()]
        await ours.ready(session)
        for peer in peers:
            await peer.ready(session)
        return cls(session, ours, peers, PromptCutter(setup.model))

    def close(self) -> None:
        """End every process."""
        self.ours.close()
        for peer in self.peers:
            peer.close()

    async def ask(self, asks: Sequence[PeerRequest], skip: int) -> list[list[PeerAnswer]]:
        """Send each request to each side in turn; returns the results of each side without the first ``skip``."""
        sides: list[OurHost | LlamaServerPeer] = [self.ours, *self.peers]
        found: list[list[PeerAnswer]] = [[] for _ in sides]
        began = time.monotonic()
        for number, ask in enumerate(asks):
            if time.monotonic() - began > LONGEST and number >= skip + LEAST:
                break
            for step in range(len(sides)):
                at = (number + step) % len(sides)  # the order of the contenders alternates
                found[at].append(await sides[at].ask(self.session, ask))
                await asyncio.sleep(PAUSE)
        return [results[skip:] for results in found]


def medians(results: Sequence[Sequence[PeerAnswer]]) -> list[float]:
    """The median time of each side, in milliseconds."""
    return [statistics.median(result.seconds for result in side) * 1000 for side in results]


def ratio(ours: Sequence[PeerAnswer], theirs: Sequence[PeerAnswer]) -> float:
    """The median of the ratios of answers to the same request."""
    return statistics.median(a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True))


def quickest(results: Sequence[Sequence[PeerAnswer]]) -> int:
    """The index of the fastest peer, from 0; ``results`` begins with our host."""
    times = medians(results)[1:]
    return times.index(min(times))


class BestComparison:
    """The rows of one model, and the choices that were made for them."""

    def __init__(self, field: Contenders, turns: int) -> None:
        self.field, self.turns = field, turns
        self.rows: list[ScenarioRow] = []
        self.best = 0

    async def hot(self, tokens: int) -> None:
        """Typing: 1-5 new tokens at the end of a known prompt, 12 generated; on a quiet machine and under two loads."""
        for place, (load, begin) in enumerate(LOADS.items()):
            asks = [
                self.field.prompts.ask(prefix, suffix, 12)
                for prefix, suffix in self.field.prompts.typing(place, tokens, self.turns + 3)
            ]
            with begin():
                await asyncio.sleep(SETTLE)
                results = await self.field.ask(asks, 3)
            name = f"hot typing request, {tokens} tokens, 12 generated, {load}"
            if load == "quiet":
                self.best = quickest(results)
                self._row(name, results, self.best, 0.9)
            else:
                self._row(f"{name}, their threads those of the quiet machine", results, self.best, 0.6)
                self._row(f"{name}, their threads those that are best now", results, quickest(results), 1.0)

    async def cold(self, tokens: int) -> None:
        """Prompts that no contender has seen, one generated token."""
        asks = []
        for number in range(max(3, self.turns // 3)):
            prefix, suffix, _ = self.field.prompts.cut(10 + number, tokens)
            asks.append(self.field.prompts.ask(f"# {number}\n{prefix}", f"\n# {number}{suffix}", 1))
        results = await self.field.ask(asks, 0)
        length = round(statistics.mean(result.prompt for result in results[0]))
        self._row(f"cold prompt, {length} tokens, 1 generated, quiet", results, quickest(results), 1.0)

    def _row(self, name: str, results: Sequence[Sequence[PeerAnswer]], peer: int, limit: float) -> None:
        times, against = medians(results), ratio(results[0], results[1 + peer])
        every = ", ".join(f"{side.threads}: {time:.1f}" for side, time in zip(self.field.peers, times[1:], strict=True))
        slow = sorted(result.seconds * 1000 for result in results[0])[int(len(results[0]) * 0.95)]
        ours = f"{times[0]:.1f} ms (p95 {slow:.1f})"
        theirs = f"{times[1 + peer]:.1f} ms with {self.field.peers[peer].threads} of ({every})"
        self.rows.append(ScenarioRow(name, ours, theirs, against, f"at most {limit} x", against <= limit))
        print(f"{name}: {ours} | {theirs} | {against:.2f}", flush=True)
