"""Finding model servers on this machine: a real llama-server, and stand-ins of Ollama, LM Studio and vLLM."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from codestral_ls.backends.running_servers import FoundServer, at, neighbours
from codestral_ls.config.sections import BackendOptions, LlamaServerOptions, OllamaOptions, Options
from codestral_ls.doctor.neighbourhood import findings
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
            "template": "<|fim_prefix|>{{ .Prompt }}<|fim_suffix|>{{ .Suffix }}<|fim_middle|>",
            "capabilities": ["completion", "insert"],
            "model_info": {"qwen2.context_length": 32768},
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
    here = LlamaServerOptions(address="http://localhost:9931/")
    (wrong,) = findings(Options(backend=BackendOptions("llama_server"), llama_server=here), [found])
    assert (wrong.state, 'llama_server.style = "qwen"' in wrong.next) == ("warning", True)
    right = LlamaServerOptions(address="http://localhost:9931", style="qwen")
    (fine,) = findings(Options(backend=BackendOptions("llama_server"), llama_server=right), [found])
    assert fine.state == "ok"
    (unused,) = findings(Options(), [found])
    assert (unused.state, 'llama_server.address="http://127.0.0.1:9931"' in unused.next) == ("note", True)
    ollama = FoundServer("Ollama", "http://127.0.0.1:11434", "codestral", "codestral")
    (used,) = findings(Options(backend=BackendOptions("ollama"), ollama=OllamaOptions()), [ollama])
    assert used.state == "ok"
