"""Requests whose prompt is continued exactly as it is, control words included: only backends that can do that get them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codestral_ls.backends.base import BackendInfo, FimRequest
from codestral_ls.backends.fake import FakeBackend
from codestral_ls.backends.llama_server import LlamaServer
from codestral_ls.backends.router import RoutedBackend, Router
from codestral_ls.config.sections import LlamaServerOptions, NetworkOptions
from codestral_ls.errors import BackendUnavailable
from support.backends.host_stand_in import LAST, ONE, against, collect, sse

RAW = FimRequest("<|file_sep|>updated/a.py", "", 7, ("<|file_sep|>",), raw=True)


def only_fim(text: str) -> FakeBackend:
    return FakeBackend(text, info=BackendInfo("codestral", "codestral-latest", remote=True))


async def test_a_router_asks_the_first_that_can() -> None:
    first, second = only_fim("first"), FakeBackend("second")
    router = Router([RoutedBackend("The API", first), RoutedBackend("The local model", second)])
    assert "".join([piece.text async for piece in router.stream(RAW)]) == "second"
    assert first.requests == []
    alone = Router([RoutedBackend("The API", first)])
    with pytest.raises(BackendUnavailable):
        _ = [piece async for piece in alone.stream(RAW)]
    assert first.requests == []


async def test_llama_server_gets_the_prompt_as_text_and_only_its_own_stops() -> None:
    backend = LlamaServer(LlamaServerOptions(address="http://127.0.0.1:9", style="qwen"), NetworkOptions())
    body = json.loads((await backend.outgoing(RAW)).body)
    assert body["prompt"] == RAW.prefix
    assert (body["stop"], body["n_predict"], body["cache_prompt"]) == (["<|file_sep|>"], 7, True)
    await backend.aclose()


@pytest.mark.parametrize(("request_", "raw", "files"), [(RAW, "1", None), (FimRequest("p", "s", files=2), None, "2")])
async def test_the_host_is_told_which_words_are_control_tokens(
    private: Path, request_: FimRequest, raw: str | None, files: str | None
) -> None:
    complete = sse(ONE, LAST, "[DONE]")
    async with against(complete) as client:
        await collect(client, request_)
        headers = complete.seen[1]
        assert (headers.get("X-Codestral-Raw"), headers.get("X-Codestral-Files")) == (raw, files)
