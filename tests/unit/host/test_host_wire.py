"""Request bodies that the API accepts and refuses, and the form of its answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from codestral_ls.host import wire
from codestral_ls.host.answer_run import AnswerCost

COUNTS = AnswerCost(
    prompt=10, evaluated=3, generated=2, trimmed=1, healed_bytes=4, drafted=0, accepted=0, steps=2,
    prefill_ms=1.23456, decode_ms=2.0, waited_ms=0.1,
)  # fmt: skip


def test_the_least_request() -> None:
    call = wire.parse({"model": "codestral-latest", "prompt": "def f("})
    assert (call.prompt, call.suffix, call.stop, call.stream, call.temperature) == ("def f(", "", (), False, 0.0)


def test_everything_the_sdk_sends() -> None:
    body = {
        "model": "m", "prompt": "p", "suffix": "s", "temperature": 0.5, "top_p": 0.9, "max_tokens": 7, "min_tokens": 2,
        "stream": True, "stop": ["a", ""], "random_seed": 3, "metadata": {"a": 1}, "prompt_cache_key": "k",
    }  # fmt: skip
    call = wire.parse(body)
    assert (call.max_tokens, call.min_tokens, call.stop, call.random_seed, call.stream) == (7, 2, ("a",), 3, True)
    assert (call.temperature, call.top_p) == (0.5, 0.9)


@pytest.mark.parametrize("name", ["suffix", "temperature", "top_p", "max_tokens", "min_tokens", "stop", "random_seed"])
def test_null_is_as_good_as_absent(name: str) -> None:
    least = {"model": "m", "prompt": "p"}
    call, without = wire.parse({**least, name: None}), wire.parse(least)
    assert replace(call, id=without.id, created=without.created) == without


def test_one_stop_string_needs_no_list() -> None:
    assert wire.parse({"model": "m", "prompt": "p", "stop": "x"}).stop == ("x",)


@pytest.mark.parametrize(
    ("change", "loc", "kind"),
    [
        ({"prompt": None}, "prompt", "string_type"),
        ({"prompt": 3}, "prompt", "string_type"),
        ({"prompt": "\ud800"}, "prompt", "string_unicode"),
        ({"model": 3}, "model", "string_type"),
        ({"suffix": 3}, "suffix", "string_type"),
        ({"max_tokens": -1}, "max_tokens", "greater_than_equal"),
        ({"max_tokens": 1.5}, "max_tokens", "int_type"),
        ({"max_tokens": True}, "max_tokens", "int_type"),
        ({"temperature": "hot"}, "temperature", "float_type"),
        ({"temperature": 9}, "temperature", "range"),
        ({"temperature": float("nan")}, "temperature", "range"),
        ({"top_p": 1.1}, "top_p", "range"),
        ({"stop": 3}, "stop", "string_type"),
        ({"stop": ["a", 3]}, "stop", "string_type"),
        ({"stop": ["a"] * 65}, "stop", "too_long"),
        ({"stream": "yes"}, "stream", "bool_type"),
        ({"random_seed": -4}, "random_seed", "greater_than_equal"),
        ({"surprise": 1}, "surprise", "extra_forbidden"),
        ({"\ud800": 1}, "\\ud800", "extra_forbidden"),
    ],
)
def test_what_is_wrong_is_named(change: Any, loc: Any, kind: Any) -> None:
    with pytest.raises(wire.InvalidRequestError) as error:
        wire.parse({"model": "m", "prompt": "p", **change})
    assert [(item["loc"], item["type"]) for item in error.value.detail] == [(["body", loc], kind)]


@pytest.mark.parametrize("body", [None, [], "text", 3])
def test_a_body_that_is_not_an_object(body: Any) -> None:
    with pytest.raises(wire.InvalidRequestError):
        wire.parse(body)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(wire.InvalidRequestError) as error:
        wire.parse({})
    assert [(item["loc"][1], item["type"]) for item in error.value.detail] == [("model", "missing"), ("prompt", "missing")]  # type: ignore[index]


def test_usage_adds_up() -> None:
    usage = wire.usage(COUNTS)
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (10, 2, 12)
    assert usage["prompt_tokens_details"] == {"cached_tokens": 7}
    assert usage["codestral_ls"]["evaluated_tokens"] == 3  # type: ignore[index]
    assert usage["codestral_ls"]["prefill_ms"] == 1.235  # type: ignore[index]


def test_answers_have_the_sdks_shapes() -> None:
    from mistralai.client.models import CompletionChunk, FIMCompletionResponse, ModelList

    call = wire.parse({"model": "m", "prompt": "p"})
    whole = FIMCompletionResponse.model_validate(wire.answer(call, "text", "stop", COUNTS, -0.5))
    assert whole.choices[0].message.content == "text"  # type: ignore[union-attr]
    first = CompletionChunk.model_validate(wire.chunk(call, "te"))
    last = CompletionChunk.model_validate(wire.chunk(call, "xt", "length", COUNTS, -0.5))
    assert (first.choices[0].finish_reason, last.choices[0].finish_reason) == (None, "length")
    assert last.usage.total_tokens == 12  # type: ignore[union-attr]
    assert ModelList.model_validate(wire.models("m", 1024, 0)).data[0].id == "m"  # type: ignore[index, union-attr]
