"""The stand-in of the Codestral API in its own thread, for tests that wait for an editor in the meantime."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from support.backends.standin_api import StandIn

START_SECONDS = 20.0


@contextmanager
def api_beside(write: Callable[[dict[str, Any]], str]) -> Iterator[tuple[StandIn, str]]:
    """The stand-in and its address; ``write`` returns the text for a request's body."""
    api = StandIn(write)
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    address: list[str] = []
    stop = asyncio.Event()

    async def serve() -> None:
        async with api.running() as where:
            address.append(where)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(START_SECONDS), "the stand-in did not start"
    try:
        yield api, address[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(START_SECONDS)
        loop.close()
