"""The host as a server for other programs: OpenAI's completions, llama.cpp's infill, waiting for a model, bounds and the end."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codestral_ls.errors import ModelError
from codestral_ls.host import prompt_tokens
from codestral_ls.host.api.infill import LineCutter, chosen
from codestral_ls.host.app import RECEPTION
from codestral_ls.host.ordering import spelled, with_files
from codestral_ls.host.reception import Bounds
from support.models.host_fakes import FakeSession, reference
from support.models.served_host import FAMILY, VOCABULARY, body, events, expected, served
from support.waiting import until

SERVER = Bounds(wait=20.0, finish=20.0, waiting=200, per_client=100)
PREFIX = "def f(self):"


def completion(**fields: Any) -> Any:
    return {"model": "m", "prompt": PREFIX, "suffix": "\nend", "max_tokens": 12, **fields}


def infill(**fields: Any) -> Any:
    """A request as llama.vim sends it."""
    return {
        "id_slot": 0, "input_prefix": "def f(self)", "input_suffix": "\nend", "input_extra": [], "prompt": ":", "n_predict": 12,
        "stop": [], "n_indent": 0, "top_k": 40, "top_p": 0.9, "samplers": ["top_k", "top_p", "infill"], "stream": False,
        "cache_prompt": True, "t_max_prompt_ms": 500, "t_max_predict_ms": 0, **fields,
    }  # fmt: skip


async def post(client: Any, path: str, given: Any) -> tuple[int, Any]:
    response = await client.post(path, json=given)
    return response.status, await response.json()


async def test_openais_completion_with_a_suffix_whole_and_streamed(tmp_path: Path) -> None:
    async with served(tmp_path) as (client, _):
        status, whole = await post(client, "/v1/completions", completion())
        assert (status, whole["object"], whole["model"]) == (200, "text_completion", "m")
        [choice] = whole["choices"]
        assert choice["text"] == expected(PREFIX, 12)
        assert whole["usage"]["total_tokens"] == whole["usage"]["prompt_tokens"] + whole["usage"]["completion_tokens"]
        given = completion(stream=True, stream_options={"include_usage": True})
        *chunks, usage, done = events(await (await client.post("/v1/completions", json=given)).read())
        parsed = [json.loads(chunk) for chunk in chunks]
        assert "".join(chunk["choices"][0]["text"] for chunk in parsed) == choice["text"]
        assert parsed[-1]["choices"][0]["finish_reason"] == choice["finish_reason"]
        assert (json.loads(usage)["choices"], json.loads(usage)["usage"]["completion_tokens"]) == (
            [],
            whole["usage"]["completion_tokens"],
        )
        assert done == "[DONE]"


async def test_without_a_suffix_the_prompt_is_what_the_model_reads(tmp_path: Path) -> None:
    async with served(tmp_path) as (client, _):
        for text in (PREFIX, "[SUFFIX]\nend[PREFIX]def f(self):"):
            ids = [VOCABULARY.bos, *spelled(VOCABULARY, FAMILY, text)]
            _, answer = await post(client, "/v1/completions", completion(prompt=[text], suffix=None))
            assert answer["choices"][0]["text"] == reference(VOCABULARY, ids, 12), text
        _, filled = await post(client, "/v1/completions", completion())
        assert answer["choices"][0]["text"] == filled["choices"][0]["text"]  # the same prompt, assembled by the client


async def test_mistrals_route_continues_a_prompt_as_it_is_if_a_header_says_so(tmp_path: Path) -> None:
    text = "[SUFFIX]\nend[PREFIX]def f(self):"
    call = {"model": "local", "prompt": text, "max_tokens": 12}
    async with served(tmp_path) as (client, _):
        said = []
        for headers, more in (
            ({"X-Codestral-Raw": "1"}, {}),
            ({}, {}),
            ({"X-Codestral-Raw": "1"}, {"suffix": "x"}),
            ({}, {"suffix": "x"}),
        ):
            response = await client.post("/v1/fim/completions", json={**call, **more}, headers=headers)
            said.append((await response.json())["choices"][0]["message"]["content"])
        assert said[0] == reference(VOCABULARY, [VOCABULARY.bos, *spelled(VOCABULARY, FAMILY, text)], 12) != said[1]
        assert said[2] == said[3]  # with a suffix, the middle is filled in


def test_control_words_in_a_raw_prompt_are_tokens_and_nothing_else_is() -> None:
    assert spelled(VOCABULARY, FAMILY, "[SUFFIX]a[PREFIX]") == [4, *VOCABULARY.encode("a"), 3]
    assert spelled(VOCABULARY, FAMILY, "[PREFI X]") == VOCABULARY.encode("[PREFI X]")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"n": 2}, "n"),
        ({"echo": True}, "echo"),
        ({"logprobs": 3}, "logprobs"),
        ({"presence_penalty": 0.5}, "presence_penalty"),
        ({"prompt": ["a", "b"]}, "prompt"),
        ({"prompt": [1, 2]}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"temperature": 3}, "temperature"),
        ({"stop": 5}, "stop"),
        ({"suffix": "\ud800"}, "suffix"),
    ],
)
async def test_what_openais_route_refuses(tmp_path: Path, fields: Any, named: str) -> None:
    async with served(tmp_path) as (client, _):
        response = await client.post("/v1/completions", data=json.dumps(completion(**fields)))
        answer = await response.json()
        assert (response.status, answer["error"]["type"]) == (400, "invalid_request_error")
        assert f"body.{named}:" in answer["error"]["message"]


@pytest.mark.parametrize("path", ["/v1/completions", "/infill"])
@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff\xfe", b"[" * 9999, b"3"])
async def test_a_body_that_is_not_an_object(tmp_path: Path, path: str, data: bytes) -> None:
    async with served(tmp_path) as (client, _):
        response = await client.post(path, data=data)
        assert (response.status, (await response.json())["error"]["message"]) == (400, "The body is not a JSON object.")


async def test_unknown_and_neutral_fields_pass(tmp_path: Path) -> None:
    neutral: Any = {"n": 1, "best_of": 1, "echo": False, "logprobs": None, "presence_penalty": 0, "logit_bias": {}, "new": 1}
    async with served(tmp_path) as (client, _):
        assert (await post(client, "/v1/completions", completion(**neutral)))[0] == 200


async def test_a_raw_prompt_that_is_too_long_loses_its_top_or_is_refused(tmp_path: Path) -> None:
    long = "".join(f"line {n}\n" for n in range(200))
    async with served(tmp_path) as (client, _):
        _, answer = await post(client, "/v1/completions", completion(prompt=long, suffix=None))
        assert answer["usage"]["codestral_ls"]["trimmed_tokens"] > 1000
        status, answer = await post(client, "/v1/completions", completion(prompt="[PREFIX]" + long, suffix=None))
        assert (status, answer["error"]["type"]) == (400, "exceed_context_size_error")


async def test_llama_cpps_infill(tmp_path: Path) -> None:
    async with served(tmp_path) as (client, _):
        status, whole = await post(client, "/infill", infill())
        assert (status, whole["content"], whole["stop"]) == (200, expected(PREFIX, 12), True)
        assert whole["tokens_predicted"] == whole["timings"]["predicted_n"] > 0
        wanted = ["content", "timings/prompt_n", "truncated", "tokens_cached", "no/where"]
        _, some = await post(client, "/infill", infill(response_fields=wanted))
        assert sorted(some) == ["content", "timings/prompt_n", "tokens_cached", "truncated"]
        assert some["content"] == whole["content"]
        pieces = [json.loads(event) for event in events(await (await client.post("/infill", json=infill(stream=True))).read())]
        assert "".join(piece["content"] for piece in pieces) == whole["content"]
        assert [piece["stop"] for piece in pieces] == [False] * (len(pieces) - 1) + [True]


async def test_a_prompt_that_is_only_to_be_read(tmp_path: Path) -> None:
    async with served(tmp_path) as (client, keeper):
        # The requests that llama.vim and llama.vscode send before the user types.
        assert await post(client, "/infill", infill(n_predict=0, samplers=[], response_fields=[""])) == (200, {})
        assert keeper.metrics.generated_tokens == 0
        _, answer = await post(client, "/infill", infill())
        assert answer["timings"]["cache_n"] > 5


async def test_other_files_stand_before_the_prefix(tmp_path: Path) -> None:
    extra = [{"text": "def helper():\n", "filename": "a.py", "time": 3}, {"text": "x = 1\n"}]
    whole, count = with_files(FAMILY, (("a.py", "def helper():\n"), ("filename", "x = 1\n")), PREFIX)
    assert count == 0
    assert whole == "def helper():\n\nx = 1\n\n" + PREFIX
    built = prompt_tokens.build(FAMILY, VOCABULARY, whole, "\nend")
    async with served(tmp_path) as (client, _):
        _, answer = await post(client, "/infill", infill(input_extra=extra))
        assert answer["content"] == reference(VOCABULARY, built.tokens, 12, heal=built.heal)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"input_prefix": 3}, "input_prefix"),
        ({"input_extra": {}}, "input_extra"),
        ({"input_extra": [3]}, "input_extra"),
        ({"input_extra": [{"filename": "a"}]}, "input_extra"),
        ({"n_predict": -2}, "n_predict"),
        ({"n_predict": True}, "n_predict"),
        ({"response_fields": [3]}, "response_fields"),
        ({"t_max_predict_ms": "x"}, "t_max_predict_ms"),
    ],
)
async def test_what_infill_refuses(tmp_path: Path, fields: Any, named: str) -> None:
    async with served(tmp_path) as (client, _):
        status, answer = await post(client, "/infill", infill(**fields))
        assert (status, answer["error"]["code"]) == (400, 400)
        assert f"body.{named}:" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("pieces", "indent", "text"),
    [
        (["a\n    b\n  c"], 4, "a\n    b"),
        (["a", "\n", "  ", "  b", "\n", " ", "c"], 4, "a\n    b"),
        (["a\n\n\n    b\r\n", "\r\n    c"], 4, "a\n\n\n    b\r\n\r\n    c"),
        (["a\n  "], 4, "a\n  "),
        (["a\nb"], 0, "a\nb"),
        (["\tx\n\ty"], 1, "\tx\n\ty"),
    ],
)
def test_an_answer_ends_before_a_line_that_is_indented_too_little(pieces: list[str], indent: int, text: str) -> None:
    cutter = LineCutter(indent, 0)
    given = "".join(cutter.feed(piece, 0.0) for piece in pieces)
    assert given + cutter.rest() == text
    assert cutter.done is (text != "".join(pieces))


def test_an_answer_whose_time_is_over_ends_with_its_line() -> None:
    cutter = LineCutter(0, 100)
    assert cutter.feed("a\nb", 50.0) + cutter.feed("c", 150.0) + cutter.feed("d\ne", 160.0) == "a\nbcd"
    assert cutter.done


async def test_an_answer_that_is_cut_frees_its_slot(tmp_path: Path) -> None:
    def lines(history: Any, size: int) -> Any:
        logits = np.zeros(size, dtype=np.float32)
        logits[5 + ord("\n" if history[-1] == 5 + ord("x") else "x")] = 9.0
        return logits

    session = FakeSession(VOCABULARY, slots=1, model=lines)
    slow = threading.Event()
    session.on_decode = lambda: slow.wait(0.005)  # type: ignore[assignment]
    async with served(tmp_path, session=session) as (client, keeper):
        for stream in (False, True):
            response = await client.post("/infill", json=infill(n_indent=2, n_predict=-1, stream=stream))
            data = await response.read()
            last = json.loads(events(data)[-1]) if stream else json.loads(data)
            assert (last["stop"], last["tokens_predicted"] < 40) == (True, True)
            await until(lambda: not keeper.loaded.engine.busy)


def test_a_path_through_a_value_that_is_not_an_object_leads_nowhere() -> None:
    assert chosen({"a": 1, "b": {"c": False}}, ["a/b", "b/c", "", "b"]) == {"b/c": False, "b": {"c": False}}


async def test_requests_wait_for_a_model_that_loads_and_keep_their_order(tmp_path: Path) -> None:
    gate = threading.Event()
    session = FakeSession(VOCABULARY, slots=1)
    async with served(tmp_path, ready=False, bounds=SERVER, session=session, gate=gate) as (client, keeper):
        done: list[int] = []

        async def ask(number: int) -> None:
            response = await client.post(
                "/v1/fim/completions", json=body(max_tokens=2), headers={"X-Codestral-Client": str(number)}
            )
            assert response.status == 200
            done.append(number)

        tasks = []
        for number in range(64):
            tasks.append(asyncio.create_task(ask(number)))
            await until(lambda: client.app[RECEPTION].waiting == len(tasks))
        gate.set()
        await asyncio.gather(*tasks)
        assert done == list(range(64))
        assert keeper.metrics.refused == 0


async def test_a_model_that_was_unloaded_comes_back_for_who_asks(tmp_path: Path) -> None:
    async with served(tmp_path, bounds=SERVER) as (client, keeper):
        for _ in range(3):
            await asyncio.to_thread(keeper.rest, 20)
            assert keeper.phase == "unloaded"
            assert (await client.post("/v1/fim/completions", json=body())).status == 200


async def test_waiting_has_an_end(tmp_path: Path) -> None:
    gate = threading.Event()
    bounds = Bounds(wait=0.05, waiting=200)
    async with served(tmp_path, ready=False, bounds=bounds, gate=gate) as (client, _):
        response = await client.post("/v1/completions", json=completion())
        assert (response.status, (await response.json())["error"]["type"]) == (503, "loading")
        gate.set()


async def test_who_waits_hears_that_the_model_is_refused(tmp_path: Path) -> None:
    error = ModelError("The model is broken. Fetch it again.")
    async with served(tmp_path, ready=False, bounds=SERVER, error=error) as (client, _):
        for path, given in (("/v1/completions", completion()), ("/infill", infill())):
            status, answer = await post(client, path, given)
            assert (status, answer["error"]["message"]) == (503, "The model is broken. Fetch it again.")


async def test_a_model_is_not_unloaded_under_a_request(tmp_path: Path) -> None:
    session = FakeSession(VOCABULARY, slots=1)
    gate, inside = threading.Event(), threading.Event()
    session.on_decode = lambda: session.decodes > 3 and (inside.set(), gate.wait(20))  # type: ignore[assignment, func-returns-value]
    async with served(tmp_path, session=session, bounds=SERVER) as (client, keeper):
        task = asyncio.create_task(client.post("/v1/fim/completions", json=body(max_tokens=2)))
        await until(inside.is_set)
        await asyncio.to_thread(keeper.rest, 20)
        assert keeper.phase == "ready"
        gate.set()
        assert (await task).status == 200


async def test_more_than_the_bound_is_refused_while_a_model_loads(tmp_path: Path) -> None:
    gate = threading.Event()
    async with served(tmp_path, ready=False, bounds=Bounds(wait=20, waiting=2, per_client=2), gate=gate) as (client, keeper):
        tasks = [asyncio.create_task(client.post("/infill", json=infill())) for _ in range(2)]
        await until(lambda: client.app[RECEPTION].waiting == 2)
        response = await client.post("/infill", json=infill())
        assert (response.status, int(response.headers["Retry-After"]) >= 1) == (429, True)
        gate.set()
        assert [(await task).status for task in tasks] == [200, 200]
        assert keeper.metrics.refused == 1


async def test_a_busy_client_does_not_keep_others_waiting(tmp_path: Path) -> None:
    session = FakeSession(VOCABULARY, slots=1)
    gate, inside = threading.Event(), threading.Event()
    session.on_decode = lambda: session.decodes > 3 and (inside.set(), gate.wait(20))  # type: ignore[assignment, func-returns-value]
    async with served(tmp_path, session=session, bounds=SERVER) as (client, keeper):
        done: list[str] = []

        async def ask(name: str) -> None:
            headers = {"X-Codestral-Client": name}
            assert (await client.post("/v1/completions", json=completion(max_tokens=1), headers=headers)).status == 200
            done.append(name)

        tasks = [asyncio.create_task(ask("greedy"))]
        await until(inside.is_set)
        tasks += [asyncio.create_task(ask("greedy")) for _ in range(20)]
        await until(lambda: keeper.loaded.engine.waiting == 20)
        tasks += [asyncio.create_task(ask("modest"))]
        await until(lambda: keeper.loaded.engine.waiting == 21)
        gate.set()
        await asyncio.gather(*tasks)
        assert done.index("modest") <= 2


async def test_the_end_waits_for_answers_under_way_and_takes_no_more(tmp_path: Path) -> None:
    session = FakeSession(VOCABULARY, slots=1)
    gate, inside = threading.Event(), threading.Event()
    session.on_decode = lambda: session.decodes > 3 and (inside.set(), gate.wait(20))  # type: ignore[assignment, func-returns-value]
    async with served(tmp_path, session=session, bounds=SERVER) as (client, _):
        tasks = [asyncio.create_task(client.post("/v1/completions", json=completion(max_tokens=1))) for _ in range(3)]
        await until(inside.is_set)
        await until(lambda: client.app[RECEPTION].open_requests == 3)
        closing = asyncio.create_task(client.app[RECEPTION].close())
        await asyncio.sleep(0)
        response = await client.post("/v1/completions", json=completion())
        assert (response.status, (await response.json())["error"]["type"]) == (503, "ending")
        assert not closing.done()
        gate.set()
        assert await closing is True
        assert [(await task).status for task in tasks] == [200] * 3


async def test_the_end_does_not_wait_for_ever(tmp_path: Path) -> None:
    gate = threading.Event()
    async with served(tmp_path, ready=False, bounds=Bounds(wait=20, finish=0.05), gate=gate) as (client, _):
        task = asyncio.create_task(client.post("/infill", json=infill()))
        await until(lambda: client.app[RECEPTION].open_requests == 1)
        assert await client.app[RECEPTION].close() is False
        gate.set()
        await task
