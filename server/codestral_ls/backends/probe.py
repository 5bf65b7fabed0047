"""What a configured backend can do, measured: for ``codestral-ls doctor``.

Asks each backend alone, without router, limits or breaker. Deliberately sends a prompt of its own and none of the
user's text.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from codestral_ls.backends.base import Backend, BackendInfo, FimRequest, Health, Priority
from codestral_ls.errors import BackendError
from codestral_ls.timing import Clock, monotonic

_REQUEST = FimRequest(
    prefix="def add(a: int, b: int) -> int:\n    return ",
    suffix="\n\n\nprint(add(1, 2))\n",
    max_tokens=8,
    stop=("\n",),
    priority=Priority.BATCH,
    timeout=15.0,
)


@dataclass(frozen=True, slots=True)
class Probe:
    """What was found. Times are milliseconds, None where there was no answer; ``problem`` is a sentence, or empty.

    The first request may load a model or open a connection; ``again_ms`` is the second one's time to first token.
    """

    info: BackendInfo
    health: Health
    models: tuple[str, ...]
    abilities: tuple[str, ...]
    first_ms: float | None
    again_ms: float | None
    text: str
    tells_probability: bool
    tells_usage: bool
    problem: str


async def probe(backend: Backend, clock: Clock = monotonic) -> Probe:
    """Look at ``backend`` and let it complete one line twice. Never raises BackendError; does not close the backend."""
    health = await backend.health()
    inner: object = getattr(backend, "inner", backend)
    models = await _told(inner, "models")
    abilities = await _told(inner, "abilities")
    first_ms: float | None = None
    again_ms: float | None = None
    text, problem = "", health.message
    tells_probability = tells_usage = False
    try:
        for again in (False, True):
            text = ""
            began, at = clock(), None
            async with aclosing(backend.stream(_REQUEST)) as pieces:
                async for piece in pieces:
                    at = at if at is not None else 1000.0 * (clock() - began)
                    text += piece.text
                    tells_probability = tells_probability or piece.mean_logprob is not None
                    tells_usage = tells_usage or (piece.usage is not None and piece.usage.prompt_tokens > 0)
            first_ms, again_ms = (first_ms, at) if again else (at, again_ms)
    except BackendError as error:
        problem = str(error)
    return Probe(backend.info(), health, models, abilities, first_ms, again_ms, text, tells_probability, tells_usage, problem)


async def _told(backend: object, method: str) -> tuple[str, ...]:
    """What an optional method of a backend lists; nothing where it has none or fails."""
    ask = getattr(backend, method, None)
    if ask is None:
        return ()
    try:
        return tuple(await ask())
    except BackendError:
        return ()
