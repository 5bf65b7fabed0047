"""Bounds how much of clients' bodies the host holds in memory: little of each, and a limit for all together.

A prompt has about ten kilobytes; one of many megabytes is a fault or an attack, and hundreds at the same time would fill the
memory. The bytes that arrived are counted, not those announced, so an announcement costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from codestral_ls.host.scheduler import QueueFullError

MOST_BODY = 64 * 1024 * 1024
"""Bytes of one body."""
MOST_HELD = 192 * 1024 * 1024
"""Bytes of all bodies that are being read or answered."""
SMALL = 1024 * 1024
"""Bytes. A body up to this size is always read and answered: honest requests are not refused because of what others send."""
PATIENCE = 30.0
"""Seconds without another byte after which a body counts as abandoned."""
RETRY_AFTER = 2
"""Seconds after which a client should try again."""


class Bodies:
    """Reads bodies. ``held`` is how many of their bytes are in memory."""

    def __init__(self, most: int = MOST_HELD, patience: float = PATIENCE) -> None:
        self.held = 0
        self._most = most
        self._patience = patience

    @asynccontextmanager
    async def read(self, request: web.Request) -> AsyncIterator[bytes]:
        """The request's body, counted until the end of the block.

        Raises: QueueFullError (too much is held), HTTPRequestEntityTooLarge, TimeoutError (the client stopped sending),
        RequestPayloadError (its compression is broken).
        """
        parts: list[bytes] = []
        own = 0
        try:
            chunks = request.content.iter_any()
            while True:
                async with asyncio.timeout(self._patience):
                    chunk = await anext(chunks, b"")
                if not chunk:
                    break
                own += len(chunk)
                self.held += len(chunk)
                if own > MOST_BODY:
                    raise web.HTTPRequestEntityTooLarge(max_size=MOST_BODY, actual_size=own)
                if own > SMALL and self.held > self._most:
                    raise QueueFullError(RETRY_AFTER)
                parts.append(chunk)
            yield b"".join(parts)
        finally:
            self.held -= own
