"""Requests between their arrival and the engine: they wait, in order of arrival, for a model that loads, and for a clean shutdown.

``scheduler.py`` decides who gets a slot next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from codestral_ls.host.engine import EngineStoppedError
from codestral_ls.host.model_supervisor import LoadedModel, ModelSupervisor
from codestral_ls.host.scheduler import MOST_WAITING, MOST_WAITING_PER_CLIENT, QueueFullError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How patient a host is, in seconds.

    ``wait``: how long a request waits for a model that loads (0: not at all). ``finish``: how long a host that is shutting down
    continues the answers under way. ``waiting`` and ``per_client`` are how many requests of one priority may wait for a slot.
    """

    wait: float = 0.0
    finish: float = 0.0
    waiting: int = MOST_WAITING
    per_client: int = MOST_WAITING_PER_CLIENT


class NotReadyError(Exception):
    """No model is ready; ``kind`` is a word for programs, ``retry_after`` in seconds if a later try makes sense."""

    def __init__(self, message: str, kind: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after


class Reception:
    """Belongs to one event loop. ``waiting`` requests wait for a model; ``open_requests`` counts all that are being answered."""

    def __init__(self, keeper: ModelSupervisor, bounds: Bounds) -> None:
        self._keeper = keeper
        self._bounds = bounds
        self._first = asyncio.Lock()
        self._changed = asyncio.Event()
        self.waiting = 0
        self.open_requests = 0
        self._closing = False
        self._none_left = asyncio.Event()
        self._none_left.set()
        self._loop: asyncio.AbstractEventLoop | None = None
        keeper.watch(self._tell)

    def _tell(self) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._changed.set)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Wrap one request, from its arrival to its end. Raises: NotReadyError when the host is shutting down."""
        if self._closing:
            raise NotReadyError("The model host is ending.", "ending", 1)
        self.open_requests += 1
        self._none_left.clear()
        try:
            yield
        finally:
            self.open_requests -= 1
            if not self.open_requests:
                self._none_left.set()

    async def admit(self, submit: Callable[[LoadedModel], T]) -> T:
        """The result of ``submit`` for the loaded model; it may raise EngineStoppedError, and is then called again with the next
        model.

        Raises: NotReadyError, QueueFullError.
        """
        self._loop = asyncio.get_running_loop()
        if self._bounds.wait <= 0:
            return self._now(submit)
        if self.waiting >= self._bounds.waiting:
            raise QueueFullError(retry_after=1 + self.waiting // 8)
        self.waiting += 1
        try:
            async with asyncio.timeout(self._bounds.wait), self._first:  # the lock serves waiting requests in order of arrival
                while True:
                    self._changed.clear()
                    with suppress(NotReadyError):
                        return self._now(submit)
                    if self._keeper.phase == "refused":
                        return self._now(submit)
                    await self._changed.wait()
        except TimeoutError:
            raise NotReadyError("The model is still loading; try again soon.", "loading", 5) from None
        finally:
            self.waiting -= 1

    def _now(self, submit: Callable[[LoadedModel], T]) -> T:
        loaded = self._keeper.loaded
        if loaded is not None:
            with suppress(EngineStoppedError):
                return submit(loaded)
        if self._keeper.phase == "refused":
            raise NotReadyError(self._keeper.refusal, "model_refused")
        self._keeper.start()
        raise NotReadyError("The model is loading; try again soon.", "loading", 1)

    async def close(self) -> bool:
        """Take no more requests and let those under way end; True if all did within ``Bounds.finish`` seconds."""
        self._closing = True
        try:
            async with asyncio.timeout(self._bounds.finish):
                await self._none_left.wait()
        except TimeoutError:
            return False
        return True
