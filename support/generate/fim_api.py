"""A FIM API on a Unix socket for batches, in its own thread. The answer depends only on the request; all requests are kept."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from codestral_ls.backends.base import FimRequest
from codestral_ls.generate.batch.work import request_key
from support.generate.hostile import hostile


def as_request(body: dict[str, Any]) -> FimRequest:
    return FimRequest(
        body["prompt"], body.get("suffix") or "", body["max_tokens"], tuple(body.get("stop") or ()), body.get("temperature") or 0.0
    )


class StandInFimApi:
    """``seen`` has the journal's key of every request in the order of arrival; ``delay`` is in seconds."""

    def __init__(self, socket: Path, model: str, delay: float, write: Callable[[FimRequest], str] = hostile) -> None:
        self.address = f"unix://{socket}"
        self.seen: list[str] = []
        self.running = self.most_running = 0
        self._socket, self._model, self._delay, self._write = str(socket), model, delay, write
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> StandInFimApi:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/v1/fim/completions", self._complete)
        app.router.add_get("/v1/models", self._models)
        runner = web.AppRunner(app, shutdown_timeout=0.05, access_log=None)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.UnixSite(runner, self._socket, backlog=512).start())
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _models(self, _request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "codestral", "object": "model"}]})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        asked = as_request(body)
        self.seen.append(request_key(self._model, asked))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self._delay)  # pace: of a model
        finally:
            self.running -= 1
        text = self._write(asked)[:3000].encode("utf-8", "replace").decode()
        for stop in asked.stop:
            text = text.partition(stop)[0]
        usage = {"prompt_tokens": len(asked.prefix) // 3, "completion_tokens": len(text) // 3, "total_tokens": 0}
        usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": "stop"}
        event = {
            "id": "x",
            "object": "chat.completion.chunk",
            "model": "codestral",
            "created": 1,
            "choices": [choice],
            "usage": usage,
        }
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        with contextlib.suppress(ConnectionError):  # the client was killed meanwhile
            await response.prepare(request)
            await response.write(f"data: {json.dumps(event)}\n\ndata: [DONE]\n\n".encode())
        return response
