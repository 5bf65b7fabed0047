"""How tests wait: until a condition holds, never for a fixed time. ``check_waiting.py`` refuses other sleeps.

To show that something does not happen, a test does not wait either: ``time_passes`` moves the event loop's clock forward, so that
every timer that could make it happen has run out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

DEADLINE = 30.0
"""Seconds after which a wait fails; generous, so that a busy machine does not fail a test."""
POLL_SECONDS = 0.005

Found = TypeVar("Found")


async def until(holds: Callable[[], Any], what: str = "it", seconds: float = DEADLINE, poll: float = POLL_SECONDS) -> Any:
    """The result of ``holds()``, or of awaiting it, as soon as it is true.

    Raises: AssertionError after ``seconds``.
    """
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if isinstance(found, Awaitable):
            found = await found
        if found:
            return found
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        await asyncio.sleep(poll)


def wait_until(holds: Callable[[], Found], what: str = "it", seconds: float = DEADLINE, poll: float = POLL_SECONDS) -> Found:
    """The result of ``holds()`` as soon as it is true. Raises: AssertionError after ``seconds``."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        time.sleep(poll)
    return found


async def turns(count: int = 20) -> None:
    """Let the event loop do everything that is ready now, and what follows from it."""
    for _ in range(count):
        await asyncio.sleep(0)


async def forever() -> None:
    """Wait until cancelled: for an answer that does not come."""
    await asyncio.Event().wait()


async def time_passes(seconds: float, *threads: Executor) -> None:
    """Move the loop's clock forward by ``seconds``; return when its timers, and the work they gave ``threads``, are done.

    ``threads`` have one thread each. The clock is not moved back.
    """
    loop = asyncio.get_running_loop()
    now = loop.time
    loop.time = lambda: now() + seconds  # type: ignore[method-assign]
    for _ in range(3):  # a timer's work may use its thread again
        await turns()
        for thread in threads:
            await loop.run_in_executor(thread, int)
    await turns()
