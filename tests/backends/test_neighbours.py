"""Finding model servers on this machine: a real llama-server, and stand-ins of Ollama, LM Studio and vLLM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from codestral_ls.backends.base import FimRequest
from codestral_ls.backends.llama_server import LlamaServer
from codestral_ls.backends.openai_compatible import OpenAiCompatible
from codestral_ls.backends.running_servers import FoundServer, at, neighbours
from codestral_ls.backends.served_model import TRIES
from codestral_ls.config.sections import BackendOptions, LlamaServerOptions, NetworkOptions, OllamaOptions, OpenAiOptions, Options
from codestral_ls.doctor.neighbourhood import findings
from codestral_ls.errors import BackendError
from support.backends.real_servers import llama_server
from support.backends.standin_servers import running

Routes = dict[tuple[str, str], Any]


def answers(value: object) -> Any:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response(value)

    return handler


@pytest.fixture(scope="module")
def real_server() -> Iterator[str]:
    with llama_server() as address:
        yield address


async def test_a_real_llama_server_says_its_model_style_context_and_slots(real_server: str) -> None:
    (found,) = await at(real_server, 20.0)
    assert (found.program, found.model, found.style) == ("llama-server", "tiny-fim-q8_0", "codestral")
    assert found.context >= 256
    assert found.slots >= 1
    assert 'backend.primary="llama_server"' in found.settings


def tokenizes(*words: str) -> Any:
    async def handler(request: web.Request) -> web.Response:
        body = await request.json()
        text = body.get("prompt") or body.get("content")
        return web.json_response({"tokens": [1] if text in words else [1, 2, 3]})

    return handler


MELLUM = ("<fim_prefix>", "<fim_suffix>", "<fim_middle>")
OLLAMA: Routes = {
    ("GET", "/api/tags"): answers({"models": [{"name": "qwen2.5-coder:1.5b-base"}]}),
    ("POST", "/api/show"): answers(
        {
            "template": "{{ if .Suffix }}<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>{{ end }}",
            "capabilities": ["completion", "insert"],
            "model_info": {"general.architecture": "qwen2", "qwen2.context_length": 32768},
        }
    ),
}
CHAT: Routes = {
    ("GET", "/api/tags"): answers({"models": [{"name": "llama3.2"}]}),
    ("POST", "/api/show"): answers({"template": "{{ .Prompt }}", "capabilities": ["completion"]}),
}
LM_STUDIO: Routes = {
    ("GET", "/api/v0/models"): answers(
        {"data": [{"id": "codestral-22b-v0.1", "type": "llm", "max_context_length": 32768}, {"id": "e", "type": "embeddings"}]}
    )
}
LM_STUDIO_OPENAI: Routes = {("GET", "/v1/models"): answers({"data": [{"id": "codestral-22b-v0.1"}]})}
VLLM: Routes = {
    ("GET", "/v1/models"): answers({"data": [{"id": "JetBrains/Mellum-4b-base", "owned_by": "vllm", "max_model_len": 8192}]}),
    ("POST", "/tokenize"): tokenizes(*MELLUM),
}
LLAMA: Routes = {
    ("GET", "/props"): answers(
        {"default_generation_settings": {"n_ctx": 4096}, "total_slots": 2, "model_path": "C:\\m\\Seed-Coder-8B-Base.gguf"}
    ),
    ("POST", "/tokenize"): tokenizes("<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"),
}


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (OLLAMA, ("Ollama", "qwen2.5-coder:1.5b-base", "qwen", 8192, 0, True)),
        (CHAT, ("Ollama", "llama3.2", None, 0, 0, False)),
        (LM_STUDIO, ("LM Studio", "codestral-22b-v0.1", "codestral", 8192, 0, True)),
        (VLLM, ("vLLM", "JetBrains/Mellum-4b-base", "mellum", 8192, 0, True)),
        (LLAMA, ("llama-server", "Seed-Coder-8B-Base", "seed_coder", 4096, 2, True)),
    ],
)
async def test_stand_ins(routes: Routes, expected: tuple[object, ...]) -> None:
    async with running(routes) as address:
        (found,) = await at(address)
    assert (found.program, found.model, found.style, found.context, found.slots, found.inserts) == expected


@pytest.mark.parametrize(
    "routes",
    [
        {},
        {
            ("GET", "/props"): answers([1]),
            ("GET", "/api/tags"): answers({"models": 7}),
            ("GET", "/v1/models"): answers({"data": [7]}),
        },
        {("GET", "/props"): answers({"error": "no"}), ("GET", "/v1/models"): answers("x")},
        {("GET", "/v1/models"): answers({"data": [{"id": "\x1b\x07"}, {"id": ["x"]}]})},
    ],
)
async def test_a_server_with_other_answers_is_not_found(routes: Routes) -> None:
    async with running(routes) as address:
        assert await at(address) == ()


async def test_what_a_server_says_is_cut_to_what_may_be_shown() -> None:
    routes = {("GET", "/v1/models"): answers({"data": [{"id": "\x1b[31mred\x07" + "x" * 500, "max_model_len": 10**30}]})}
    async with running(routes) as address:
        (found,) = await at(address)
    assert found.model == "x" * 80
    assert found.context == 0


async def test_nobody_listens(unused_tcp_port: int) -> None:
    assert await neighbours([unused_tcp_port], 0.2) == ()


def test_a_wrong_style_is_warned_of_and_a_right_one_is_not() -> None:
    found = FoundServer("llama-server", "http://127.0.0.1:9931", "Qwen2.5-Coder", "qwen", 8192, 1)
    here = LlamaServerOptions(address="http://localhost:9931/", style="codestral")
    (wrong,) = findings(Options(backend=BackendOptions("llama_server"), llama_server=here), [found])
    assert (wrong.state, 'llama_server.style = "qwen"' in wrong.next) == ("warning", True)
    right = LlamaServerOptions(address="http://localhost:9931", style="qwen")
    (fine,) = findings(Options(backend=BackendOptions("llama_server"), llama_server=right), [found])
    assert fine.state == "ok"
    (read,) = findings(Options(backend=BackendOptions("llama_server"), llama_server=replace(here, style="auto")), [found])
    assert read.state == "ok"
    unknown = replace(found, style=None)
    anywhere = Options(backend=BackendOptions("llama_server"), llama_server=LlamaServerOptions())
    assert [finding.state for finding in findings(anywhere, [found])] == ["ok"]
    (asked,) = findings(Options(backend=BackendOptions("llama_server"), llama_server=replace(here, style="auto")), [unknown])
    assert (asked.state, "Set llama_server.style" in asked.next) == ("warning", True)
    (unused,) = findings(Options(), [found])
    assert (unused.state, 'llama_server.address="http://127.0.0.1:9931"' in unused.next) == ("note", True)
    ollama = FoundServer("Ollama", "http://127.0.0.1:11434", "codestral", "codestral")
    (used,) = findings(Options(backend=BackendOptions("ollama"), ollama=OllamaOptions()), [ollama])
    assert used.state == "ok"


async def style_and_context(backend: LlamaServer | OpenAiCompatible) -> tuple[str, int]:
    """The FIM style and the context size that the backend knows after it has asked the server for its model."""
    try:
        assert backend.info().prompt_style == ""
        for _ in range(TRIES):
            with suppress(BackendError):
                await backend.abilities()
        return backend.info().prompt_style, backend.info().context_tokens
    finally:
        await backend.aclose()


async def test_a_real_llama_servers_style_and_context_are_read(real_server: str) -> None:
    backend = LlamaServer(LlamaServerOptions(address=real_server, context_tokens=10**6), NetworkOptions())
    style, context = await style_and_context(backend)
    assert style == "codestral"
    assert 256 <= context < 10**6


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (VLLM, ("mellum", 8192)),
        (LM_STUDIO_OPENAI, ("codestral", 9000)),
        ({("GET", "/v1/models"): answers({"data": [{"id": "Qwen2.5-Coder-7B", "max_model_len": 4096}]})}, ("qwen", 4096)),
        ({("GET", "/v1/models"): answers({"data": [{"id": "nameless"}]})}, ("codestral", 9000)),
        ({("GET", "/v1/models"): answers({"data": 7})}, ("", 9000)),
        ({}, ("", 9000)),
    ],
)
async def test_an_openai_servers_style_and_context_are_read(routes: Routes, expected: tuple[str, int]) -> None:
    async with running(routes) as address:
        backend = OpenAiCompatible(OpenAiOptions(address=address, context_tokens=9000), NetworkOptions())
        assert await style_and_context(backend) == expected


async def test_the_configured_model_of_several_is_read() -> None:
    listed = {"data": [{"id": "codestral-22b"}, {"id": "qwen2.5-coder-1.5b", "max_model_len": 2048}]}
    async with running({("GET", "/v1/models"): answers(listed)}) as address:
        options = OpenAiOptions(address=address, model="qwen2.5-coder-1.5b")
        assert await style_and_context(OpenAiCompatible(options, NetworkOptions())) == ("qwen", 2048)


async def test_llama_servers_prompt_has_the_order_that_was_read() -> None:
    words = {"<[fim-prefix]>": 1, "<[fim-suffix]>": 2, "<[fim-middle]>": 3}

    async def tokenize(request: web.Request) -> web.Response:
        text = (await request.json())["content"]
        return web.json_response({"tokens": [words[text]] if text in words else [1000 + ord(letter) for letter in text]})

    async with running(LLAMA | {("POST", "/tokenize"): tokenize}) as address:
        backend = LlamaServer(LlamaServerOptions(address=address), NetworkOptions())
        try:
            out = await backend.outgoing(FimRequest("p", "s", source="untitled:x"))
            assert backend.info().prompt_style == "seed_coder"
        finally:
            await backend.aclose()
    assert json.loads(out.body)["prompt"] == [2, 1000 + ord("s"), 1, 1000 + ord("p"), 3]


async def test_a_server_that_comes_back_with_another_model_is_read_again() -> None:
    listed: dict[str, Any] = {"data": [{"id": "codestral-22b"}]}

    async def models(_request: web.Request) -> web.Response:
        return web.json_response(listed)

    async def complete(_request: web.Request) -> web.Response:
        return web.json_response({"error": {"message": "loading", "code": 503}}, status=503)

    async with running({("GET", "/v1/models"): models, ("POST", "/v1/completions"): complete}) as address:
        backend = OpenAiCompatible(OpenAiOptions(address=address, timeout_seconds=2.0), NetworkOptions())
        styles = []
        try:
            for name in ("codestral-22b", "qwen2.5-coder", "mellum-4b"):
                listed["data"] = [{"id": name}]
                styles.append((await backend.outgoing(FimRequest("p", "s", source="untitled:x"))) and backend.info().prompt_style)
                with pytest.raises(BackendError):
                    _ = [piece async for piece in backend.stream(FimRequest("p", "s", source="untitled:x", timeout=2.0))]
        finally:
            await backend.aclose()
    assert styles == ["codestral", "qwen", "mellum"]


DEEP: Any = {}
for _ in range(500):
    DEEP = {"default_generation_settings": DEEP, "a": [DEEP]} if len(str(DEEP)) < 2000 else {"d": DEEP}


@pytest.mark.parametrize(
    "props",
    [
        {"default_generation_settings": 7, "total_slots": "many", "model_path": ["x"]},
        {"default_generation_settings": {"n_ctx": -1}, "model_path": "/m/" + "../" * 5000, "total_slots": True},
        {"default_generation_settings": {"n_ctx": 1e308}, "model_path": "\x1b]0;owned\x07.gguf", "total_slots": 10**40},
        {"model_path": None, "model_alias": "\u202egnp.exe" * 50},
        {"default_generation_settings": DEEP},
    ],
)
async def test_hostile_props_become_plain_facts(props: dict[str, Any]) -> None:
    routes: Routes = {("GET", "/props"): answers(props), ("POST", "/tokenize"): answers({"tokens": [{"id": 1}, "x", None, 2.5]})}
    async with running(routes) as address:
        (found,) = await at(address)
        backend = LlamaServer(LlamaServerOptions(address=address), NetworkOptions())
        try:
            with pytest.raises(BackendError):
                await backend.abilities()
            assert 0 < backend.info().context_tokens <= 8192
        finally:
            await backend.aclose()
    assert (found.context, found.slots, found.style) == (0, 0, None)
    assert found.model.isprintable()
    assert len(found.model) <= 80


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[" * 20_000_000, b'{"model_path": "' + b"x" * 3_000_000 + b'"}']
)
@pytest.mark.parametrize("status", [200, 500])
async def test_hostile_bodies_are_no_server(body: bytes, status: int) -> None:
    async def raw(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json", status=status)

    paths = ("/props", "/api/tags", "/api/v0/models", "/v1/models")
    async with running({("GET", path): raw for path in paths}) as address:
        found = await at(address)
    assert all(len(one.model) <= 80 for one in found)
