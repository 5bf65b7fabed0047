"""The backend of a real llama-server with the embedded model: hot typing, prewarming, probabilities, stop strings, and limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing

import pytest

from codestral_ls.backends.base import Backend, FimRequest, Health, Piece, Usage
from codestral_ls.backends.llama_server import LlamaServer
from codestral_ls.backends.openai_compatible import OpenAiCompatible
from codestral_ls.config.sections import LlamaServerOptions, NetworkOptions, OpenAiOptions
from codestral_ls.errors import BackendRefused
from support.backends.real_servers import llama_server

PREFIX = "def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    " + "x = a - b\n    " * 8
SUFFIX = "\n\n\nprint(add(1, 2))\n"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with llama_server() as address:
        yield address


def own(address: str, **options: object) -> LlamaServer:
    settings = {"timeout_seconds": 60.0, "context_tokens": 1024} | options
    return LlamaServer(LlamaServerOptions(address=address, **settings), NetworkOptions())  # type: ignore[arg-type]


def openai(address: str) -> OpenAiCompatible:
    return OpenAiCompatible(OpenAiOptions(address=address, timeout_seconds=60.0), NetworkOptions())


async def collect(backend: Backend, prefix: str, max_tokens: int = 8, stop: tuple[str, ...] = ()) -> list[Piece]:
    request = FimRequest(prefix, SUFFIX, max_tokens, stop, timeout=60.0)
    return [piece async for piece in backend.stream(request)]


def usage_of(pieces: list[Piece]) -> Usage:
    usage = pieces[-1].usage
    assert usage is not None
    return usage


@pytest.mark.parametrize("make", [own, openai])
async def test_a_prewarmed_prompt_is_hot_while_someone_types(make: object, address: str) -> None:
    backend: Backend = make(address)  # type: ignore[operator]
    await collect(backend, PREFIX, max_tokens=0)
    pieces = await collect(backend, PREFIX + "return")
    usage = usage_of(pieces)
    assert usage.evaluated_tokens <= 6
    assert usage.cached_tokens > 40
    assert 0 < usage.completion_tokens <= 8
    assert pieces[-1].finish_reason in ("stop", "length")
    assert pieces[-1].mean_logprob is not None
    assert pieces[-1].mean_logprob < 0
    await backend.aclose()


async def test_both_ways_write_the_same_and_stop_strings_end_both(address: str) -> None:
    texts = []
    for backend in (own(address), openai(address)):
        whole = "".join(piece.text for piece in await collect(backend, PREFIX + "return", 24))
        cut = "".join(piece.text for piece in await collect(backend, PREFIX + "return", 24, ("\n",)))
        assert cut == whole.partition("\n")[0]
        texts.append(whole)
        await backend.aclose()
    assert texts[0] == texts[1] != ""


async def test_what_it_tells_of_itself(address: str) -> None:
    backend = own(address)
    assert await backend.health() == Health("ready")
    assert len(await backend.models()) == 1
    assert "knows the control words of codestral" in await backend.abilities()
    assert not backend.info().remote
    await collect(backend, "# another place\n" + PREFIX)
    assert (backend.info().prefill_rate or 0) > 0
    shown = await backend.outgoing(FimRequest("a", "b"))
    assert shown.url == f"{address}/completion"
    assert '"prompt":[' in shown.body
    await backend.aclose()


async def test_a_style_that_the_model_does_not_know_is_refused(address: str) -> None:
    backend = own(address, style="qwen")
    with pytest.raises(BackendRefused, match="fim_prefix"):
        await collect(backend, PREFIX)
    await backend.aclose()


async def test_leaving_early_frees_the_server_for_the_next(address: str) -> None:
    backend = own(address)
    for _ in range(4):
        async with aclosing(backend.stream(FimRequest(PREFIX, SUFFIX, 500, timeout=60.0))) as pieces:
            await anext(pieces)
    assert "".join(piece.text for piece in await collect(backend, PREFIX + "return"))
    await backend.aclose()
