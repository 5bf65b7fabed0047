"""A stand-in of the model host, to test the host's client: a Unix socket with the test's routes, and no process."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from codestral_ls.backends.base import FimRequest, Health
from codestral_ls.backends.host_client import HostClient
from codestral_ls.backends.host_process import HostProcess
from codestral_ls.config.host_address import host_address
from codestral_ls.config.sections import LocalOptions

DEADLINE = 60.0


class NoProcess(HostProcess):
    """A replacement for the host's starter that starts nothing and counts the requests to start."""

    def __init__(self, options: Any, address: Any) -> None:
        super().__init__(options, address)
        self.asked = 0

    async def ensure(self, known: Any) -> Any:
        self.asked += 1
        return Health("loading", "starting")


@asynccontextmanager
async def against(complete: Any, health: Any = None) -> AsyncIterator[Any]:
    """A client connected to a stand-in host whose completion route is ``complete``."""
    options = LocalOptions(model="/nowhere/model.gguf")
    address = host_address(options)
    address.socket.parent.mkdir(parents=True, exist_ok=True)
    app = web.Application()

    async def ready(request: web.Request) -> Any:
        return web.json_response(health or {"status": "ready", "model": "m", "family": "qwen", "context_tokens": 2048})

    app.router.add_post("/v1/fim/completions", complete)
    app.router.add_get("/health", health if callable(health) else ready)
    runner = web.AppRunner(app, shutdown_timeout=0.05, access_log=None, handler_cancellation=True)
    await runner.setup()
    await web.UnixSite(runner, str(address.socket)).start()
    client = HostClient(options, process=NoProcess(options, address))
    client.host = runner  # type: ignore[attr-defined]
    try:
        yield client
    finally:
        await client.aclose()
        await runner.cleanup()


async def collect(client: Any, request: Any = None) -> Any:
    return [piece async for piece in client.stream(request or FimRequest("p", "s"))]


def sse(*bodies: Any) -> Any:
    async def complete(request: web.Request) -> Any:
        complete.seen = (await request.json(), dict(request.headers))  # type: ignore[attr-defined]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for body in bodies:
            await response.write(f"data: {body}\n\n".encode())
        return response

    return complete


def status(code: Any, body: Any, headers: Any = None) -> Any:
    async def complete(request: web.Request) -> Any:
        return web.json_response(body, status=code, headers=headers)

    return complete


def event(text: str, finish: Any) -> Any:
    return json.dumps({"choices": [{"delta": {"content": text}, "finish_reason": finish}]})


ONE, LAST = event("a", None), event("b", "stop")
