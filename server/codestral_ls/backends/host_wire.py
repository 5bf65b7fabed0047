"""The wire between client and model host: Mistral's FIM API with the host's own extensions, strictly read.

Opens no connection. ``fim_wire.py`` is for other servers, and more forgiving.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace

import aiohttp

from codestral_ls.backends import fim_wire
from codestral_ls.backends.base import FimRequest, Piece, Usage
from codestral_ls.backends.events import EventReader
from codestral_ls.backends.patience import Patience
from codestral_ls.backends.server_json import read_json
from codestral_ls.errors import BackendProtocolError, BackendUnavailable

ENDING_SECONDS = 0.25
"""Seconds between an answer's last piece and the end of its body, which the host sends together."""


def body(request: FimRequest) -> dict[str, object]:
    """The JSON body of a streamed request."""
    sent = fim_wire.body(replace(request, cache_key=""), "local")  # the host finds a slot by the text itself
    return {**sent, "guess": request.guess} if request.guess else sent


async def pieces(response: aiohttp.ClientResponse, patience: Patience) -> AsyncGenerator[Piece, None]:
    """The answer's pieces; every read is limited by ``patience``.

    Before the last piece is delivered the body is read to its end, so that the connection is free for the next request.

    Raises: TimeoutError, aiohttp.ClientError, BackendProtocolError, BackendUnavailable (the answer breaks off).
    """
    reader = EventReader()
    while chunk := await patience.wait(response.content.readany()):
        for data in reader.feed(chunk):
            piece = _piece(data)
            if piece.finish_reason is None:
                yield piece
                continue
            await _read_to_the_end(response)
            yield piece
            return
    raise BackendUnavailable("The model host broke off in the middle of an answer.")


async def _read_to_the_end(response: aiohttp.ClientResponse) -> None:
    """A missing or broken end costs only the connection: the answer is complete."""
    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(ENDING_SECONDS):
            while await response.content.readany():
                pass


def _piece(data: str) -> Piece:
    try:
        event = read_json(data)
        if event.get("object") == "error":
            raise BackendUnavailable(str(event.get("message")))
        choice = event["choices"][0]
        text, finish = choice["delta"]["content"], choice["finish_reason"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise BackendProtocolError("The model host sent an event that is not Mistral's FIM API.") from None
    usage = event.get("usage")
    told = _usage(usage) if isinstance(usage, dict) else None if finish is None else Usage()
    return Piece(text, finish, told, choice.get("mean_logprob"))


def _usage(told: dict[str, object]) -> Usage:
    def number(value: object) -> int:
        return value if isinstance(value, int) else 0

    own = told.get("codestral_ls")
    own = own if isinstance(own, dict) else {}
    return Usage(
        prompt_tokens=number(told.get("prompt_tokens")),
        evaluated_tokens=number(own.get("evaluated_tokens")),
        cached_tokens=number(own.get("cached_tokens")),
        completion_tokens=number(told.get("completion_tokens")),
        trimmed_tokens=number(own.get("trimmed_tokens")),
        prefill_ms=own.get("prefill_ms"),
        decode_ms=own.get("decode_ms"),
    )
