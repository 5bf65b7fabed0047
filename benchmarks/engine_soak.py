"""Thousands of requests with random cancels and disconnects against one host: memory flat, no slot lost, no answer mixed up.

    python -m benchmarks.engine_soak [--requests 10000] [--model PATH]
Every prompt asks for a text of its own; an answer that differs from the one its prompt got alone counts as wrong (batches of
another size may round differently, so a rare different answer is examined: it must not be another prompt's).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections import Counter
from pathlib import Path

import aiohttp

from benchmarks.engine import resident
from benchmarks.engine_peers import OurHost, PeerRequest, Setup
from benchmarks.engine_prompts import PromptCutter
from codestral_ls.config.host_address import EMBEDDED

PLACES = 24
CLIENTS = 6


async def soak(setup: Setup, requests: int) -> Counter[str]:
    """Run the requests; returns counts of the events, and the memory in MB at the beginning and at the end."""
    host = OurHost(setup)
    counts: Counter[str] = Counter()
    dice = random.Random(1)
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            await host.ready(session)
            asks = _asks(PromptCutter(setup.model), dice)
            expected = [(await host.ask(session, ask)).text for ask in asks]
            counts["memory at the beginning, MB"] = resident(host.process.pid) // 1_000_000
            left = requests

            async def client(name: str) -> None:
                nonlocal left
                while left > 0:
                    left -= 1
                    number = dice.randrange(len(asks))
                    asks[number].client, asks[number].priority = name, dice.choice(["interactive", "prefetch", "batch"])
                    task = asyncio.create_task(host.ask(session, asks[number]))
                    if dice.random() < 0.35:
                        await asyncio.sleep(dice.random() * 0.02)
                        task.cancel()
                    (answer,) = await asyncio.gather(task, return_exceptions=True)
                    if isinstance(answer, BaseException):
                        counts["cancelled" if isinstance(answer, asyncio.CancelledError) else "failed"] += 1
                    elif answer.text == expected[number]:
                        counts["right"] += 1
                    else:
                        counts["MIXED UP" if answer.text in expected else "rounded differently"] += 1

            await asyncio.gather(*(client(str(name)) for name in range(CLIENTS)))
            await asyncio.sleep(0.5)
            headers = {"Authorization": "Bearer bench"}
            async with session.get(f"{host.url}/health", headers=headers) as response:
                health = await response.json()
            counts["slots still busy"] = health["slots"]["busy"]
            counts["requests still waiting"] = health["waiting"]
            counts["memory at the end, MB"] = resident(host.process.pid) // 1_000_000
    finally:
        host.close()
    return counts


def _asks(prompts: PromptCutter, dice: random.Random) -> list[PeerRequest]:
    asks = []
    for place in range(PLACES):
        prefix, suffix, _ = prompts.cut(place, dice.choice([60, 150, 400]))
        asks.append(prompts.ask(f"# {place}\n{prefix}", suffix, dice.choice([4, 12]), heal=True))
    return asks


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--model", type=Path, default=EMBEDDED)
    given = parser.parse_args()
    began = time.monotonic()
    counts = asyncio.run(soak(Setup(given.model, 1, 4, 1024), given.requests))
    for name, count in counts.items():
        print(f"{name:32} {count}")
    print(f"{given.requests} requests in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
