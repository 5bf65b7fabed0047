"""The host's HTTP routes, and nothing else: read a request, hand it to the engine, write what comes back.

Deliberately no decisions about models or slots. A client that goes away cancels its request: aiohttp cancels the
handler.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from codestral_ls.fim.files import count_left
from codestral_ls.host import prompt, trim, wire
from codestral_ls.host.engine import Engine, EngineStoppedError
from codestral_ls.host.keeper import Keeper, Loaded
from codestral_ls.host.run import Drafting, Order, Output
from codestral_ls.host.scheduler import QueueFullError

KEEPER = web.AppKey("keeper", Keeper)
STARTED = web.AppKey("started", float)
DRAFTING: dict[str, Drafting] = {"auto": "auto", "always": "always", "off": "off"}
PRIORITIES = {"interactive": 0, "prefetch": 1, "batch": 2}
UNLOAD_SECONDS = 10.0
MOST_BODY = 64 * 1024 * 1024
Heard = Callable[[asyncio.BaseTransport | None], None]
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def make_app(keeper: Keeper, token: str | None = None, heard: Heard = lambda _transport: None) -> web.Application:
    """The application. With ``token`` every request needs ``Authorization: Bearer <token>``.

    ``heard`` is called with the connection of each request that may be answered.
    """
    app = web.Application(client_max_size=MOST_BODY, middlewares=[_authorize(token, heard)])
    app[KEEPER] = keeper
    app[STARTED] = time.time()
    app.router.add_post("/v1/fim/completions", complete)
    app.router.add_get("/v1/models", models)
    app.router.add_get("/health", health)
    app.router.add_get("/metrics", metrics)
    app.router.add_post("/unload", unload)
    return app


def _authorize(token: str | None, heard: Heard) -> Middleware:
    wanted = token.encode() if token else None

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode("utf-8", errors="replace"), wanted or b"")
        if wanted is not None and not (scheme.lower() == "bearer" and right):
            refusal = _error("A request needs `Authorization: Bearer` with the host's token.", "unauthorized", 401)
            refusal.force_close()  # who has no token keeps no connection
            return refusal
        heard(request.transport)
        return await handler(request)

    return check


def _error(message: str, kind: str, status: int, retry_after: int | None = None) -> web.Response:
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    body = wire.error(message, kind, status)
    return web.json_response(body, status=status, headers=headers, dumps=_dumps)


async def complete(request: web.Request) -> web.StreamResponse:
    """POST /v1/fim/completions"""
    keeper = request.app[KEEPER]
    keeper.touch()
    try:
        call = wire.parse(json.loads(await request.read()))
    except wire.InvalidRequestError as error:
        return web.json_response({"object": "error", "detail": error.detail}, status=422, dumps=_dumps)
    except (ValueError, RecursionError):
        detail = [{"loc": ["body"], "msg": "The body is not valid JSON", "type": "json_invalid"}]
        return web.json_response({"object": "error", "detail": detail}, status=422, dumps=_dumps)
    loaded = keeper.loaded
    if loaded is None:
        return _not_ready(keeper)
    priority = PRIORITIES.get(request.headers.get("X-Codestral-Priority", "interactive").lower(), 0)
    client = request.headers.get("X-Codestral-Client", request.remote or "")
    heal = request.headers.get("X-Codestral-Heal", "on").lower() != "off"
    draft = DRAFTING.get(request.headers.get("X-Codestral-Draft", "auto").lower(), "auto")
    files = _whole_number(request.headers.get("X-Codestral-Files", ""))
    order = prepare(loaded, call, priority=priority, client=client, heal=heal, draft=draft, files=files)
    outputs = Outputs(loaded.engine, order)
    try:
        outputs.start()
    except QueueFullError as full:
        keeper.metrics.refused += 1
        return _error(f"The model host is busy: {full}.", "busy", 429, full.retry_after)
    except EngineStoppedError:
        return _not_ready(keeper)
    try:
        return await (_stream(request, call, outputs) if call.stream else _whole(call, outputs))
    finally:
        outputs.close()


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def prepare(
    loaded: Loaded, call: wire.FimCall, *, priority: int, client: str, heal: bool, draft: Drafting, files: int = 0
) -> Order:
    """The engine's order for a call: trimmed to the slot's room, in the family's tokens, healed."""
    vocabulary = loaded.model.vocabulary
    fitted = trim.fit(vocabulary, call.prompt, call.suffix, loaded.engine.session.context, call.max_tokens)
    family = loaded.model.family
    left = count_left(call.prompt, fitted.prefix, family.files, files)
    built = prompt.build(family, vocabulary, fitted.prefix, fitted.suffix, heal=heal, files=left)
    return Order(
        tokens=built.tokens,
        heal=built.heal,
        max_tokens=call.max_tokens,
        min_tokens=call.min_tokens,
        stop=call.stop,
        temperature=call.temperature,
        top_p=call.top_p,
        seed=call.random_seed,
        priority=priority,
        client=client,
        trimmed=fitted.trimmed,
        collect=not call.stream,
        draft=draft,
    )


