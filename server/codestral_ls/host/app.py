"""The host's HTTP routes, and nothing else: read a request, hand it to the engine, write the answer.

Models and slots are decided elsewhere. A client that disconnects cancels its request: aiohttp cancels the handler.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from codestral_ls.host import wire
from codestral_ls.host.answer_run import Drafting, Output
from codestral_ls.host.api.completions import CompletionsApi
from codestral_ls.host.api.dialect import BadRequestError, Dialect, WholeAnswer
from codestral_ls.host.api.fim import FimApi, dumps
from codestral_ls.host.api.infill import InfillApi
from codestral_ls.host.bodies import MOST_BODY, Bodies
from codestral_ls.host.body import Json
from codestral_ls.host.model_supervisor import LoadedModel, ModelSupervisor
from codestral_ls.host.ordering import Manner, PromptTooLongError, prepare
from codestral_ls.host.outputs import Outputs
from codestral_ls.host.reception import Bounds, NotReadyError, Reception
from codestral_ls.host.scheduler import QueueFullError
from codestral_ls.system import memory
from codestral_ls.timing import monotonic

Api = FimApi | CompletionsApi | InfillApi
APIS: Mapping[str, type[Api]] = {
    "/v1/fim/completions": FimApi,
    "/v1/completions": CompletionsApi,
    "/infill": InfillApi,
}
KEEPER = web.AppKey("keeper", ModelSupervisor)
BODIES = web.AppKey("bodies", Bodies)
RECEPTION = web.AppKey("reception", Reception)
STARTED = web.AppKey("started", float)
DRAFTING: dict[str, Drafting] = {"auto": "auto", "always": "always", "off": "off"}
PRIORITIES = {"interactive": 0, "prefetch": 1, "batch": 2}
UNLOAD_SECONDS = 10.0
MOST_NAME = 64
"""Characters of a client's name that are kept."""
Heard = Callable[[asyncio.BaseTransport | None], None]


def make_app(
    keeper: ModelSupervisor,
    token: str | None = None,
    heard: Heard = lambda _transport: None,
    reception: Reception | None = None,
    bodies: Bodies | None = None,
) -> web.Application:
    """The application. With ``token`` every request needs ``Authorization: Bearer <token>``.

    ``heard`` is called with the connection of each request that passed this check.
    """
    app = web.Application(client_max_size=MOST_BODY, middlewares=[_authorize(token, heard)])
    app[KEEPER] = keeper
    app[BODIES] = bodies or Bodies()
    app[STARTED] = time.time()
    app[RECEPTION] = reception or Reception(keeper, Bounds())
    for path, api in APIS.items():
        app.router.add_post(path, partial(_complete, api=api))
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
            api = APIS.get(request.path, FimApi)
            refusal = _error(api, "A request needs `Authorization: Bearer` with the host's token.", "unauthorized", 401)
            refusal.force_close()  # a client without the right token loses its connection
            return refusal
        heard(request.transport)
        return await handler(request)

    return check


def _error(api: type[Api], message: str, kind: str, status: int, retry_after: int | None = None) -> web.Response:
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    return web.json_response(api.error(message, kind, status), status=status, headers=headers, dumps=dumps)


async def _complete(request: web.Request, api: type[Api]) -> web.StreamResponse:
    app = request.app
    app[KEEPER].touch()
    try:
        # Such a client's request does not count as under way: shutting down would wait for it.
        async with app[BODIES].read(request) as body:
            return await _answer(request, api, body)
    except web.RequestPayloadError:  # the body's compression is broken
        return _error(api, "The body cannot be read.", "invalid_request_error", 400)
    except TimeoutError:
        refusal = _error(api, "The rest of the body never arrived.", "timeout", 408)
    except BadRequestError as refused:
        return web.json_response(refused.body, status=refused.status, dumps=dumps)
    except PromptTooLongError as error:
        return _error(api, str(error), "exceed_context_size_error", 400)
    except QueueFullError as full:
        app[KEEPER].metrics.refused += 1
        refusal = _error(api, f"The model host is busy: {full}.", "busy", 429, full.retry_after)
        if request.content.at_eof():
            return refusal
    except NotReadyError as reason:
        refusal = _error(api, str(reason), reason.kind, 503, reason.retry_after)
        if reason.kind != "ending":
            return refusal
    refusal.force_close()
    return refusal


