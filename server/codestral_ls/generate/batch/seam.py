"""The seam between the runner and the writers: *fill in the missing texts*. Only types."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from codestral_ls.backends.base import FimRequest, FinishReason, Usage

MAX_CHARACTERS = 40_000
"""Characters. A longer answer is cut off and closed: no documentation or test is that long, and a broken server must not fill
memory."""


@dataclass(frozen=True, slots=True)
class Written:
    """One answer. ``finish`` is "length" if it was cut off."""

    text: str
    usage: Usage
    finish: FinishReason = "stop"


@dataclass(frozen=True, slots=True)
class MissingText:
    """One text that the journal lacks, by its key there."""

    key: str
    request: FimRequest


class AnswerReceiver(Protocol):
    """Takes a writer's results."""

    async def answered(self, key: str, written: Written) -> None:
        """Store an answer; it is in the journal when this returns. A key that is known already is not counted again."""
        ...

    def failed(self, key: str, reason: str) -> None:
        """Record that there will be no answer in this run."""
        ...

    def again(self, key: str) -> None:
        """Request this text again in the next round of ``fill``."""
        ...


class Writer(Protocol):
    """Fills the journal."""

    plans_first: bool
    """True if it begins when everything is planned (a batch job), False if it begins while planning continues."""

    @property
    def model(self) -> str:
        """Backend and model, as the journal names them: answers of other models do not count for it."""
        ...

    async def start(self) -> None:
        """Get ready. Raises: GenerateError if it never will be."""
        ...

    async def fill(self, missing: AsyncIterator[MissingText], keeper: AnswerReceiver) -> None:
        """Answer all missing texts; called again while there are more. Raises: GenerateError."""
        ...

    def stop(self) -> None:
        """The batch is ending: start nothing new. Requests in flight may still be answered."""
        ...

    async def aclose(self) -> None:
        """Close everything. Idempotent."""
        ...
