"""OpenAI's ``POST /v1/completions``, with ``suffix`` for text after the cursor. Pure.

Without a suffix the prompt is what the model reads, its control words included, as with llama-server and vLLM: clients put FIM
prompts together themselves. Two defaults are not OpenAI's: ``temperature`` is 0, because code is wanted and not variety, and
``max_tokens`` 256. What cannot be done (several prompts or answers, log-probabilities, echo, penalties) is refused; fields that
nobody knows pass. Reference: https://platform.openai.com/docs/api-reference/completions (looked up in November 2026).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codestral_ls.host import wire
from codestral_ls.host.api.dialect import BadRequestError, Cutter, Written
from codestral_ls.host.body import Body, InvalidRequestError, Json
from codestral_ls.host.run import Output

MOST_TEMPERATURE = 2.0
_ONLY: Mapping[str, Sequence[object]] = {
    "n": (None, 1),
    "best_of": (None, 0, 1),
    "echo": (None, False),
    "logprobs": (None, False),
    "presence_penalty": (None, 0),
    "frequency_penalty": (None, 0),
    "logit_bias": (None, {}),
}
"""Fields that must have one of these values."""
dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def openai_error(message: str, kind: str, status: int) -> Json:
    """An error's body in OpenAI's shape."""
    return {"error": {"message": message, "type": kind, "param": None, "code": status}}


def read_object(data: bytes) -> Mapping[str, object]:
    """The JSON object in a body. Raises: BadRequestError."""
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise BadRequestError(400, openai_error("The body is not a JSON object.", "invalid_request_error", 400))
    return fields


def refuse_invalid(check: Body) -> None:
    """Raises: BadRequestError where something is wrong with the fields that were read."""
    if check.detail:
        raise BadRequestError(400, openai_error(str(InvalidRequestError(check.detail)), "invalid_request_error", 400))


def seed_of(check: Body) -> int | None:
    """``seed``; -1 and the largest 32-bit number, which are llama.cpp's "any", mean none."""
    seed = check.integer("seed", -1, -1)
    return None if seed in (-1, 2**32 - 1) else seed


@dataclass(frozen=True, slots=True)
class CompletionsApi:
    """One request. ``counted`` asks for an event with the usage at the end of a stream."""

    call: wire.FimCall
    counted: bool = False

    @classmethod
    def read(cls, data: bytes) -> CompletionsApi:
        """Raises: BadRequestError, 400 with a sentence."""
        fields = read_object(data)
        check = Body(_one_prompt(fields))
        for name, possible in _ONLY.items():
            if fields.get(name) not in possible:
                check.wrong(name, "is not supported here but with its default", "unsupported")
        options = fields.get("stream_options")
        call = wire.FimCall(
            model=check.text("model", ""),
            prompt=check.text("prompt", None),
            suffix=check.text("suffix", ""),
            max_tokens=check.integer("max_tokens", wire.DEFAULT_MAX_TOKENS, 0),
            stop=check.stop(),
            temperature=check.number("temperature", 0.0, 0.0, MOST_TEMPERATURE),
            top_p=check.number("top_p", 1.0, 0.0, 1.0),
            random_seed=seed_of(check),
            stream=check.flag("stream"),
            raw=fields.get("suffix") is None,
        )
        refuse_invalid(check)
        return cls(call, isinstance(options, dict) and options.get("include_usage") is True)

    def cutter(self) -> Cutter | None:
        """Nothing but stop strings and the length ends an answer."""
        return None

    def answer(self, written: Written) -> Json:
        """The ``text_completion`` with its usage."""
        return self._body([_choice(written.text, written.finish)], wire.usage(written.counts))

    def events(self, output: Output) -> Sequence[str]:
        """A chunk; after the last one the usage, where it was asked for, and "[DONE]"."""
        if output.finish == "error":
            return dumps(openai_error(output.error, "engine", 500)), "[DONE]"
        chunk = dumps(self._body([_choice(output.text, output.finish)]))
        if output.finish is None:
            return (chunk,)
        if self.counted and output.counts is not None:
            return chunk, dumps(self._body([], wire.usage(output.counts))), "[DONE]"
        return chunk, "[DONE]"

    @staticmethod
    def error(message: str, kind: str, status: int) -> Json:
        """OpenAI's shape."""
        return openai_error(message, kind, status)

    def _body(self, choices: list[Json], usage: Json | None = None) -> Json:
        body: Json = {
            "id": f"cmpl-{self.call.id}",
            "object": "text_completion",
            "created": self.call.created,
            "model": self.call.model,
            "choices": choices,
        }
        if usage is not None:
            body["usage"] = usage
        return body


def _choice(text: str, finish: str | None) -> Json:
    return {"index": 0, "text": text, "logprobs": None, "finish_reason": finish}


def _one_prompt(fields: Mapping[str, object]) -> Mapping[str, object]:
    """The fields with the only prompt of a list of one."""
    prompt = fields.get("prompt")
    if isinstance(prompt, list) and len(prompt) == 1 and isinstance(prompt[0], str):
        return {**fields, "prompt": prompt[0]}
    return fields
