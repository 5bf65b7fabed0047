"""Mistral's FIM API, ``POST /v1/fim/completions``, as the routes see it; its shapes are in ``host/wire.py``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from codestral_ls.host import wire
from codestral_ls.host.answer_run import Output
from codestral_ls.host.api.dialect import BadRequestError, Cutter, WholeAnswer
from codestral_ls.host.body import InvalidRequestError, Json

dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class FimApi:
    """One request."""

    call: wire.FimCall

    @classmethod
    def read(cls, data: bytes) -> FimApi:
        """Raises: BadRequestError, 422 with the list of what is wrong."""
        try:
            return cls(wire.parse(json.loads(data)))
        except InvalidRequestError as error:
            raise BadRequestError(422, {"object": "error", "detail": error.detail}) from None
        except (ValueError, RecursionError):
            detail = [{"loc": ["body"], "msg": "The body is not valid JSON", "type": "json_invalid"}]
            raise BadRequestError(422, {"object": "error", "detail": detail}) from None

    def cutter(self) -> Cutter | None:
        """None: only stop strings and the length end an answer."""
        return None

    def answer(self, written: WholeAnswer) -> Json:
        """See ``wire.answer``."""
        return wire.answer(self.call, written.text, written.finish, written.counts, written.mean_logprob)

    def events(self, output: Output) -> Sequence[str]:
        """One chunk, and "[DONE]" after the last."""
        if output.finish == "error":
            return dumps(wire.error(output.error, "engine", 500)), "[DONE]"
        chunk = dumps(wire.chunk(self.call, output.text, output.finish, output.counts, output.mean_logprob))
        return (chunk,) if output.finish is None else (chunk, "[DONE]")

    @staticmethod
    def error(message: str, kind: str, status: int) -> Json:
        """As ``wire.error``."""
        return wire.error(message, kind, status)
