"""Tests by Mistral's chat API with structured output: a list of test functions by a JSON schema, so that nothing has to be cut out.

Turns the answer into the text that the FIM path would have produced, so that all later steps are the same.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from codestral_ls.backends.base import FimRequest, Usage
from codestral_ls.backends.build_backend import build_bare
from codestral_ls.backends.door import expected_tokens, open_door
from codestral_ls.backends.server_json import read_json
from codestral_ls.config.sections import Options
from codestral_ls.errors import BackendBusy, BackendError, BackendNeedsKey, BackendProtocolError, BudgetSpent, GenerateError
from codestral_ls.generate.batch.seam import Written
from codestral_ls.generate.writers.mistral_sdk import MistralSdk
from codestral_ls.generate.writers.throttle import Throttle

if TYPE_CHECKING:
    from mistralai.client.models import SystemMessageTypedDict, UserMessageTypedDict

_SYSTEM = (
    "You write unit tests. The user shows a function, how it is used and an example of a test in the project's style, and the "
    "beginning of the test file. Return complete, independent test functions that continue this file: no imports, no classes, no "
    "comments, each checking one behaviour that the shown code really has."
)
_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {"tests": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 5}},
    "required": ["tests"],
    "additionalProperties": False,
}
_TRIES = 4


class ChatAsker:
    """Asks the chat API, at most ``concurrency`` requests at once."""

    def __init__(self, options: Options, concurrency: int, allowed: Collection[Path] = ()) -> None:
        self._model = options.mistral.model
        self._sdk = MistralSdk(options)
        self._info = build_bare("mistral", options).info()
        self._door = open_door(options, self._info, allowed)
        self._throttle = Throttle(concurrency)

    @property
    def model(self) -> str:
        """Not the name of the FIM answers: these differ."""
        return f"mistral-chat/{self._model}"

    async def start(self) -> None:
        """Load the SDK. Raises: GenerateError if there is no key."""
        try:
            await self._sdk.load()
        except BackendNeedsKey as error:
            raise GenerateError(str(error)) from error

    async def write(self, request: FimRequest) -> Written:
        """Request tests; tries again when the API is busy."""
        for attempt in range(_TRIES):
            await self._throttle.enter()
            try:
                return await self._ask(request)
            except (BackendNeedsKey, BudgetSpent) as error:
                raise GenerateError(str(error)) from error
            except BackendBusy as error:
                self._throttle.is_full(error.retry_after or 2.0**attempt)
                if attempt == _TRIES - 1:
                    raise
            finally:
                self._throttle.leave()
        raise BackendError("No answer came.")

    async def _ask(self, request: FimRequest) -> Written:
        sealed = self._door.sealed(request)
        expected = sum(expected_tokens(self._info, sealed))
        await self._door.admit(request, expected)
        sdk = await self._sdk.load()
        messages: list[SystemMessageTypedDict | UserMessageTypedDict] = [
            {"role": "system", "content": _SYSTEM},
            {"role": "user", "content": sealed.prefix},
        ]
        async with self._sdk.translated(request.timeout):
            reply = await sdk.chat.complete_async(
                model=self._model,
                messages=messages,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "tests", "schema_definition": _SCHEMA, "strict": True},
                },
                max_tokens=request.max_tokens,
                temperature=request.temperature,
                timeout_ms=int(1000 * request.timeout),
            )
        usage = Usage(reply.usage.prompt_tokens or 0, reply.usage.prompt_tokens or 0, 0, reply.usage.completion_tokens or 0)
        self._door.count(self._info, usage, expected)
        try:
            choice = reply.choices[0]
            tests = read_json(str(choice.message.content if choice.message else ""))["tests"]
            text = as_continuation([str(test) for test in tests], python=request.prefix.startswith("#"))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise BackendProtocolError("Mistral's API did not keep to the schema.") from error
        return Written(self._door.unmask(text), usage, "length" if choice.finish_reason == "length" else "stop")

    def stop(self) -> None:
        """Nothing waits here for long."""

    async def aclose(self) -> None:
        """Close the connections and write the last counts."""
        await self._sdk.aclose()
        await self._door.aclose()


def as_continuation(tests: list[str], *, python: bool) -> str:
    """Whole tests in the form of a continuation: the opened function, which checks nothing, is closed and later dropped."""
    beginning = "():\n    pass\n\n\n" if python else '", () => {});\n'
    return beginning + ("\n\n\n" if python else "\n").join(test.strip() for test in tests)