async def _answer(request: web.Request, api: type[Api], body: bytes) -> web.StreamResponse:
    """Answer a complete body. Raises: BadRequestError, PromptTooLongError, QueueFullError, NotReadyError."""
    reception = request.app[RECEPTION]
    with reception.under_way():
        dialect = api.read(body)
        order = partial(prepare, call=dialect.call, manner=_manner(request), collect=_at_once(dialect))

        def submit(loaded: LoadedModel) -> Outputs:
            outputs = Outputs(loaded.engine, order(loaded))
            outputs.start()
            return outputs

        outputs = await reception.admit(submit)
        try:
            return await (_stream(request, dialect, outputs) if dialect.call.stream else _whole(dialect, outputs))
        finally:
            outputs.close()


def _at_once(dialect: Dialect) -> bool:
    return not dialect.call.stream and dialect.cutter() is None


def _manner(request: web.Request) -> Manner:
    headers = request.headers
    return Manner(
        priority=PRIORITIES.get(headers.get("X-Codestral-Priority", "interactive").lower(), 0),
        client=headers.get("X-Codestral-Client", request.remote or "")[:MOST_NAME],
        heal=headers.get("X-Codestral-Heal", "on").lower() != "off",
        draft=DRAFTING.get(headers.get("X-Codestral-Draft", "auto").lower(), "auto"),
        files=_whole_number(headers.get("X-Codestral-Files", "")),
        raw=headers.get("X-Codestral-Raw", "") == "1",
    )


def _whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


async def _whole(dialect: Dialect, outputs: Outputs) -> web.StreamResponse:
    parts: list[str] = []
    async for batch in _cut(dialect, outputs):
        parts += [output.text for output in batch]
        last = batch[-1]
        if last.finish == "error":
            if outputs.engine_stopped:  # the model was unloaded in between; the next request loads it again
                body = dialect.error(last.error, "loading", 503)
                return web.json_response(body, status=503, headers={"Retry-After": "1"}, dumps=dumps)
            return web.json_response(dialect.error(last.error, "engine", 500), status=500, dumps=dumps)
        if last.finish is not None and last.counts is not None:
            written = WholeAnswer("".join(parts), last.finish, last.counts, last.mean_logprob, outputs.by_word)
            return web.json_response(dialect.answer(written), dumps=dumps)
    raise AssertionError("a run's last output has a finish reason")


async def _stream(request: web.Request, dialect: Dialect, outputs: Outputs) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"})
    await response.prepare(request)
    try:
        async for batch in _cut(dialect, outputs):
            events = (event for output in batch for event in dialect.events(output))
            await response.write("".join(f"data: {event}\n\n" for event in events).encode())
        await response.write_eof()
    except ConnectionResetError:
        pass  # the client disconnected between two pieces; our caller cancels the run
    return response


async def _cut(dialect: Dialect, outputs: Outputs) -> AsyncIterator[list[Output]]:
    """The outputs, cut by the API's own rules."""
    cutter, began = dialect.cutter(), None
    async for batch in outputs:
        if cutter is None:
            yield batch
            continue
        began = monotonic() if began is None else began
        cut: list[Output] = []
        for output in batch:
            text = cutter.feed(output.text, (monotonic() - began) * 1000.0)
            if cutter.done:
                counts = output.counts if output.finish is not None else outputs.counts()
                yield [*cut, Output(text, "stop", counts, output.mean_logprob)]
                return
            cut.append(replace(output, text=text + (cutter.rest() if output.finish is not None else "")))
        yield cut


async def models(request: web.Request) -> web.Response:
    """GET /v1/models"""
    keeper = request.app[KEEPER]
    loaded = keeper.loaded
    name = loaded.model.header.name if loaded else keeper.path.stem
    context = loaded.model.shape.context if loaded else 0
    return web.json_response(wire.models(name, context, int(request.app[STARTED])), dumps=dumps)


async def health(request: web.Request) -> web.Response:
    """GET /health: 200 when ready, 503 otherwise; the body always has everything that is known."""
    keeper = request.app[KEEPER]
    loaded = keeper.loaded
    body: Json = {
        "status": keeper.phase,
        "progress": round(keeper.progress, 3),
        "message": keeper.refusal if keeper.phase == "refused" else loaded.model.notice if loaded else "",
        "model": keeper.path.stem,
        "idle_seconds": round(keeper.idle_seconds, 1),
        "memory_bytes": memory.resident(),
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
    return web.json_response(body, status=200 if loaded else 503, dumps=dumps)


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
    """POST /unload: release the model's memory now; the next request loads it again."""
    keeper = request.app[KEEPER]
    done = await asyncio.to_thread(keeper.stop, UNLOAD_SECONDS)
    return web.json_response({"status": keeper.phase}, status=200 if done else 202)
