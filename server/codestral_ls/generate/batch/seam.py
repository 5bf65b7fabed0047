"""The seam between the runner and whoever writes: *fill what is missing*. Only types."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from codestral_ls.backends.base import FimRequest, FinishReason, Usage

MAX_CHARACTERS = 40_000
"""A longer answer is cut off and closed: no documentation or test is that long, and a broken server must not fill memory."""


@dataclass(frozen=True, slots=True)
class Written:
    """One answer. ``finish`` is "length" where it was cut off."""

    text: str
    usage: Usage
    finish: FinishReason = "stop"


@dataclass(frozen=True, slots=True)
class Missing:
    """One text that the journal lacks, by its key there."""

    key: str
    request: FimRequest


class Keeper(Protocol):
    """Takes what a writer has."""

    async def answered(self, key: str, written: Written) -> None:
        """Keep an answer; it is in the journal when this returns. A key that is known already is not counted again."""
        ...

    def failed(self, key: str, reason: str) -> None:
        """Say that there will be no answer in this run."""
        ...

    def again(self, key: str) -> None:
        """Ask for this text again in the next round of ``fill``."""
        ...


class Writer(Protocol):
    """Fills the journal."""

    plans_first: bool
    """Whether it begins when everything is planned (a batch job), or while planning goes on."""

    @property
    def model(self) -> str:
        """Backend and model, as the journal names them: another model's answers are not taken for this one's."""
        ...

    async def start(self) -> None:
        """Get ready. Raises GenerateError where it never will be."""
        ...

    async def fill(self, missing: AsyncIterator[Missing], keeper: Keeper) -> None:
        """Answer what is missing until nothing is; called again while there is more. Raises GenerateError."""
        ...

    def stop(self) -> None:
        """The batch is ending: begin nothing new. Requests in flight may still be answered."""
        ...

    async def aclose(self) -> None:
        """Let go of everything. Idempotent."""
        ...
