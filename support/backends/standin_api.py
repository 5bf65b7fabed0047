"""A stand-in of Mistral's FIM API for tests and benchmarks, written from the public API reference.

It is strict about the schema (like the API, it answers unknown fields with 422) and can misbehave on demand: each ``ApiFault``
spoils one request. It writes a text that the test chooses and has no model.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import struct
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from support.loopback import reachable

KEY = "standin-key-7f3a"
MODELS = ("codestral-latest", "codestral-2508")
Kind = Literal[
    "status", "slow_first", "drip", "half_chunk", "reset", "reset_before", "not_json", "wrong_shape", "html", "garbage",
    "not_utf8", "no_ending", "error_event",
]  # fmt: skip


@dataclass(frozen=True)
class ApiFault:
    """How one request goes wrong. ``seconds`` slows "slow_first" (once) and "drip" (every piece)."""

    kind: Kind
    status: int = 500
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class SeenRequest:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    raw: bytes
    connection: int

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.raw)  # type: ignore[no-any-return]


# field → (types, smallest, largest, whether it may be null), from the reference of POST /v1/fim/completions
_FIELDS: dict[str, tuple[tuple[type, ...], float | None, float | None, bool]] = {
    "model": ((str,), None, None, False),
    "prompt": ((str,), None, None, False),
    "suffix": ((str,), None, None, True),
    "temperature": ((int, float), 0.0, 1.5, True),
    "top_p": ((int, float), 0.0, 1.0, True),
    "max_tokens": ((int,), 0, None, True),
    "min_tokens": ((int,), 0, None, True),
    "stream": ((bool,), None, None, False),
    "stop": ((str, list), None, None, True),
    "random_seed": ((int,), 0, None, True),
    "metadata": ((dict,), None, None, True),
    "prompt_cache_key": ((str,), None, None, True),
}


def problems(body: Any) -> list[dict[str, Any]]:
    """What is wrong with a request's body, in the form of the API's 422."""
    if not isinstance(body, dict):
        return [{"type": "model_attributes_type", "loc": ["body"], "msg": "Input should be an object", "input": body}]
    found = [
        {"type": "missing", "loc": ["body", name], "msg": "Field required", "input": body}
        for name in ("model", "prompt")
        if name not in body
    ]
    for name, value in body.items():
        if name not in _FIELDS:
            found.append({"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"})
            continue
        types, smallest, largest, nullable = _FIELDS[name]
        wrong = value is None and not nullable
        if value is not None:
            wrong = not isinstance(value, types) or (isinstance(value, bool) and bool not in types)
            if not wrong and isinstance(value, int | float) and not isinstance(value, bool):
                wrong = (smallest is not None and value < smallest) or (largest is not None and value > largest)
            if not wrong and isinstance(value, list):
                wrong = not all(isinstance(entry, str) for entry in value)
        if wrong:
            found.append({"type": "value_error", "loc": ["body", name], "msg": "Input is not valid", "input": value})
    return found


class StandIn:
    """The stand-in; ``write`` returns the text for a request's body.

    ``seen`` keeps every FIM request. ``faults`` spoil the next requests, one each; ``always`` spoils the rest. ``headers`` are
    sent with every stream; ``redirect`` is the address to which all requests are redirected.
    """

    def __init__(self, write: Callable[[dict[str, Any]], str] | str = "return 1", key: str = KEY) -> None:
        self._write = write if callable(write) else lambda _body: write
        self.key = key
        self.faults: list[ApiFault] = []
        self.always: ApiFault | None = None
        self.headers: dict[str, str] = {}
        self.redirect = ""
        self.seen: list[SeenRequest] = []
        self.asked_for_models = 0
        self.closed_early = asyncio.Event()
        self._connections: dict[int, int] = {}

    def spoil(self, faults: Iterable[ApiFault]) -> None:
        """Make the next requests fail, each with the next of these faults."""
        self.faults.extend(faults)

    @asynccontextmanager
    async def running(
        self, tls: ssl.SSLContext | None = None, socket: str | None = None, host: str = "127.0.0.1"
    ) -> AsyncGenerator[str, None]:
        """Serve on a free port of ``host`` (or a Unix socket) and yield the address."""
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/v1/fim/completions", self._complete)
        app.router.add_post("/elsewhere", self._complete)
        app.router.add_get("/v1/models", self._models)
        name = f"[{host}]" if ":" in host else "localhost"
        async with reachable(app, socket=socket, host=host, name=name, tls=tls, cancels=True) as address:
            yield address

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return web.json_response({"message": "Unauthorized", "request_id": "00"}, status=401)
        return None

    async def _models(self, request: web.Request) -> web.Response:
        self.asked_for_models += 1
        data = [{"id": name, "object": "model", "capabilities": {"completion_fim": True}} for name in MODELS]
        return self._refused(request) or web.json_response({"object": "list", "data": data})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        connection = self._connections.setdefault(id(request.transport), len(self._connections))
        self.seen.append(SeenRequest(request.path, dict(request.headers), raw, connection))
        if self.redirect:
            return web.Response(status=307, headers={"Location": self.redirect})
        fault = self.faults.pop(0) if self.faults else self.always
        if fault is not None and fault.kind == "status":
            return web.Response(status=fault.status, text=fault.body, headers={"Content-Type": "application/json", **fault.headers})
        refused = self._refused(request)
        if refused is not None:
            return refused
        if fault is not None and fault.kind in ("reset_before", "garbage"):
            return await self._break(request, fault)
        if fault is not None and fault.kind == "html":
            return web.Response(text="<html><body>Please log in to the hotel's network</body></html>", content_type="text/html")
        wrong = problems(_json(raw))
        if wrong:
            return web.json_response({"detail": wrong}, status=422)
        body = _json(raw)
        if body["model"] not in MODELS:
            message = {"object": "error", "message": f"Invalid model: {body['model']}", "type": "invalid_model"}
            return web.json_response(message, status=400)
        if not body.get("stream"):
            return web.json_response(self._whole(body))
        return await self._streamed(request, body, fault)

    async def _streamed(self, request: web.Request, body: dict[str, Any], fault: ApiFault | None) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8", **self.headers})
        response.enable_chunked_encoding()
        finished = False
        try:
            kind = fault.kind if fault else None
            await asyncio.sleep(fault.seconds if fault and kind == "slow_first" else 0)  # pace: of a slow server
            await response.prepare(request)
            text, reason = self._text(body)
            pieces = re.findall(r"\s*\S{1,4}|\s+", text)
            for index, piece in enumerate(pieces):
                event = self._event(body, {"delta": {"role": "assistant", "content": piece}, "finish_reason": None})
                if index == min(1, len(pieces) - 1):
                    event = await self._spoiled(request, response, kind, event)  # type: ignore[assignment]
                    if event is None:
                        finished = True
                        return response
                await response.write(event)
                await asyncio.sleep(fault.seconds if fault and kind == "drip" else 0)  # pace: of a slow server
            if kind != "no_ending":
                usage = _usage(body, len(pieces))
                ending = {"delta": {"content": ""}, "finish_reason": reason}
                await response.write(self._event(body, ending, usage) + b"data: [DONE]\n\n")
            await response.write_eof()
            finished = True
        finally:
            if not finished:
                self.closed_early.set()
        return response

    async def _spoiled(self, request: web.Request, response: web.StreamResponse, kind: str | None, event: bytes) -> bytes | None:
        """The event to send, or None if this fault has ended the connection."""
        if kind == "half_chunk":
            await response.write(event[: len(event) // 2])
            assert request.transport is not None
            request.transport.close()
            return None
        if kind == "reset":
            _reset(request)
            return None
        if kind == "not_json":
            return b"data: {not json}\n\n"
        if kind == "wrong_shape":
            return b'data: {"id": "x", "choices": "none"}\n\n'
        if kind == "not_utf8":
            return b"data: \xff\xfe\n\n"
        if kind == "error_event":
            return b'data: {"object": "error", "message": "the engine stopped", "type": "internal"}\n\n'
        return event

    async def _break(self, request: web.Request, fault: ApiFault) -> web.Response:
        assert request.transport is not None
        if fault.kind == "garbage":
            request.transport.write(b"\x00\x01SSH-2.0-surprise\r\n\r\n")
            request.transport.close()
        else:
            _reset(request)
        return web.Response()

    def _text(self, body: dict[str, Any]) -> tuple[str, str]:
        text, reason = self._write(body), "stop"
        stops = body.get("stop") or []
        for ending in [stops] if isinstance(stops, str) else stops:
            text = text.partition(ending)[0]
        limit = body.get("max_tokens")
        if limit is not None and len(text) > 4 * limit:
            text, reason = text[: 4 * limit], "length"
        return text, reason

    def _event(self, body: dict[str, Any], choice: dict[str, Any], usage: dict[str, Any] | None = None) -> bytes:
        value: dict[str, Any] = {
            "id": "standin-1", "object": "chat.completion.chunk", "created": 1700000000, "model": body["model"],
            "choices": [{"index": 0, **choice}],
        }  # fmt: skip
        if usage:
            value["usage"] = usage
        return b"data: " + json.dumps(value).encode() + b"\n\n"

    def _whole(self, body: dict[str, Any]) -> dict[str, Any]:
        text, reason = self._text(body)
        message = {"role": "assistant", "content": text, "tool_calls": None}
        return {
            "id": "standin-1", "object": "chat.completion", "created": 1700000000, "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": reason}], "usage": _usage(body, 1),
        }  # fmt: skip


def _usage(body: dict[str, Any], completion: int) -> dict[str, Any]:
    prompt = (len(body["prompt"]) + len(body.get("suffix") or "")) // 4 + 3
    cached = prompt // 2 if body.get("prompt_cache_key") else 0
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _reset(request: web.Request) -> None:
    """End the connection with a TCP reset instead of an orderly close."""
    transport = request.transport
    assert transport is not None
    socket = transport.get_extra_info("socket")
    linger, option = struct.pack("ii", 1, 0), 13  # SO_LINGER with no time: close() sends RST
    socket.setsockopt(1, option, linger)
    transport.abort()
