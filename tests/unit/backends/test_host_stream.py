"""An answer that the model host is sending: pieces, errors, deadlines, and its connection."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from codestral_ls.backends import host_wire
from codestral_ls.backends.base import FimRequest, Priority
from codestral_ls.errors import (
    BackendBusy,
    BackendLoading,
    BackendProtocolError,
    BackendRefused,
    BackendTimeout,
    BackendUnavailable,
)
from support.backends.host_stand_in import DEADLINE, LAST, ONE, against, collect, sse, status
from support.waiting import forever


async def test_pieces_usage_and_headers(private: Path) -> None:
    first = '{"choices":[{"delta":{"content":"a"},"finish_reason":null}]}'
    last = (
        '{"choices":[{"delta":{"content":"b"},"finish_reason":"stop","mean_logprob":-0.5}],"usage":{"prompt_tokens":9,'
        '"completion_tokens":2,"codestral_ls":{"evaluated_tokens":3,"cached_tokens":6,"prefill_ms":1.5,"decode_ms":2}}}'
    )

    complete = sse(first, last, "[DONE]")
    async with against(complete) as client:
        pieces = await collect(client, FimRequest("p", "s", 7, ("x",), seed=3, priority=Priority.PREFETCH))
        assert [(piece.text, piece.finish_reason) for piece in pieces] == [("a", None), ("b", "stop")]
        assert pieces[1].mean_logprob == -0.5
        assert (pieces[1].usage.evaluated_tokens, pieces[1].usage.cached_tokens) == (3, 6)
        body, headers = complete.seen
        assert (body["prompt"], body["max_tokens"], body["stop"], body["random_seed"]) == ("p", 7, ["x"], 3)
        assert headers["X-Codestral-Priority"] == "prefetch"
        assert headers["X-Codestral-Client"]


async def test_a_host_that_answers_is_not_silent_whatever_became_of_its_health(private: Path) -> None:
    async with against(sse(ONE, LAST, "[DONE]")) as client:
        client._process._silent_since = 1.0
        await collect(client)
        assert client._process._silent_since is None


@pytest.mark.parametrize(
    ("complete", "error", "words"),
    [
        (status(429, {"message": "busy"}, {"Retry-After": "3"}), BackendBusy, "busy"),
        (status(503, {"type": "loading", "message": "soon"}), BackendLoading, "soon"),
        (status(503, {"type": "model_refused", "message": "bad model"}), BackendRefused, "bad model"),
        (status(422, {"detail": [{"msg": "nonsense"}]}), BackendRefused, "nonsense"),
        (status(404, {}), BackendProtocolError, "404"),
        (sse("{not json"), BackendProtocolError, "not Mistral"),
        (sse('{"choices":[]}'), BackendProtocolError, "not Mistral"),
        (sse(), BackendUnavailable, "broke off"),
        (sse('{"object":"error","message":"it ended"}'), BackendUnavailable, "it ended"),
    ],
)
async def test_errors(private: Path, complete: Any, error: Any, words: Any) -> None:
    async with against(complete) as client:
        with pytest.raises(error, match=words) as raised:
            await collect(client)
        if error is BackendBusy:
            assert raised.value.retry_after == 3.0


async def test_a_silent_host_is_a_timeout_and_hears_that_nobody_waits(private: Path) -> None:
    gone = asyncio.Event()

    async def complete(request: web.Request) -> None:
        try:
            await forever()
        finally:
            gone.set()

    async with against(complete) as client:
        with pytest.raises(BackendTimeout, match=r"0\.05 s"):
            await collect(client, FimRequest("p", "s", timeout=0.05))
        await asyncio.wait_for(gone.wait(), DEADLINE)


async def test_closing_the_stream_ends_the_generation(private: Path) -> None:
    gone = asyncio.Event()

    async def complete(request: web.Request) -> None:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b'data: {"choices":[{"delta":{"content":"a"},"finish_reason":null}]}\n\n')
        try:
            await forever()
        finally:
            gone.set()

    async with against(complete) as client:
        stream = client.stream(FimRequest("p", "s", timeout=DEADLINE))
        assert (await anext(stream)).text == "a"
        await stream.aclose()
        await asyncio.wait_for(gone.wait(), DEADLINE)


async def test_one_connection_serves_request_after_request(private: Path) -> None:
    connections = set()

    async def complete(request: web.Request) -> Any:
        connections.add(request.transport)
        response = await sse(ONE, LAST)(request)
        for _ in range(20):  # the end arrives separately from the last piece
            await asyncio.sleep(0)
        await response.write(b"data: [DONE]\n\n")
        return response

    async with against(complete) as client:
        for _ in range(5):
            assert "".join(piece.text for piece in await collect(client)) == "ab"
        stream = client.stream(FimRequest("p", "s"))
        while (await anext(stream)).finish_reason is None:
            pass
        await collect(client)  # the other connection need not be closed for that
        await stream.aclose()
    assert len(connections) == 1


async def test_an_answer_that_is_there_does_not_wait_for_an_end_that_does_not_come(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_wire, "ENDING_SECONDS", 0.01)

    async def complete(request: web.Request) -> None:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(f"data: {LAST}\n\n".encode())
        await forever()

    async with against(complete) as client:
        assert [piece.text for piece in await collect(client, FimRequest("p", "s", timeout=DEADLINE))] == ["b"]


async def test_who_reads_slowly_is_not_charged_for_it(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop, later, go_on = asyncio.get_running_loop(), [0.0], asyncio.Event()
    time = loop.time
    monkeypatch.setattr(loop, "time", lambda: time() + later[0])

    async def complete(request: web.Request) -> Any:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(f"data: {ONE}\n\n".encode())
        await go_on.wait()
        await response.write(f"data: {LAST}\n\n".encode())
        return response

    async with against(complete) as client:
        stream = client.stream(FimRequest("p", "s", timeout=DEADLINE))
        first = await anext(stream)
        later[0] = 2 * DEADLINE
        for _ in range(5):  # a deadline around this whole block would cancel the reader's own task here
            await asyncio.sleep(0)
        go_on.set()
        assert [first.text, *[piece.text async for piece in stream]] == ["a", "b"]
