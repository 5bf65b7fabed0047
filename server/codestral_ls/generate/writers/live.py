"""Fills the journal request by request: several at once, each stored as soon as it arrives.

An ``Asker`` answers one request: a backend, a cluster or a chat API.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

from codestral_ls.backends.base import FimRequest
from codestral_ls.errors import BackendError
from codestral_ls.generate.batch.seam import AnswerReceiver, MissingText, Written


class Asker(Protocol):
    """Answers one request at a time per caller; it does not limit the number of callers."""

    @property
    def model(self) -> str:
        """Backend and model, as the journal names them."""
        ...

    async def start(self) -> None:
        """Get ready. Raises: GenerateError if it never will be."""
        ...

    async def write(self, request: FimRequest) -> Written:
        """Answer one request. Raises: BackendError for this one; GenerateError when no further one can succeed."""
        ...

    def stop(self) -> None:
        """Retry nothing that failed: the batch is ending."""
        ...

    async def aclose(self) -> None:
        """Close everything. Idempotent."""
        ...


class Live:
    """Asks ``asker``, ``concurrency`` requests at once."""

    plans_first = False

    def __init__(self, asker: Asker, concurrency: int) -> None:
        self._asker = asker
        self._concurrency = concurrency
        self._stopping = False

    @property
    def model(self) -> str:
        """The asker's."""
        return self._asker.model

    async def start(self) -> None:
        """Start the asker."""
        await self._asker.start()

    async def fill(self, missing: AsyncIterator[MissingText], keeper: AnswerReceiver) -> None:
        """Request the missing texts; a refused request fails alone. Raises: GenerateError when no request can succeed."""
        one_at_a_time = asyncio.Lock()

        async def ask() -> None:
            while True:
                async with one_at_a_time:
                    item = await anext(missing, None)
                if item is None:
                    return
                await self._one(item, keeper)

        askers = [asyncio.create_task(ask()) for _ in range(self._concurrency)]
        try:
            await asyncio.gather(*askers)
        finally:
            for task in askers:
                task.cancel()
            await asyncio.gather(*askers, return_exceptions=True)

    async def _one(self, item: MissingText, keeper: AnswerReceiver) -> None:
        try:
            written = await self._asker.write(item.request)
        except BackendError as error:
            if not self._stopping:  # otherwise it might have been answered later: the file waits for the next run
                keeper.failed(item.key, str(error))
            return
        await keeper.answered(item.key, written)

    def stop(self) -> None:
        """Start nothing new."""
        self._stopping = True
        self._asker.stop()

    async def aclose(self) -> None:
        """Close the asker."""
        await self._asker.aclose()
