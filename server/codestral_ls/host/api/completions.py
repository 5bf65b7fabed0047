"""OpenAI's ``POST /v1/completions``, with ``suffix`` for the text after the cursor. Pure.

Without a suffix the model reads the prompt as it is, including control words, as with llama-server and vLLM: some clients build
FIM prompts themselves. Two defaults differ from OpenAI's: ``temperature`` is 0, because code completion wants no variety, and
``max_tokens`` is 256. Features that the host does not have (several prompts or answers, log-probabilities, echo, penalties) are
refused; unknown fields are ignored.
Reference: https://platform.openai.com/docs/api-reference/completions (looked up in November 2026).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codestral_ls.host import wire
from codestral_ls.host.answer_run import Output
from codestral_ls.host.api.dialect import BadRequestError, Cutter, WholeAnswer
from codestral_ls.host.body import Body, InvalidRequestError, Json

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
"""Fields that are accepted only with one of these values."""
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
    """Raises: BadRequestError if a field that was read is wrong."""
    if check.detail:
        raise BadRequestError(400, openai_error(str(InvalidRequestError(check.detail)), "invalid_request_error", 400))


def seed_of(check: Body) -> int | None:
    """``seed``; -1 and the largest 32-bit number, which llama.cpp takes as "any", mean none."""
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
                check.wrong(name, "is supported only with its default value", "unsupported")
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
        """None: only stop strings and the length end an answer."""
        return None

    def answer(self, written: WholeAnswer) -> Json:
        """A ``text_completion`` with its usage."""
        return self._body([_choice(written.text, written.finish)], wire.usage(written.counts))

    def events(self, output: Output) -> Sequence[str]:
        """One chunk; after the last chunk the usage, if requested, and "[DONE]"."""
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
    """The fields, with a list of one prompt replaced by that prompt."""
    prompt = fields.get("prompt")
    if isinstance(prompt, list) and len(prompt) == 1 and isinstance(prompt[0], str):
        return {**fields, "prompt": prompt[0]}
    return fields
