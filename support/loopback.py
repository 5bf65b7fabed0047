"""Runs a stand-in server's aiohttp application so that only this machine can reach it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def reachable(
    app: web.Application,
    *,
    socket: str | None = None,
    host: str = "127.0.0.1",
    name: str = "",
    tls: ssl.SSLContext | None = None,
    cancels: bool = False,
) -> AsyncGenerator[str, None]:
    """Serve ``app`` on a free port of ``host``, or on a Unix socket, and yield the address.

    ``name`` replaces ``host`` in the address; with ``cancels`` a handler is cancelled when its client disconnects. Requests that
    still run at the end are not waited for.
    """
    runner = web.AppRunner(app, shutdown_timeout=0.05, access_log=None, handler_cancellation=cancels)
    await runner.setup()
    try:
        if socket is not None:
            await web.UnixSite(runner, socket).start()
            yield f"unix://{socket}"
        else:
            await web.TCPSite(runner, host, 0, ssl_context=tls).start()
            yield f"{'https' if tls else 'http'}://{name or host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
