"""Before a run that costs money: its highest cost, and the question whether to continue."""

from __future__ import annotations

import asyncio
import sys

from rich.console import Console

from codestral_ls.backends.base import BackendInfo, Usage
from codestral_ls.backends.ledger import Price
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.asking import Estimate
from codestral_ls.generate.batch.counts import Counts
from codestral_ls.generate.batch.runner import Confirm


def confirm_paid(console: Console, counts: Counts, info: BackendInfo, price: Price, currency: str, *, yes: bool) -> Confirm | None:
    """Shows the estimate and asks; None if the model costs nothing. ``yes`` answers the question."""
    if price.of(Usage(prompt_tokens=1, completion_tokens=1)) <= 0.0:
        return None

    async def confirm(estimate: Estimate) -> bool:
        sentence = told(estimate, info, price, currency)
        if yes:
            console.print(sentence, highlight=False)
            return True
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise GenerateError(f"{sentence} Pass --yes to run it without a question.")
        counts.asking = True
        try:
            console.print(f"{sentence}\nContinue? \\[y/N] ", end="", highlight=False)
            return (await _line()).strip().lower() in ("y", "yes")
        finally:
            counts.asking = False

    return confirm


async def _line() -> str:
    """A line of standard input. The waiting task can be cancelled, unlike a thread that reads."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()

    def readable() -> None:
        if not ready.done():
            ready.set_result(None)

    try:
        loop.add_reader(sys.stdin, readable)
    except NotImplementedError:  # Windows' loop
        return await asyncio.to_thread(sys.stdin.readline)
    try:
        await ready
    finally:
        loop.remove_reader(sys.stdin)
    return sys.stdin.readline()


def told(estimate: Estimate, info: BackendInfo, price: Price, currency: str) -> str:
    """The estimate as a sentence; the price assumes the longest allowed answers."""
    sent = int(estimate.characters / info.chars_per_token)
    cost = price.of(Usage(prompt_tokens=sent, completion_tokens=estimate.tokens_received))
    return (
        f"{estimate.requests:,} requests to {info.name} ({info.model}): about {sent:,} tokens sent, at most "
        f"{estimate.tokens_received:,} received, at most {cost:.{2 if cost >= 0.1 else 4}f} {currency}."
    )
