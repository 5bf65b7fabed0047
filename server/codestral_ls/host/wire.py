"""Mistral's FIM API on the wire: requests strictly checked, answers in its shapes. Pure.

Deliberately no HTTP. Extensions to the API: ``max_tokens`` 0 (evaluate only), ``mean_logprob`` on a choice,
``usage.codestral_ls``.
Reference: https://docs.mistral.ai/api/endpoint/fim and the models of the mistralai SDK 3.7.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from codestral_ls.host.run import Counts, Finish

Json = dict[str, object]
DEFAULT_MAX_TOKENS = 256
MOST_STOP_STRINGS = 64
MOST_INTEGER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class FimCall:
    """The checked body of ``POST /v1/fim/completions``."""

    model: str
    prompt: str
    suffix: str = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    min_tokens: int = 0
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    top_p: float = 1.0
    random_seed: int | None = None
    stream: bool = False
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    created: int = field(default_factory=lambda: int(time.time()))


class InvalidRequestError(Exception):
    """The body breaks the schema; ``detail`` is the list that a 422 carries."""

    def __init__(self, detail: list[Json]) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, _loc(item)))}: {item['msg']}" for item in detail))
        self.detail = detail


def _loc(item: Json) -> list[object]:
    loc = item["loc"]
    return loc if isinstance(loc, list) else [loc]


_NUMBERS = ("max_tokens", "min_tokens", "temperature", "top_p", "random_seed")
_KNOWN = frozenset(("model", "prompt", "suffix", "stop", "stream", "metadata", "prompt_cache_key", *_NUMBERS))


class _Checker:
    """Reads typed fields of a body and collects what is wrong with them."""

    def __init__(self, body: Mapping[str, object]) -> None:
        self.body = body
        self.detail: list[Json] = []

    def wrong(self, name: str, message: str, kind: str) -> None:
        self.detail.append({"loc": ["body", name], "msg": message, "type": kind})

    def text(self, name: str, default: str | None) -> str:
        value = self.body.get(name)
        if isinstance(value, str):
            if any("\ud800" <= character <= "\udfff" for character in value):
                self.wrong(name, "Input should be valid Unicode text", "string_unicode")
            return value
        if name not in self.body and default is None:
            self.wrong(name, "Field required", "missing")
        elif value is not None or default is None:
            self.wrong(name, "Input should be a valid string", "string_type")
        return default or ""

    def integer(self, name: str, default: int, least: int) -> int:
        value = self.body.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(name, "Input should be a valid integer", "int_type")
            return default
        if value < least:
            self.wrong(name, f"Input should be greater than or equal to {least}", "greater_than_equal")
        if value > MOST_INTEGER:
            self.wrong(name, f"Input should be less than or equal to {MOST_INTEGER}", "less_than_equal")
            return default
        return value

    def number(self, name: str, default: float, least: float, most: float) -> float:
        value = self.body.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(name, "Input should be a valid number", "float_type")
            return default
        if not least <= value <= most:
            self.wrong(name, f"Input should be between {least:g} and {most:g}", "range")
            return default  # an integer may be too large for a float
        return float(value)

    def flag(self, name: str) -> bool:
        value = self.body.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, "Input should be a valid boolean", "bool_type")
        return value is True

    def stop(self) -> tuple[str, ...]:
        value = self.body.get("stop")
        if value is None:
            return ()
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            self.wrong("stop", "Input should be a valid string or a list of strings", "string_type")
            return ()
        if len(texts) > MOST_STOP_STRINGS:
            self.wrong("stop", f"List should have at most {MOST_STOP_STRINGS} items", "too_long")
        return tuple(text for text in texts if text)


def parse(body: object) -> FimCall:
    """The request in ``body`` (parsed JSON). Raises: InvalidRequestError."""
    if not isinstance(body, dict):
        raise InvalidRequestError([{"loc": ["body"], "msg": "Input should be a valid object", "type": "dict_type"}])
    check = _Checker(body)
    for name in body:
        if name not in _KNOWN:
            check.wrong(ascii(name)[1:-1], "Extra inputs are not permitted", "extra_forbidden")
    seed = check.integer("random_seed", -1, 0)
    call = FimCall(
        model=check.text("model", None),
        prompt=check.text("prompt", None),
        suffix=check.text("suffix", ""),
        max_tokens=check.integer("max_tokens", DEFAULT_MAX_TOKENS, 0),
        min_tokens=check.integer("min_tokens", 0, 0),
        stop=check.stop(),
        temperature=check.number("temperature", 0.0, 0.0, 1.5),
        top_p=check.number("top_p", 1.0, 0.0, 1.0),
        random_seed=None if seed < 0 else seed,
        stream=check.flag("stream"),
    )
    if check.detail:
        raise InvalidRequestError(check.detail)
    return call


def usage(counts: Counts) -> Json:
    """The API's usage with what the host adds to it."""
    cached = max(0, counts.prompt - counts.evaluated)
    return {
        "prompt_tokens": counts.prompt,
        "completion_tokens": counts.generated,
        "total_tokens": counts.prompt + counts.generated,
        "prompt_tokens_details": {"cached_tokens": cached},
        "codestral_ls": {
            "evaluated_tokens": counts.evaluated,
            "cached_tokens": cached,
            "trimmed_tokens": counts.trimmed,
            "healed_characters": counts.healed_bytes,
            "prefill_ms": round(counts.prefill_ms, 3),
            "decode_ms": round(counts.decode_ms, 3),
            "waited_ms": round(counts.waited_ms, 3),
            "decode_steps": counts.steps,
            "drafted_tokens": counts.drafted,
            "draft_accepted_tokens": counts.accepted,
        },
    }


def answer(call: FimCall, text: str, finish: Finish, counts: Counts, mean_logprob: float | None) -> Json:
    """The body of an answer that was not streamed."""
    return {
        "id": call.id,
        "object": "chat.completion",
        "created": call.created,
        "model": call.model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "tool_calls": None, "prefix": False},
                "finish_reason": finish,
                "mean_logprob": mean_logprob,
            }
        ],
        "usage": usage(counts),
    }


def chunk(
    call: FimCall,
    text: str,
    finish: Finish | None = None,
    counts: Counts | None = None,
    mean_logprob: float | None = None,
) -> Json:
    """One event of a stream; the first one has ``counts`` so far, the last one ``finish`` and all of them."""
    choice: Json = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    body: Json = {
        "id": call.id,
        "object": "chat.completion.chunk",
        "created": call.created,
        "model": call.model,
        "choices": [choice],
    }
    if mean_logprob is not None or finish is not None:
        choice["mean_logprob"] = mean_logprob
    if counts is not None:
        body["usage"] = usage(counts)
    return body


def error(message: str, kind: str, status: int) -> Json:
    """The API's error body. ``kind`` is a word for programs."""
    return {"object": "error", "message": message, "type": kind, "param": None, "code": str(status)}


def models(name: str, context: int, created: int) -> Json:
    """The body of ``GET /v1/models``."""
    card = {
        "id": name,
        "object": "model",
        "type": "base",
        "created": created,
        "owned_by": "codestral-ls",
        "capabilities": {"completion_chat": False, "completion_fim": True, "function_calling": False},
        "max_context_length": context,
        "aliases": ["codestral-latest"],
    }
    return {"object": "list", "data": [card]}
