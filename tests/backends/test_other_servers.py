"""The protocols of vLLM and Ollama with stand-ins: requests, answers, and servers without some of the abilities."""

from __future__ import annotations

from typing import Any

import pytest

from codestral_ls.backends.base import Backend, FimRequest, Health, Piece
from codestral_ls.backends.ollama import Ollama
from codestral_ls.backends.openai_compatible import OpenAiCompatible
from codestral_ls.config.sections import NetworkOptions, OllamaOptions, OpenAiOptions
from codestral_ls.errors import BackendRefused
from support.backends.standin_servers import StandInOllama as OllamaServer
from support.backends.standin_servers import Vllm, running
from support.waiting import until

REQUEST = FimRequest("ab", "cd", max_tokens=16, stop=("\n\n",), seed=7, timeout=20.0)


async def collect(backend: Backend, request: FimRequest = REQUEST) -> list[Piece]:
    return [piece async for piece in backend.stream(request)]


def openai(address: str, **options: Any) -> OpenAiCompatible:
    return OpenAiCompatible(OpenAiOptions(address=address, **options), NetworkOptions())


def ids(text: str) -> list[int]:
    return [1000 + ord(letter) for letter in text]


@pytest.mark.parametrize(
    ("tokenizes", "mode", "prompt"),
    [
        (True, "auto", [1, 13, *ids("cd"), 11, *ids("ab")]),
        (False, "auto", "[SUFFIX]cd[PREFIX]ab"),
        (True, "text", "[SUFFIX]cd[PREFIX]ab"),
    ],
)
async def test_the_prompt_reaches_an_openai_server_as_it_can_take_it(tokenizes: bool, mode: str, prompt: object) -> None:
    server = Vllm(["one", " two"], tokenizes=tokenizes)
    async with running(server.routes) as address:
        backend = openai(address, prompt=mode)
        pieces = await collect(backend)
        assert (await backend.abilities())[0].startswith("takes prompts as t")
        await backend.aclose()
    assert "".join(piece.text for piece in pieces) == "one two"
    assert pieces[-1].finish_reason == "length"
    assert pieces[-1].mean_logprob == -0.5
    usage = pieces[-1].usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.cached_tokens, usage.evaluated_tokens) == (9, 4, 5)
    (seen,) = server.seen
    assert seen["prompt"] == prompt
    assert seen["model"] == "codestral"  # the first model in the server's list
    assert (seen["seed"], seen["stop"], seen["max_tokens"]) == (7, ["\n\n"], 16)


async def test_openais_own_suffix_field() -> None:
    server = Vllm(["x"])
    async with running(server.routes) as address:
        backend = openai(address, prompt="suffix", logprobs=False)
        await collect(backend)
        await backend.aclose()
    assert (server.seen[0]["prompt"], server.seen[0]["suffix"]) == ("ab", "cd")
    assert "logprobs" not in server.seen[0]


@pytest.mark.parametrize(("usage", "streams"), [(False, True), (True, False)])
async def test_servers_that_tell_no_usage_or_do_not_stream(usage: bool, streams: bool) -> None:
    server = Vllm(["one", " two"], usage=usage, streams=streams)
    async with running(server.routes) as address:
        backend = openai(address)
        pieces = await collect(backend)
        await backend.aclose()
    assert "".join(piece.text for piece in pieces) == "one two"
    assert pieces[-1].finish_reason in ("stop", "length")


async def test_more_stop_strings_than_the_server_takes_are_cut_here() -> None:
    server = Vllm(["one", "FI", "VE two"])
    async with running(server.routes) as address:
        backend = openai(address)
        pieces = await collect(backend, FimRequest("a", "b", stop=("1", "2", "3", "4", "FIVE"), timeout=20.0))
        await backend.aclose()
    assert "".join(piece.text for piece in pieces) == "one"
    assert pieces[-1].finish_reason == "stop"


async def test_a_prewarm_asks_for_one_token_and_drops_it() -> None:
    server = Vllm(["x"])
    async with running(server.routes) as address:
        backend = openai(address)
        pieces = await collect(backend, FimRequest("a", "b", max_tokens=0, timeout=20.0))
        await backend.aclose()
    assert "".join(piece.text for piece in pieces) == ""
    assert server.seen[0]["max_tokens"] == 1


