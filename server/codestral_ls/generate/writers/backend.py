"""Asks one backend in this process, with patience when it is busy or unreachable. Knows no journal and no files."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from codestral_ls.backends.base import Backend, FimRequest, FinishReason, Usage
from codestral_ls.errors import (
    BackendBusy,
    BackendError,
    BackendNeedsKey,
    BackendProtocolError,
    BackendRefused,
    BudgetSpent,
    GenerateError,
)
from codestral_ls.generate.batch.seam import MAX_CHARACTERS, Written
from codestral_ls.generate.writers.throttle import Throttle

_LONGEST_PAUSE = 30.0
_FIRST_PAUSE = 0.25


class BackendAsker:
    """Asks ``backend``, at most ``concurrency`` requests at once, and again when it is busy or unreachable.

    ``patience`` is for how many seconds one request may be retried; ``on_trouble`` is called with the reason for a wait ("" when it
    is over).
    """

    def __init__(
        self,
        backend: Backend,
        concurrency: int,
        patience: float = 300.0,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        on_trouble: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._backend = backend
        info = backend.info()
        self._model = f"{info.name}/{info.model}"
        self._patience = patience
        self._sleep = sleep
        self._in_a_row = 0
        self._on_trouble = on_trouble
        self._stopping = asyncio.Event()
        self.throttle = Throttle(concurrency)

    @property
    def model(self) -> str:
        """The backend's and its model's name, as they were at the beginning: answers of a fallback count as well."""
        return self._model

    async def start(self) -> None:
        """Begin to connect or load."""
        try:
            await self._backend.start()
        except BackendError as error:
            raise GenerateError(str(error)) from error

    async def write(self, request: FimRequest) -> Written:
        """Answer one request, with patience."""
        loop = asyncio.get_running_loop()
        give_up, pause = loop.time() + self._patience, _FIRST_PAUSE
        while True:
            await self.throttle.enter()
            try:
                async with asyncio.timeout(request.timeout):
                    written = await collect(self._backend, request)
                self.throttle.went_well()
                self._in_a_row = 0
                self._on_trouble("")
                return written
            except (BackendNeedsKey, BudgetSpent) as error:
                raise GenerateError(str(error)) from error
            except (BackendRefused, BackendProtocolError) as error:
                self._failed(error)
                raise
            except (BackendError, TimeoutError) as error:
                self._on_trouble(str(error) or "No answer came in time.")
                if isinstance(error, BackendBusy):
                    self.throttle.is_full(min(error.retry_after or pause, _LONGEST_PAUSE))
                if loop.time() + pause > give_up or self._stopping.is_set():
                    self._failed(error)
                    raise error if isinstance(error, BackendError) else BackendError("No answer came in time.") from error
            finally:
                self.throttle.leave()
            await self._pause(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads retries, no secret
            pause = min(2.0 * pause, _LONGEST_PAUSE)

    async def _pause(self, seconds: float) -> None:
        """Wait, but not once the batch is ending."""
        waits = {asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(self._stopping.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def stop(self) -> None:
        """Retry nothing from now on."""
        self._stopping.set()

    def _failed(self, error: BaseException) -> None:
        """Stop the whole batch when nothing works any more, before every file of it fails one by one."""
        self._in_a_row += 1
        if self._in_a_row >= 3 * self.throttle.most + 5:
            raise GenerateError(f"{self._in_a_row} requests failed in a row; the last: {error}") from error

    async def aclose(self) -> None:
        """Close the backend."""
        await self._backend.aclose()


async def collect(backend: Backend, request: FimRequest) -> Written:
    """The whole answer to ``request``. Raises: BackendError."""
    parts: list[str] = []
    length, usage = 0, Usage()
    finish: FinishReason = "length"
    async with aclosing(backend.stream(request)) as pieces:
        async for piece in pieces:
            parts.append(piece.text)
            length += len(piece.text)
            usage = piece.usage or usage
            finish = piece.finish_reason or finish
            if length > MAX_CHARACTERS:
                finish = "length"
                break
    return Written("".join(parts)[:MAX_CHARACTERS], usage, finish)
