"""The mistralai SDK itself with the stand-in of the API: requests, connections, cancelling, quirks, models, show-request."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from contextlib import aclosing
from typing import Any

import pytest

from codestral_ls.backends.base import FimRequest, Health, Piece
from codestral_ls.backends.mistral import MistralApi
from codestral_ls.config.sections import CodestralOptions, MistralOptions, NetworkOptions
from codestral_ls.errors import BackendNeedsKey, BackendTimeout
from support.backends.fault_scene import DEADLINE
from support.backends.standin_api import KEY, MODELS, ApiFault, StandIn
from support.waiting import until

REQUEST = FimRequest("def add(a, b):\n    ", "\n", max_tokens=32, stop=("\n\n",), cache_key="doc", timeout=20.0)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESTRAL_API_KEY", KEY)
    monkeypatch.delenv("MISTRAL_API_KEY", raising=False)


def api(address: str) -> MistralApi:
    return MistralApi("codestral", CodestralOptions(server_url=address), NetworkOptions())


async def collect(backend: MistralApi, request: FimRequest = REQUEST) -> list[Piece]:
    return [piece async for piece in backend.stream(request)]


async def test_it_sends_the_fields_of_the_api_and_streams_the_answer() -> None:
    standin = StandIn("return a + b\n\nnever")
    async with standin.running() as address:
        backend = api(address)
        pieces = await collect(backend)
        await backend.aclose()
    assert "".join(piece.text for piece in pieces) == "return a + b"
    assert len(pieces) > 2
    assert pieces[-1].finish_reason == "stop"
    usage = pieces[-1].usage
    assert usage is not None
    assert usage.prompt_tokens == usage.cached_tokens + usage.evaluated_tokens > 0
    assert usage.cached_tokens > 0  # the stand-in caches by prompt_cache_key, as the API does
    assert standin.seen[0].body == {
        "model": "codestral-latest",
        "prompt": REQUEST.prefix,
        "suffix": "\n",
        "max_tokens": 32,
        "temperature": 0.0,
        "stream": True,
        "stop": ["\n\n"],
        "prompt_cache_key": "doc",
    }


async def test_requests_share_warm_connections() -> None:
    standin = StandIn("return a + b")
    async with standin.running() as address:
        backend = api(address)
        await backend.start()
        for _ in range(8):
            await collect(backend)
        await backend.aclose()
    # The connection that was opened ahead, and another one if the first keystroke came before that was free.
    assert len({seen.connection for seen in standin.seen}) <= 2
    assert standin.asked_for_models >= 1  # the connection was opened before the first keystroke


async def test_leaving_closes_the_connection() -> None:
    standin = StandIn("one two three four")
    standin.always = ApiFault("drip", seconds=60.0)
    async with standin.running() as address:
        backend = api(address)
        async with aclosing(backend.stream(REQUEST)) as pieces:
            await anext(pieces)
        await asyncio.wait_for(standin.closed_early.wait(), 10.0)
        await backend.aclose()


async def test_a_cancelled_task_closes_the_connection() -> None:
    standin = StandIn("one two three four")
    standin.always = ApiFault("drip", seconds=60.0)
    async with standin.running() as address:
        backend = api(address)
        task = asyncio.create_task(collect(backend))
        await until(lambda: standin.seen, "the request, which can be left then")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(standin.closed_early.wait(), 10.0)
        await backend.aclose()


async def test_a_task_cancelled_inside_the_sdk_closes_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    from codestral_ls.backends import sdk_transport

    original = sdk_transport._Transport.handle_async_request

    async def cancelled_behind_the_head(self: Any, request: Any) -> Any:
        await original(self, request)
        raise asyncio.CancelledError

    monkeypatch.setattr(sdk_transport._Transport, "handle_async_request", cancelled_behind_the_head)

    standin = StandIn("one two three four")
    standin.always = ApiFault("drip", seconds=60.0)
    async with standin.running() as address:
        backend = api(address)
        with pytest.raises(asyncio.CancelledError):
            await collect(backend)
        await asyncio.wait_for(standin.closed_early.wait(), 10.0)
        await backend.aclose()


async def test_the_deadline_is_the_requests_own() -> None:
    standin = StandIn("x")
    standin.always = ApiFault("slow_first", seconds=60.0)
    async with standin.running() as address:
        backend = api(address)
        with pytest.raises(BackendTimeout):
            await collect(backend, FimRequest("a", "b", timeout=DEADLINE))
        await backend.aclose()


@pytest.mark.parametrize(
    ("prefix", "suffix", "answer", "text", "sent"),
    [
        ("x = ", "\n", " 1 + 2", "1 + 2", "\n"),
        ("import os\n\n", "", "\nimport re", "import re", "\n"),
        ("    ", ")", " # keep", " # keep", ")"),
    ],
)
async def test_quirks_of_real_answers(prefix: str, suffix: str, answer: str, text: str, sent: str) -> None:
    standin = StandIn(answer)
    async with standin.running() as address:
        backend = api(address)
        pieces = await collect(backend, FimRequest(prefix, suffix, timeout=20.0))
        await backend.aclose()
    assert "".join(piece.text for piece in pieces) == text
    assert standin.seen[0].body["suffix"] == sent


async def test_text_that_is_not_unicode_is_sent_all_the_same() -> None:
    standin = StandIn("x")
    async with standin.running() as address:
        backend = api(address)
        await collect(backend, FimRequest("a\ud800b", "☺", timeout=20.0))
        await backend.aclose()
    assert standin.seen[0].body["prompt"] == "a?b"
    assert standin.seen[0].body["suffix"] == "☺"


async def test_a_prewarm_sends_no_text() -> None:
    standin = StandIn("x")
    async with standin.running() as address:
        backend = api(address)
        pieces = await collect(backend, FimRequest("secret", "b", max_tokens=0))
        assert [piece.finish_reason for piece in pieces] == ["length"]
        await backend.aclose()
    assert standin.seen == []


async def test_a_model_that_will_be_withdrawn_still_answers() -> None:
    standin = StandIn("return a")
    standin.headers = {"x-model-deprecation-timestamp": "2026-12-31T00:00:00Z"}
    async with standin.running() as address:
        backend = api(address)
        assert "".join(piece.text for piece in await collect(backend)) == "return a"
        await backend.aclose()


async def test_models_and_health(monkeypatch: pytest.MonkeyPatch) -> None:
    standin = StandIn("x")
    async with standin.running() as address:
        backend = api(address)
        assert await backend.models() == MODELS
        assert await backend.health() == Health("ready")
        await backend.aclose()
        monkeypatch.setenv("CODESTRAL_API_KEY", "wrong")
        backend = api(address)
        assert (await backend.health()).state == "needs_key"
        await backend.aclose()


async def test_a_renewed_key_is_taken_without_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    standin = StandIn("return a")
    async with standin.running() as address:
        monkeypatch.setenv("CODESTRAL_API_KEY", "expired")
        backend = api(address)
        with pytest.raises(BackendNeedsKey):
            await collect(backend)
        monkeypatch.setenv("CODESTRAL_API_KEY", KEY)
        assert (await collect(backend))[-1].finish_reason == "stop"
        await backend.aclose()


async def test_what_would_be_sent_is_what_is_sent() -> None:
    standin = StandIn("x")
    async with standin.running() as address:
        backend = api(address)
        shown = await backend.outgoing(REQUEST)
        assert standin.seen == []
        await collect(backend)
        await backend.aclose()
    (seen,) = standin.seen
    assert shown.body.encode() == seen.raw
    assert (shown.method, shown.url) == ("POST", f"{address}/v1/fim/completions")
    assert KEY not in json.dumps(dict(shown.headers))
    sent = {name.lower(): value for name, value in seen.headers.items()}
    same = {name.lower(): value for name, value in shown.headers.items() if name != "Authorization"}
    assert same.items() <= sent.items()


async def test_regions_and_keys_of_the_two_apis() -> None:
    general = MistralApi("mistral", MistralOptions(region="eu"), NetworkOptions())
    assert str(general._address) == "https://api.eu.mistral.ai"
    assert general._key.source.variable == "MISTRAL_API_KEY"
    codestral = MistralApi("codestral", CodestralOptions(), NetworkOptions())
    assert str(codestral._address) == "https://codestral.mistral.ai"
    assert codestral.info().remote
    assert (await general.health()).state == "needs_key"


def test_building_it_imports_no_http_library() -> None:
    code = (
        "import sys; from codestral_ls.backends.build_backend import build_backend; from codestral_ls.config.sections import *;"
        "build_backend(Options(backend=BackendOptions(primary='codestral', fallbacks=('none',))));"
        "print(sorted({'aiohttp', 'httpx2', 'mistralai', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