class Outputs:
    """One run's outputs, brought from the engine's thread to the event loop. ``close`` cancels what has not ended.

    The loop is woken once for however many pieces have come since it last looked, so a busy loop never falls behind.
    """

    def __init__(self, engine: Engine, order: Order) -> None:
        self._engine = engine
        self._order = order
        self._ready: deque[Output] = deque()
        self._news = asyncio.Event()
        self._woken = False
        self._ended = False

    def start(self) -> None:
        """Submit. Raises: QueueFullError, EngineStoppedError."""
        loop = asyncio.get_running_loop()

        def deliver(output: Output) -> None:
            self._ready.append(output)
            if not self._woken:
                self._woken = True
                with suppress(RuntimeError):  # the loop was closed: nobody listens any more
                    loop.call_soon_threadsafe(self._news.set)

        self._run = self._engine.submit(self._order, deliver)

    async def __aiter__(self) -> AsyncIterator[list[Output]]:
        """Everything that has come since the last time, at least one output; the very last one has ``finish``."""
        while not self._ended:
            await self._news.wait()
            self._news.clear()
            self._woken = False
            outputs = []
            while self._ready:
                outputs.append(self._ready.popleft())
            if outputs:
                self._ended = outputs[-1].finish is not None
                yield outputs

    def close(self) -> None:
        """Idempotent."""
        if not self._ended:
            self._ended = True
            self._engine.cancel(self._run)


async def _whole(call: wire.FimCall, outputs: Outputs) -> web.StreamResponse:
    async for *_, last in outputs:
        if last.finish == "error":
            return _error(last.error, "engine", 500)
        if last.finish is not None and last.counts is not None:
            body = wire.answer(call, last.text, last.finish, last.counts, last.mean_logprob)
            return web.json_response(body, dumps=_dumps)
    raise AssertionError("a run's last output has a finish reason")


async def _stream(request: web.Request, call: wire.FimCall, outputs: Outputs) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"})
    await response.prepare(request)
    try:
        async for batch in outputs:
            await response.write("".join(_event(call, output) for output in batch).encode())
        await response.write_eof()
    except ConnectionResetError:
        pass  # the client went away between two pieces; the run is cancelled by whoever called us
    return response


def _event(call: wire.FimCall, output: Output) -> str:
    if output.finish == "error":
        body = wire.error(output.error, "engine", 500)
    else:
        body = wire.chunk(call, output.text, output.finish, output.counts, output.mean_logprob)
    return f"data: {_dumps(body)}\n\n" + ("" if output.finish is None else "data: [DONE]\n\n")


def _not_ready(keeper: Keeper) -> web.Response:
    if keeper.phase == "refused":
        return _error(keeper.refusal, "model_refused", 503)
    keeper.start()
    return _error("The model is loading; try again soon.", "loading", 503, retry_after=1)


async def models(request: web.Request) -> web.Response:
    """GET /v1/models"""
    keeper = request.app[KEEPER]
    loaded = keeper.loaded
    name = loaded.model.header.name if loaded else keeper.path.stem
    context = loaded.model.shape.context if loaded else 0
    return web.json_response(wire.models(name, context, int(request.app[STARTED])), dumps=_dumps)


async def health(request: web.Request) -> web.Response:
    """GET /health: 200 when ready, 503 otherwise, and always what is known."""
    keeper = request.app[KEEPER]
    loaded = keeper.loaded
    body: wire.Json = {
        "status": keeper.phase,
        "progress": round(keeper.progress, 3),
        "message": keeper.refusal if keeper.phase == "refused" else loaded.model.notice if loaded else "",
        "model": keeper.path.stem,
    }
    if loaded:
        shape, engine = loaded.model.shape, loaded.engine
        body |= {
            "model": loaded.model.header.name,
            "family": loaded.model.family.name,
            "device": shape.device,
            "gpu_layers": shape.gpu_layers,
            "context_tokens": shape.context,
            "threads": engine.threads.current["decode"],
            "threads_prefill": engine.threads.current["prefill"],
            "threads_most": engine.threads.counts[-1],
            "decode_step_ms": round(engine.threads.phase("decode").last * 1000, 3),
            "other_work_cores": round(engine.threads.busy, 2),
            "machine_busy": engine.threads.lowered,
            "slots": {"total": shape.slots, "busy": sum(slot.run is not None for slot in engine.table.slots)},
            "waiting": engine.waiting,
            "prefill_rate": round(keeper.metrics.prefill_rate, 1),
            "decode_rate": round(keeper.metrics.decode_rate, 1),
        }
    return web.json_response(body, status=200 if loaded else 503, dumps=_dumps)


async def metrics(request: web.Request) -> web.Response:
    """GET /metrics"""
    keeper = request.app[KEEPER]
    loaded = keeper.loaded
    busy = sum(slot.run is not None for slot in loaded.engine.table.slots) if loaded else 0
    text = keeper.metrics.prometheus(
        slots=loaded.model.shape.slots if loaded else 0,
        busy=busy,
        waiting=loaded.engine.waiting if loaded else 0,
        threads=loaded.engine.threads if loaded else None,
    )
    return web.Response(text=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


async def unload(request: web.Request) -> web.Response:
    """POST /unload: give the model's memory back now; the next request loads it again."""
    keeper = request.app[KEEPER]
    done = await asyncio.to_thread(keeper.stop, UNLOAD_SECONDS)
    return web.json_response({"status": keeper.phase}, status=200 if done else 202)
