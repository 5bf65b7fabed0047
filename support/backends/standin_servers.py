"""Stand-ins of vLLM's /v1/completions with /tokenize and of Ollama's /api/generate, from their public references.

They are small on purpose: they check the schema, keep the requests and write a text that the test chooses. llama-server is tested
for real.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from support.loopback import reachable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_VLLM_FIELDS = {
    "model", "prompt", "suffix", "max_tokens", "temperature", "stream", "stream_options", "stop", "seed", "logprobs", "echo", "n",
}  # fmt: skip
_OLLAMA_FIELDS = {"model", "prompt", "suffix", "stream", "keep_alive", "options", "raw", "system", "template", "format"}
_OLLAMA_OPTIONS = {"num_predict", "temperature", "stop", "num_ctx", "seed", "top_p", "top_k"}
CONTROLS = {"<s>": 1, "[PREFIX]": 11, "[SUFFIX]": 13}


@asynccontextmanager
async def running(routes: dict[tuple[str, str], Handler]) -> AsyncGenerator[str, None]:
    """Serve ``routes`` on a free loopback port and yield the address."""
    app = web.Application()
    for (method, path), handler in routes.items():
        app.router.add_route(method, path, handler)
    async with reachable(app) as address:
        yield address


class Vllm:
    """``pieces`` is the answer. With ``tokenizes`` False there is no /tokenize; with ``usage`` False stream_options is ignored."""

    def __init__(self, pieces: list[str], *, tokenizes: bool = True, usage: bool = True, streams: bool = True) -> None:
        self.pieces = pieces
        self.usage = usage
        self.streams = streams
        self.seen: list[dict[str, Any]] = []
        self.routes: dict[tuple[str, str], Handler] = {
            ("POST", "/v1/completions"): self.complete,
            ("GET", "/v1/models"): self.models,
        }
        if tokenizes:
            self.routes["POST", "/tokenize"] = self.tokenize

    async def models(self, request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "codestral", "object": "model"}]})

    async def tokenize(self, request: web.Request) -> web.Response:
        text = (await request.json())["prompt"]
        ids = [CONTROLS[text]] if text in CONTROLS else [1000 + ord(letter) for letter in text]
        return web.json_response({"count": len(ids), "max_model_len": 8192, "tokens": ids})

    async def complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.seen.append(body)
        unknown = set(body) - _VLLM_FIELDS
        if unknown or body["max_tokens"] < 1 or len(body.get("stop", [])) > 4:
            error = {"message": f"not permitted: {sorted(unknown)}", "type": "BadRequestError", "code": 400}
            return web.json_response({"object": "error", "error": error}, status=400)
        if body["model"] != "codestral":
            error = {"message": f"The model `{body['model']}` does not exist.", "type": "NotFoundError", "code": 404}
            return web.json_response({"error": error}, status=404)
        usage = {"prompt_tokens": 9, "completion_tokens": len(self.pieces), "prompt_tokens_details": {"cached_tokens": 4}}
        if not self.streams:
            choice = {"index": 0, "text": "".join(self.pieces), "finish_reason": "stop", "logprobs": None}
            return web.json_response({"choices": [choice], "usage": usage})
        chunks: list[dict[str, Any]] = [
            {"choices": [{"index": 0, "text": piece, "logprobs": {"token_logprobs": [-0.5]}, "finish_reason": None}]}
            for piece in self.pieces
        ]
        chunks[-1]["choices"][0]["finish_reason"] = "length"
        if self.usage:
            chunks.append({"choices": [], "usage": usage})
        return await _send(request, [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks] + ["data: [DONE]\n\n"])


class StandInOllama:
    """``pieces`` is the answer of the only model, codestral:latest; ``inserts`` says whether it accepts a suffix.

    ``shown`` is added to the answer of /api/show.
    """

    def __init__(self, pieces: list[str], *, inserts: bool = True) -> None:
        self.pieces = pieces
        self.inserts = inserts
        self.seen: list[dict[str, Any]] = []
        self.shown: dict[str, Any] = {}
        self.routes: dict[tuple[str, str], Handler] = {
            ("POST", "/api/generate"): self.generate,
            ("GET", "/api/tags"): self.tags,
            ("POST", "/api/show"): self.show,
        }

    async def tags(self, request: web.Request) -> web.Response:
        return web.json_response({"models": [{"name": "codestral:latest", "size": 1}]})

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response({"capabilities": ["completion", *(["insert"] if self.inserts else [])]} | self.shown)

    async def generate(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.seen.append(body)
        unknown = (set(body) - _OLLAMA_FIELDS) | (set(body["options"]) - _OLLAMA_OPTIONS)
        if unknown:
            return web.json_response({"error": f"unknown: {sorted(unknown)}"}, status=400)
        if body["model"] not in ("codestral", "codestral:latest"):
            return web.json_response({"error": f"model '{body['model']}' not found"}, status=404)
        if body.get("suffix") and not self.inserts:
            return web.json_response({"error": "codestral does not support insert"}, status=400)
        lines = [{"model": "codestral", "response": piece, "done": False} for piece in self.pieces]
        end = {"response": "", "done": True, "done_reason": "stop", "prompt_eval_count": 100, "eval_count": 3}
        durations = {"prompt_eval_duration": 50_000_000, "eval_duration": 30_000_000}
        return await _send(request, [json.dumps(line) + "\n" for line in [*lines, end | durations]], "application/x-ndjson")


async def _send(request: web.Request, parts: list[str], kind: str = "text/event-stream") -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": kind})
    await response.prepare(request)
    for part in parts:
        await response.write(part.encode())
    await response.write_eof()
    return response