async def test_a_wrong_model_is_reported_before_and_while_asking() -> None:
    async with running(Vllm(["x"]).routes) as address:
        backend = openai(address, model="gpt", prompt="text")
        health = await backend.health()
        assert health.state == "error"
        assert "It has: codestral" in health.message
        with pytest.raises(BackendRefused, match="`gpt` does not exist"):
            await collect(backend)
        await backend.aclose()
        backend = openai(address)
        assert await backend.health() == Health("ready")
        assert await backend.models() == ("codestral",)
        await backend.aclose()


def ollama(address: str, **options: Any) -> Ollama:
    return Ollama(OllamaOptions(address=address, **options), NetworkOptions())


async def test_ollama() -> None:
    server = OllamaServer(["one", " two"])
    async with running(server.routes) as address:
        backend = ollama(address)
        pieces = await collect(backend)
        assert await backend.health() == Health("ready")
        assert await backend.models() == ("codestral:latest",)
        assert "insert" in await backend.abilities()
        shown = await backend.outgoing(REQUEST)
        await backend.aclose()
    assert "".join(piece.text for piece in pieces) == "one two"
    assert pieces[-1].finish_reason == "stop"
    assert backend.info().prefill_rate == 2000.0
    seen = server.seen[0]
    assert (seen["prompt"], seen["suffix"], seen["keep_alive"]) == ("ab", "cd", "30m")
    assert seen["options"] == {"num_predict": 16, "temperature": 0.0, "stop": ["\n\n"], "num_ctx": 4096, "seed": 7}
    assert '"suffix":"cd"' in shown.body


@pytest.mark.parametrize(
    ("shown", "style", "context"),
    [
        ({"template": "{{ .Prompt }}", "model_info": {"general.basename": "Qwen2.5-Coder"}}, "qwen", 4096),
        ({"template": "<fim_suffix>{{ .Suffix }}<fim_prefix>{{ .Prompt }}<fim_middle>"}, "mellum", 4096),
        ({"template": "", "model_info": {"llama.context_length": 2048}}, "codestral", 2048),
        ({"model_info": 7, "template": ["x"], "capabilities": "all"}, "codestral", 4096),
    ],
)
async def test_the_style_of_ollamas_model_is_read_before_its_name(shown: dict[str, Any], style: str, context: int) -> None:
    server = OllamaServer(["x"])
    server.shown = shown
    async with running(server.routes) as address:
        backend = ollama(address)
        assert backend.info().prompt_style == "codestral"  # recognised by its name
        await backend.start()
        await until(lambda: backend.described, "Ollama's description")
        assert (backend.info().prompt_style, backend.info().context_tokens) == (style, context)
        await backend.aclose()
    named = Ollama(OllamaOptions(style="glm"), NetworkOptions())
    assert named.info().prompt_style == "glm"


async def test_an_ollama_that_starts_later_is_asked_with_the_first_request() -> None:
    server = OllamaServer(["x"])
    async with running(server.routes) as address:
        backend = ollama(address)
        await collect(backend)
        await until(lambda: backend.described, "Ollama's description")
        await backend.aclose()


@pytest.mark.parametrize(("prefix", "suffix"), [("", "b"), ("a", ""), ("", "")])
async def test_ollama_never_takes_an_empty_end_for_a_chat(prefix: str, suffix: str) -> None:
    server = OllamaServer(["x"])
    async with running(server.routes) as address:
        backend = ollama(address)
        await collect(backend, FimRequest(prefix, suffix, timeout=20.0))
        await backend.aclose()
    assert server.seen[0]["prompt"]
    assert server.seen[0]["suffix"]


async def test_a_model_that_ollama_lacks_or_that_cannot_insert() -> None:
    async with running(OllamaServer(["x"], inserts=False).routes) as address:
        backend = ollama(address, model="starcoder")
        health = await backend.health()
        assert (health.state, "ollama pull starcoder" in health.message) == ("error", True)
        with pytest.raises(BackendRefused, match="'starcoder' not found"):
            await collect(backend)
        await backend.aclose()
        backend = ollama(address)
        with pytest.raises(BackendRefused, match="does not support insert"):
            await collect(backend)
        await backend.aclose()
