"""A request over aiohttp that is sent again if the server had closed the kept-alive connection.

There is no other retry: a fresh connection that fails has its reason, and only the caller knows whether an answer is still wanted.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp


class _Way:
    """How one attempt was sent."""

    reused = False


async def _note_reuse(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
    if isinstance(way := context.trace_request_ctx, _Way):  # not so for the session's other requests
        way.reused = True


def traced() -> aiohttp.TraceConfig:
    """What a session needs in its ``trace_configs`` for ``send``."""
    config = aiohttp.TraceConfig()
    config.on_connection_reuseconn.append(_note_reuse)
    return config


async def send(session: aiohttp.ClientSession, method: str, url: str, **options: Any) -> aiohttp.ClientResponse:
    """``session.request``; again if a connection from the pool broke before any byte of the answer came.

    Every such failure removes its connection from the pool, so the last attempt has a fresh one. A session that was closed
    in the meantime broke it itself and takes no other request.
    Raises: aiohttp.ClientError, OSError, as ``session.request`` does.
    """
    while True:
        way = _Way()
        try:
            return await session.request(method, url, trace_request_ctx=way, **options)
        except aiohttp.ServerDisconnectedError as error:
            # aiohttp's message is the half-read head if some of it came, and a sentence if nothing did.
            if not way.reused or session.closed or not isinstance(error.message, str):
                raise
        except (aiohttp.ClientOSError, aiohttp.ClientConnectionResetError):
            if not way.reused or session.closed:
                raise
