"""A server of Mistral's FIM API on a loopback port that keeps every prompt it gets and always writes the same text."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from support.loopback import reachable


class FimStandIn:
    """``prompts`` are the requests' prefixes, newest last; ``variables`` configure this server as the backend."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.address = ""
        self.prompts: list[str] = []

    @property
    def variables(self) -> dict[str, str]:
        return {
            "CODESTRAL_LS_BACKEND_PRIMARY": "fim_server",
            "CODESTRAL_LS_FIM_SERVER_ADDRESS": self.address,
            "CODESTRAL_LS_COMPLETION_DEBOUNCE_MS": "0",
            "CODESTRAL_LS_COMPLETION_PREFETCH": "false",
            "CODESTRAL_LS_COMPLETION_COPY": "false",
        }

    async def write(self, request: web.Request) -> web.StreamResponse:
        asked: dict[str, Any] = await request.json()
        self.prompts.append(asked["prompt"])
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for text, reason in ((self.text, None), ("", "stop")):
            choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason, "mean_logprob": -0.01}
            await response.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response


@asynccontextmanager
async def fim_stand_in(text: str) -> AsyncIterator[FimStandIn]:
    """A running stand-in."""
    stand_in = FimStandIn(text)
    app = web.Application()
    app.router.add_post("/v1/fim/completions", stand_in.write)
    app.router.add_get("/v1/models", _models)
    async with reachable(app) as stand_in.address:
        yield stand_in


async def _models(_request: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [{"id": "codestral-latest", "object": "model"}]})
