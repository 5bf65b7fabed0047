"""A FIM and chat API that takes the same time for every request, to measure the throughput of its clients.

    python support/generate/timed_api.py SECONDS

It serves on a free port, prints its address, and ends when its standard input is closed.

With ``together`` it answers only once that many requests are waiting: a client that sends fewer at a time waits for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

USAGE = {"prompt_tokens": 300, "completion_tokens": 12, "total_tokens": 312}


class TimedApi:
    """The API. ``running`` requests are waiting now, ``most`` is the highest number so far, ``answered`` the number answered."""

    def __init__(self, seconds: float, text: str = "Do what the name says.", together: int = 0) -> None:
        self.running = self.most = self.answered = 0
        self._seconds = seconds
        self._together = together
        self._all_here = asyncio.Event()
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        event = {
            "id": "x",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "codestral",
            "usage": USAGE,
            "choices": [choice],
        }
        self._stream = f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode()
        plain = {"id": "x", "object": "text_completion", "created": 1, "model": "codestral", "usage": USAGE}
        plain["choices"] = [{"index": 0, "text": text, "finish_reason": "stop"}]
        self._plain = f"data: {json.dumps(plain)}\n\ndata: [DONE]\n\n".encode()
        tests = json.dumps({"tests": [f"def test_it():\n    assert {text!r}"]})
        reply = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": tests}}
        whole = {"id": "x", "object": "chat.completion", "created": 1, "model": "codestral", "usage": USAGE, "choices": [reply]}
        self._reply = json.dumps(whole).encode()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Its address while the block runs."""
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/v1/fim/completions", self._fim)
        app.router.add_post("/v1/completions", self._completion)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/counts", self._counts)
        runner = web.AppRunner(app, shutdown_timeout=0.05, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0, backlog=512)
            await site.start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _wait(self) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self._together:
                if self.running >= self._together:
                    self._all_here.set()
                await self._all_here.wait()
            await asyncio.sleep(self._seconds)  # pace: of a model
        finally:
            self.running -= 1
        self.answered += 1

    async def _fim(self, request: web.Request) -> web.Response:
        await request.read()
        await self._wait()
        return web.Response(body=self._stream, headers={"Content-Type": "text/event-stream"})

    async def _completion(self, request: web.Request) -> web.Response:
        await request.read()
        await self._wait()
        return web.Response(body=self._plain, headers={"Content-Type": "text/event-stream"})

    async def _chat(self, request: web.Request) -> web.Response:
        await request.read()
        await self._wait()
        return web.Response(body=self._reply, content_type="application/json")

    async def _models(self, _request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "codestral", "object": "model"}]})

    async def _counts(self, _request: web.Request) -> web.Response:
        return web.json_response({"most": self.most, "answered": self.answered})


async def _serve(seconds: float) -> None:
    async with TimedApi(seconds).serving() as address:
        print(address, flush=True)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
