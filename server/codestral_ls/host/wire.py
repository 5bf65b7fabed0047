"""Mistral's FIM API on the wire: requests strictly checked, answers in the API's form. Pure, no HTTP.

Extensions to the API: ``max_tokens`` 0 (evaluate only), ``mean_logprob`` on a choice, ``usage.codestral_ls``.
Reference: https://docs.mistral.ai/api/endpoint/fim and the models of the mistralai SDK 3.7.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field

from codestral_ls.host.answer_run import AnswerCost, Finish
from codestral_ls.host.body import Body, Json
from codestral_ls.host.body import InvalidRequestError as InvalidRequestError

DEFAULT_MAX_TOKENS = 256

MOST_GUESSED = 1_000
"""Characters of a guess that are looked at."""


@dataclass(frozen=True, slots=True)
class FimCall:
    """A checked request, from whichever API.

    ``raw`` asks for the continuation of ``prompt``, which contains the model's control words, without a suffix. ``files`` are paths
    and texts of other files. ``guess`` is text that may begin the answer.
    """

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
    raw: bool = False
    files: tuple[tuple[str, str], ...] = ()
    guess: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    created: int = field(default_factory=lambda: int(time.time()))


_NUMBERS = ("max_tokens", "min_tokens", "temperature", "top_p", "random_seed")
_KNOWN = frozenset(("model", "prompt", "suffix", "stop", "stream", "guess", "metadata", "prompt_cache_key", *_NUMBERS))


def parse(body: object) -> FimCall:
    """The request in ``body`` (parsed JSON). Raises: InvalidRequestError."""
    if not isinstance(body, dict):
        raise InvalidRequestError([{"loc": ["body"], "msg": "Input should be a valid object", "type": "dict_type"}])
    check = Body(body)
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
        guess=check.text("guess", "")[:MOST_GUESSED],
    )
    if check.detail:
        raise InvalidRequestError(check.detail)
    return call


def usage(counts: AnswerCost) -> Json:
    """The API's usage, with the host's own figures."""
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


def answer(call: FimCall, text: str, finish: Finish, counts: AnswerCost, mean_logprob: float | None) -> Json:
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
    counts: AnswerCost | None = None,
    mean_logprob: float | None = None,
) -> Json:
    """One event of a stream; the first has ``counts`` so far, the last has ``finish`` and all of them."""
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
