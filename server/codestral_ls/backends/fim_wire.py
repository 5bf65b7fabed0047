"""Mistral's FIM API as JSON: the request's body and headers, the answer's events.

Written from Mistral's public API reference, with the extensions that this project's host adds: priority and client
headers, ``usage.codestral_ls`` and a choice's ``mean_logprob``. Pure; the SDK has its own encoding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codestral_ls.backends.base import FimRequest, FinishReason, Usage
from codestral_ls.backends.stream_assembly import StreamPart
from codestral_ls.errors import BackendProtocolError

PATH = "/v1/fim/completions"
_FINISH: dict[str, FinishReason] = {"stop": "stop", "length": "length", "model_length": "length", "error": "error"}


def body(request: FimRequest, model: str) -> dict[str, Any]:
    """The JSON body of a streamed request. ``max_tokens`` 0 (a prewarm) is the host's extension."""
    value: dict[str, Any] = {
        "model": model,
        "prompt": request.prefix,
        "suffix": request.suffix,
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "stream": True,
    }
    if request.stop:
        value["stop"] = list(request.stop)
    if request.seed is not None:
        value["random_seed"] = request.seed
    if request.cache_key:
        value["prompt_cache_key"] = request.cache_key
    return value


def headers(request: FimRequest) -> dict[str, str]:
    """The host's own headers: how urgent the request is, how many of the prompt's file words are control tokens, and whether
    the prompt is continued as it is. Other servers ignore them.
    """
    own = {"X-Codestral-Priority": request.priority.name.lower(), "Accept": "text/event-stream"}
    if request.files:
        own["X-Codestral-Files"] = str(request.files)
    if request.raw:
        own["X-Codestral-Raw"] = "1"
    return own


def is_last(value: Any) -> bool:
    """True if this event ends the answer: it has a finish reason."""
    try:
        return value["choices"][0]["finish_reason"] is not None
    except (KeyError, IndexError, TypeError):
        return False


def read(value: Any, name: str) -> StreamPart:
    """The content of one event. Raises: BackendProtocolError (another form, an error sent in the stream)."""
    if isinstance(value, dict) and "choices" not in value and (value.get("error") or value.get("object") == "error"):
        raise BackendProtocolError(f"{name} failed in the middle of its answer: {_message(value)}")
    try:
        choice = value["choices"][0] if value["choices"] else {}
        content = (choice.get("delta") or choice.get("message") or {}).get("content") or ""
        if isinstance(content, list):  # Mistral's content chunks: text chunks count, an editor has no use for others
            content = "".join(chunk.get("text", "") for chunk in content if chunk.get("type") == "text")
        reason = choice.get("finish_reason")
        logprob = choice.get("mean_logprob")
        usage = usage_from(value["usage"]) if value.get("usage") else None
        if not isinstance(content, str):
            raise TypeError("content")
        return StreamPart(
            content,
            None if reason is None else _FINISH.get(reason, "stop"),
            usage,
            mean_logprob=None if logprob is None else float(logprob),
        )
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise BackendProtocolError(f"{name} sent an event that is not of Mistral's FIM API.") from error


def usage_from(value: Mapping[str, Any]) -> Usage:
    """Tokens from a ``usage`` object; prompt tokens it does not explain count as evaluated.

    Raises: TypeError, ValueError, AttributeError (another form).
    """
    prompt = int(value.get("prompt_tokens") or 0)
    details = value.get("prompt_tokens_details") or {}
    cached = int(details.get("cached_tokens") or value.get("num_cached_tokens") or 0)
    own = value.get("codestral_ls") or {}
    cached = int(own.get("cached_tokens", cached))
    return Usage(
        prompt_tokens=prompt,
        evaluated_tokens=int(own.get("evaluated_tokens", max(0, prompt - cached))),
        cached_tokens=cached,
        completion_tokens=int(value.get("completion_tokens") or 0),
        trimmed_tokens=int(own.get("trimmed_tokens", 0)),
        prefill_ms=own.get("prefill_ms"),
        decode_ms=own.get("decode_ms"),
    )


def _message(value: Mapping[str, Any]) -> str:
    error = value.get("error")
    text = error.get("message") if isinstance(error, dict) else error or value.get("message")
    return str(text)[:200]
