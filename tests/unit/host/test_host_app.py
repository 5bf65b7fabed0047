"""The host's routes over a real HTTP connection, with a fake session in memory."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.errors import ModelError
from codestral_ls.host.model_supervisor import MOST_STOPS
from support.models.host_fakes import FakeSession
from support.models.served_host import VOCABULARY, body, events, expected, served
from support.waiting import until


async def test_an_answer_whole_and_streamed(tmp_path: Path) -> None:
    async with served(tmp_path) as (client, _):
        response = await client.post("/v1/fim/completions", json=body(max_tokens=12))
        whole = await response.json()
        assert (response.status, whole["object"]) == (200, "chat.completion")
        response = await client.post("/v1/fim/completions", json=body(max_tokens=12, stream=True))
        assert response.headers["Content-Type"].startswith("text/event-stream")
        *chunks, done = events(await response.read())
        assert done == "[DONE]"
        parsed = [json.loads(chunk) for chunk in chunks]
        text = "".join(chunk["choices"][0]["delta"]["content"] for chunk in parsed)
        assert text == whole["choices"][0]["message"]["content"] == expected("def f(self):", 12)
        assert [chunk["choices"][0]["finish_reason"] for chunk in parsed[:-1]] == [None] * (len(parsed) - 1)
        assert parsed[-1]["usage"]["prompt_tokens_details"]["cached_tokens"] > 0


async def test_healing_can_be_switched_off_for_measurements(tmp_path: Path) -> None:
    async with served(tmp_path) as (client, _):
        for header, heal in (("on", True), ("off", False)):
            response = await client.post(
                "/v1/fim/completions", json=body("self.as", max_tokens=8), headers={"X-Codestral-Heal": header}
            )
            answer = await response.json()
            assert answer["choices"][0]["message"]["content"] == expected("self.as", 8, heal)
            assert answer["usage"]["codestral_ls"]["healed_characters"] == (3 if heal else 0)


async def test_an_over_long_prompt_is_trimmed_and_says_so(tmp_path: Path) -> None:
    async with served(tmp_path) as (client, _):
        long = "".join(f"line {n}\n" for n in range(200))
        answer = await (await client.post("/v1/fim/completions", json=body(long, max_tokens=4))).json()
        assert answer["usage"]["codestral_ls"]["trimmed_tokens"] > 1000
        assert answer["usage"]["prompt_tokens"] <= 256


@pytest.mark.parametrize(
    ("data", "loc"),
    [
        (b"{", ["body"]),
        (b"[]", ["body"]),
        (b'{"model":"m"}', ["body", "prompt"]),
        (b"\xff\xfe", ["body"]),
        (b"[" * 9999, ["body"]),
    ],
)
async def test_bad_bodies_are_422(tmp_path: Path, data: Any, loc: Any) -> None:
    async with served(tmp_path) as (client, _):
        response = await client.post("/v1/fim/completions", data=data)
        assert response.status == 422
        assert (await response.json())["detail"][0]["loc"] == loc


async def test_while_loading_everything_is_answered_at_once(tmp_path: Path) -> None:
    gate = threading.Event()
    async with served(tmp_path, gate=gate, ready=False) as (client, keeper):
        keeper.start()
        await until(lambda: keeper.progress > 0)
        response = await client.post("/v1/fim/completions", json=body())
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
        assert (await response.json())["type"] == "loading"
        health = await client.get("/health")
        assert (health.status, (await health.json())["status"]) == (503, "loading")
        assert (await (await client.get("/health")).json())["progress"] == 0.5
        assert (await client.get("/v1/models")).status == 200
        gate.set()
        await until(lambda: keeper.phase == "ready")
        health = await (await client.get("/health")).json()
        assert (health["status"], health["family"], health["slots"]) == ("ready", "codestral", {"total": 4, "busy": 0})


async def test_a_refused_model_is_explained_to_everybody(tmp_path: Path) -> None:
    async with served(tmp_path, error=ModelError("The model is broken. Fetch it again.")) as (client, _):
        response = await client.post("/v1/fim/completions", json=body())
        answer = await response.json()
        assert (response.status, answer["type"]) == (503, "model_refused")
        assert answer["message"] == "The model is broken. Fetch it again."
        health = await (await client.get("/health")).json()
        assert (health["status"], health["message"]) == ("refused", "The model is broken. Fetch it again.")


async def test_a_model_that_cannot_be_run_is_refused(tmp_path: Path) -> None:
    session = FakeSession(VOCABULARY)
    session.fail = "out of memory"
    async with served(tmp_path, session=session) as (client, _):
        answer = await (await client.post("/v1/fim/completions", json=body())).json()
        assert (answer["type"], "out of memory" in answer["message"]) == ("model_refused", True)
        assert session.closed


async def test_an_error_nobody_foresaw_is_a_refusal_without_its_traceback(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with served(tmp_path, error=RuntimeError("secret inner thing")) as (client, _):
        answer = await (await client.post("/v1/fim/completions", json=body())).json()
        assert "could not be loaded" in answer["message"]
        assert "secret" not in answer["message"]


async def test_the_token_guards_every_route(tmp_path: Path) -> None:
    async with served(tmp_path, token="right") as (client, _):
        for route in ("/health", "/v1/models", "/metrics", "/nowhere"):
            assert (await client.get(route)).status == 401
            assert (await client.get(route, headers={"Authorization": "Bearer wrong"})).status == 401
            assert (await client.get(route, headers={"Authorization": "Basic right"})).status == 401
        for scheme in ("Bearer", "bearer", "BEARER"):  # RFC 9110: the scheme's letter case does not count
            assert (await client.get("/health", headers={"Authorization": f"{scheme} right"})).status == 200
            assert (await client.get("/health", headers={"Authorization": f"{scheme} RIGHT"})).status == 401
        headers = {"Authorization": "Bearer right"}
        assert (await client.get("/health", headers=headers)).status == 200
        assert (await client.post("/v1/fim/completions", json=body(), headers=headers)).status == 200


async def test_a_full_queue_is_429_with_a_time(tmp_path: Path) -> None:
    session = FakeSession(VOCABULARY, slots=1)
    gate, inside = threading.Event(), threading.Event()
    session.on_decode = lambda: session.decodes > 3 and (inside.set(), gate.wait(20))  # type: ignore[assignment, func-returns-value]
    async with served(tmp_path, session=session) as (client, keeper):
        tasks = [asyncio.create_task(client.post("/v1/fim/completions", json=body(max_tokens=1)))]
        await until(inside.is_set)
        tasks += [asyncio.create_task(client.post("/v1/fim/completions", json=body(max_tokens=1))) for _ in range(16)]
        await until(lambda: keeper.loaded.engine.waiting == 16)
        response = await client.post("/v1/fim/completions", json=body())
        assert response.status == 429
        assert int(response.headers["Retry-After"]) >= 1
        assert (await response.json())["type"] == "busy"
        gate.set()
        assert {(await task).status for task in tasks} == {200}
        assert "codestral_ls_requests_refused_total 1" in await (await client.get("/metrics")).text()


async def test_a_client_that_goes_away_frees_its_slot(tmp_path: Path) -> None:
    session = FakeSession(VOCABULARY, slots=1, model=lambda history, size: reference_x(size))
    slow = threading.Event()
    session.on_decode = lambda: slow.wait(0.005)  # type: ignore[assignment]
    async with served(tmp_path, session=session) as (client, keeper):
        response = await client.post("/v1/fim/completions", json=body(max_tokens=100, stream=True))
        await response.content.readany()
        response.close()
        engine = keeper.loaded.engine
        await until(lambda: not engine.busy)
        assert engine.metrics.cancelled == 1
        assert engine.metrics.finished == 0


def reference_x(size: Any) -> Any:
    import numpy as np

    logits = np.zeros(size, dtype=np.float32)
    logits[5 + ord("x")] = 9.0
    return logits


async def test_the_model_leaves_memory_and_comes_back(tmp_path: Path) -> None:
    async with served(tmp_path) as (client, keeper):
        answer = await client.post("/unload")
        assert (answer.status, await answer.json()) == (200, {"status": "unloaded"})
        response = await client.post("/v1/fim/completions", json=body())
        assert (response.status, (await response.json())["type"]) == (503, "loading")
        await until(lambda: keeper.phase == "ready")
        assert (await client.post("/v1/fim/completions", json=body())).status == 200


async def test_an_engine_that_fails_comes_back_but_not_for_ever(tmp_path: Path) -> None:
    def fails() -> None:
        raise RuntimeError("nobody foresaw this")

    async with served(tmp_path) as (client, keeper):
        for attempt in range(MOST_STOPS):
            await until(lambda: keeper.phase == "ready")
            keeper.loaded.engine.step = fails
            await client.post("/v1/fim/completions", json=body())
            await until(lambda: keeper.phase != "ready")
            answer = await (await client.post("/v1/fim/completions", json=body())).json()
            assert answer["type"] == ("loading" if attempt + 1 < MOST_STOPS else "model_refused")


async def test_metrics_are_prometheus_text(tmp_path: Path) -> None:
    async with served(tmp_path) as (client, _):
        await client.post("/v1/fim/completions", json=body(max_tokens=5))
        text = await (await client.get("/metrics")).text()
        values = dict(line.split(" ") for line in text.splitlines() if not line.startswith("#"))
        assert values["codestral_ls_requests_finished_total"] == "1"
        assert int(values["codestral_ls_prompt_tokens_evaluated_total"]) > 5
        assert values["codestral_ls_slots"] == "4"
        assert (values["codestral_ls_threads_decode"], values["codestral_ls_threads_most"]) == ("1", "1")
        assert float(values["codestral_ls_decode_step_seconds"]) > 0
        assert (values["codestral_ls_other_work_cores"], values["codestral_ls_machine_busy"]) == ("0.0", "0")
        health = await (await client.get("/health")).json()
        assert (health["threads"], health["threads_prefill"], health["machine_busy"]) == (1, 1, False)
