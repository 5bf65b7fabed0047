"""`host --listen` with the embedded model answers other programs: OpenAI's SDK, llm, minuet, llama.vim, llama.vscode."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import openai
import pytest

from codestral_ls.embedded import model_path
from support.backends.llama_server import RunningLlamaServer
from support.backends.team_host import TOKEN, TeamHost, team_host
from support.waiting import until

BEFORE = "def add(a, b):\n    return "
AFTER = "\n\nprint(add(1, 2))\n"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamHost]:
    with team_host(tmp_path_factory.mktemp("host")) as started:
        yield started


async def post(host: TeamHost, path: str, given: object, headers: dict[str, str] | None = None) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession(headers=host.headers) as session,
        session.post(host.address + path, json=given, headers=headers) as response,
    ):
        return response.status, await response.text()


async def mistral(host: TeamHost) -> str:
    """The answer of the host's own API."""
    asked = {"model": "m", "prompt": BEFORE, "suffix": AFTER, "max_tokens": 8}
    status, text = await post(host, "/v1/fim/completions", asked)
    assert status == 200
    return str(json.loads(text)["choices"][0]["message"]["content"])


async def test_the_openai_sdk(host: TeamHost) -> None:
    wanted = await mistral(host)
    async with openai.AsyncOpenAI(api_key=TOKEN, base_url=host.address + "/v1") as client:
        whole = await client.completions.create(model="any", prompt=BEFORE, suffix=AFTER, max_tokens=8)
        assert whole.choices[0].text == wanted
        assert whole.usage is not None
        assert whole.usage.prompt_tokens > 5
        stream = await client.completions.create(
            model="any", prompt=BEFORE, suffix=AFTER, max_tokens=8, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
        assert "".join(chunk.choices[0].text for chunk in chunks if chunk.choices) == wanted
        assert chunks[-1].usage is not None
        assert chunks[-1].usage.total_tokens == whole.usage.total_tokens
        assert [model.id async for model in client.models.list()]
        with pytest.raises(openai.BadRequestError, match=r"body\.n:"):
            await client.completions.create(model="any", prompt=BEFORE, n=2)
    async with openai.AsyncOpenAI(api_key="wrong", base_url=host.address + "/v1") as stranger:
        with pytest.raises(openai.AuthenticationError):
            await stranger.completions.create(model="any", prompt=BEFORE)


def test_llm(host: TeamHost, tmp_path: Path) -> None:
    llm = shutil.which("llm", path=str(Path(sys.executable).parent))
    if llm is None:
        pytest.skip("llm is not installed (it is in the extra [trials])")
    model = {"model_id": "ours", "model_name": "codestral", "api_base": host.address + "/v1", "api_key_name": "ours"}
    (tmp_path / "extra-openai-models.yaml").write_text(json.dumps([{**model, "completion": True}]))  # JSON is YAML
    (tmp_path / "keys.json").write_text(json.dumps({"ours": TOKEN}))
    command = [llm, "-m", "ours", "-o", "max_tokens", "8", BEFORE]
    environment = {**os.environ, "LLM_USER_PATH": str(tmp_path), "LLM_LOAD_PLUGINS": ""}  # a plugin may need what is not here
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def minuet_text(data: str, path: tuple[str, ...]) -> str:
    """The text that minuet takes from a stream: the first choice of each "data:" line."""
    parts = []
    for line in data.splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            value: Any = json.loads(line.removeprefix("data: "))["choices"][0]
            for name in path:
                value = value[name]
            parts.append(value)
    return "".join(parts)


async def test_minuets_three_shapes(host: TeamHost) -> None:
    wanted = await mistral(host)
    common = {"model": "codestral-latest", "stream": True, "max_tokens": 8}
    _, fim = await post(host, "/v1/fim/completions", {**common, "prompt": BEFORE, "suffix": AFTER})
    assert minuet_text(fim, ("delta", "content")) == wanted
    _, completion = await post(host, "/v1/completions", {**common, "prompt": BEFORE, "suffix": AFTER, "stop": None})
    assert minuet_text(completion, ("text",)) == wanted
    template = f"[SUFFIX]{AFTER}[PREFIX]{BEFORE}"  # a user's template, for a model of Codestral's family
    status, raw = await post(host, "/v1/completions", {**common, "prompt": template})
    assert status == 200
    assert isinstance(minuet_text(raw, ("text",)), str)


LLAMA_VIM = {
    "id_slot": 0, "input_prefix": "def add(a, b):\n", "input_suffix": AFTER, "prompt": "    return ",
    "input_extra": [{"filename": "a.py", "text": "def subtract(a, b):\n    return a - b\n", "time": 1}],
    "n_predict": 16, "stop": [], "n_indent": 4, "top_k": 40, "top_p": 0.90, "samplers": ["top_k", "top_p", "infill"],
    "stream": False, "cache_prompt": True, "t_max_prompt_ms": 500, "t_max_predict_ms": 1000,
    "response_fields": [
        "content", "timings/prompt_n", "timings/prompt_ms", "timings/prompt_per_token_ms", "timings/prompt_per_second",
        "timings/predicted_n", "timings/predicted_ms", "timings/predicted_per_token_ms", "timings/predicted_per_second",
        "truncated", "tokens_cached",
    ],
}  # fmt: skip
LLAMA_VSCODE = {name: value for name, value in LLAMA_VIM.items() if name != "response_fields"} | {"n_cmpl": 3, "top_p": 0.99}
AHEAD = {
    "id_slot": 0, "input_prefix": "", "input_suffix": "", "input_extra": LLAMA_VIM["input_extra"], "prompt": "", "n_predict": 0,
    "temperature": 0.0, "samplers": [], "stream": False, "cache_prompt": True, "t_max_prompt_ms": 1, "t_max_predict_ms": 1,
    "response_fields": [""],
}  # fmt: skip


async def test_llama_vim_and_llama_vscode_get_the_fields_that_llama_server_gives(host: TeamHost, tmp_path: Path) -> None:
    peer = await RunningLlamaServer.start(tmp_path, model_path())
    try:
        async with aiohttp.ClientSession() as session:
            answers = []
            for base, headers in ((host.address, host.headers), (peer.address, {})):
                for asked in (LLAMA_VIM, {**LLAMA_VSCODE, "n_cmpl": 1}, AHEAD):
                    async with session.post(base + "/infill", json=asked, headers=headers) as response:
                        assert response.status == 200
                        answers.append(await response.json())
    finally:
        await peer.aclose()
    ours, theirs = answers[:3], answers[3:]
    assert set(ours[0]) == set(theirs[0])
    assert set(ours[1]) >= set(theirs[1]) - {"prompt"}
    assert set(ours[1]["timings"]) == set(theirs[1]["timings"])
    assert ours[2] == theirs[2] == {}
    assert {type(value) for value in ours[0].values()} == {str, int, float, bool}
    status, text = await post(host, "/infill", LLAMA_VSCODE)
    assert (status, "content" in json.loads(text)) == (200, True)


async def test_64_clients_at_once_are_all_answered_in_order_of_arrival(tmp_path: Path) -> None:
    """Requests arrive while the model is still loading, which is the worst moment; there is one slot, so that the order can be
    seen.
    """
    with team_host(tmp_path, {"slots": 1}) as host:
        done: list[int] = []
        async with aiohttp.ClientSession(headers=host.headers, connector=aiohttp.TCPConnector(limit=0)) as session:

            async def ask(number: int) -> None:
                given = {"prompt": f"def f{number}(x):\n    ", "suffix": "\n", "max_tokens": 2}
                headers = {"X-Codestral-Client": f"client {number}"}
                async with session.post(host.address + "/v1/completions", json=given, headers=headers) as response:
                    assert response.status == 200
                    await response.read()
                done.append(number)

            async with asyncio.TaskGroup() as group:
                for number in range(64):
                    group.create_task(ask(number))
        assert sorted(done) == list(range(64))
        # All connections start at the same moment, and the system may accept them in a slightly different order.
        assert sum(abs(number - place) for place, number in enumerate(done)) / 64 < 4


async def test_it_stays_loads_again_and_finishes_what_it_began(tmp_path: Path) -> None:
    with team_host(tmp_path, {"idle_unload_seconds": 1, "idle_exit_seconds": 1}) as host:
        await mistral(host)
        async with aiohttp.ClientSession(headers=host.headers) as session:

            async def unloaded() -> bool:
                async with session.get(host.address + "/health") as response:
                    return bool((await response.json())["status"] == "unloaded")

            await until(unloaded, "the model let go", 60)
            assert await mistral(host)  # no 503 after an idle unload
            asked = {"prompt": BEFORE, "max_tokens": 400, "stream": True, "temperature": 1.5, "seed": 1}
            async with session.post(host.address + "/v1/completions", json=asked) as response:
                first = await response.content.readuntil(b"\n\n")
                host.process.send_signal(signal.SIGTERM)
                rest = await response.read()
        assert (first + rest).endswith(b"data: [DONE]\n\n")
        assert b'"finish_reason":"error"' not in rest
        assert b'"error"' not in rest
        assert await asyncio.to_thread(host.process.wait, 60) == 0


async def test_a_refused_model_ends_it_with_a_status_that_services_see(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + b"\0" * 100)
    with team_host(tmp_path, {"model": str(tmp_path / "broken.gguf")}) as host:
        status, text = await post(host, "/v1/completions", {"prompt": "x"})
        assert (status, json.loads(text)["error"]["type"]) == (503, "model_refused")
        host.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(host.process.wait, 60) == 1
