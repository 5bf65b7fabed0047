"""A completion server with a chosen fault: it refuses, fails, is slow, or answers in an unusual form.

It speaks Mistral's FIM API and OpenAI's completions on a loopback port. ``/v1/models`` still works unless configured otherwise,
as it does with a wrong model name, a used-up quota or a key without the right to complete.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from support.loopback import reachable

MODEL = "codestral-latest"
TEXT = "return a + b"


@dataclass
class IllServer:
    """The fault. ``status`` is the HTTP status of completions (200: no error), ``models_status`` that of the list of models.

    ``whole``: the answer is one JSON body although a stream was requested. ``refuses`` names a field that makes it answer a
    request with 422. ``asked`` holds the bodies of all completion requests.
    """

    status: int = 200
    models_status: int = 200
    whole: bool = False
    refuses: str = ""
    words: str = "no"
    address: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)

    def variables(self, backend: str) -> dict[str, str]:
        """Variables that make ``serve`` use this server through ``backend``."""
        chosen = {
            "CODESTRAL_LS_BACKEND_PRIMARY": backend,
            "CODESTRAL_LS_COMPLETION_DEBOUNCE_MS": "0",
            "CODESTRAL_LS_COMPLETION_PREFETCH": "false",
            "CODESTRAL_LS_COMPLETION_COPY": "false",
        }
        own = {
            "fim_server": {"CODESTRAL_LS_FIM_SERVER_ADDRESS": self.address},
            "openai": {"CODESTRAL_LS_OPENAI_ADDRESS": self.address, "CODESTRAL_LS_OPENAI_PROMPT": "text"},
            "codestral": {"CODESTRAL_LS_CODESTRAL_SERVER_URL": self.address, "CODESTRAL_API_KEY": "a-test-key"},
        }
        return chosen | own[backend]

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """Answer a completion request, with the chosen fault."""
        body: dict[str, Any] = await request.json()
        self.asked.append(body)
        if self.status != 200:
            return web.json_response({"message": f"{self.words} {len(self.asked)}"}, status=self.status)
        if self.refuses and self.refuses in body:
            return web.json_response({"message": f"unknown field {self.refuses}"}, status=422)
        of_openai = request.path.endswith("/v1/completions")
        if self.whole:
            said = {"text": TEXT} if of_openai else {"message": {"content": TEXT}}
            choice = {"index": 0, "finish_reason": "stop", **said}
            return web.json_response({"choices": [choice]}, dumps=lambda value: json.dumps(value, indent=2))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for text, reason in ((TEXT, None), ("", "stop")):
            said = {"text": text} if of_openai else {"delta": {"content": text}}
            choice = {"index": 0, "finish_reason": reason, **said}
            await response.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response

    async def models(self, _request: web.Request) -> web.Response:
        """Answer with the list of models."""
        if self.models_status != 200:
            return web.json_response({"message": self.words}, status=self.models_status)
        return web.json_response({"object": "list", "data": [{"id": MODEL, "object": "model"}]})


@asynccontextmanager
async def ill_server(**ways: Any) -> AsyncIterator[IllServer]:
    """A running server with a fault."""
    server = IllServer(**ways)
    app = web.Application()
    app.router.add_post("/v1/fim/completions", server.complete)
    app.router.add_post("/v1/completions", server.complete)
    app.router.add_get("/v1/models", server.models)
    async with reachable(app) as server.address:
        yield server
