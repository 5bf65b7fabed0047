"""Fuzzed LSP messages to the real ``serve``: does it die, fall silent, or write content into its log?"""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field

from support.lsp.fuzzed import barrier, faults, messages
from support.lsp.lsp_client import fake, serving

BATCH = 250
"""Messages between two valid requests, which must be answered."""


@dataclass(slots=True)
class LspOutcome:
    """The result; ``slowest`` is the longest time of a valid request, in seconds."""

    sent: int = 0
    deaths: int = 0
    silences: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


async def attack(count: int, seed: int) -> LspOutcome:
    """Send ``count`` messages to a server; if it dies, continue with a new one."""
    outcome = LspOutcome()
    chance = random.Random(seed)
    while outcome.sent < count:
        async with serving(fake("pass")) as editor:
            await editor.initialize("vscode")
            try:
                while outcome.sent < count:
                    for message in messages(chance, BATCH):
                        body = json.dumps(message).encode()
                        editor.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                    await editor._writer.drain()
                    outcome.sent += BATCH
                    began = time.monotonic()
                    await barrier(editor)
                    outcome.slowest = max(outcome.slowest, time.monotonic() - began)
                    editor.answers.clear()
                    editor.notifications.clear()
                    editor.requests.clear()
                    outcome.faults += faults(editor.log)
                    editor.log = ""
                await editor.shutdown()
            except (AssertionError, ConnectionError):
                dead = editor.process.returncode is not None
                outcome.deaths += dead
                outcome.silences += not dead
                outcome.faults += faults(editor.log)
                editor.process.kill()
    return outcome


def run(count: int, seed: int) -> LspOutcome:
    """The same for synchronous code."""
    return asyncio.run(attack(count, seed))
