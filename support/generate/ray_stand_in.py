"""A stand-in of Ray for the driver's side: every actor is an object on an event loop in its own thread.

It has only the functions that the driver calls. How a real cluster behaves (processes, pickling, dying actors) is tested where
Ray is installed.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import threading
from collections.abc import Callable, Generator, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any


class RayError(Exception):
    """The common base of Ray's errors."""


class RayActorError(RayError):
    """An actor is gone."""


class RaySystemError(RayError):
    """Ray itself failed."""


class Call:
    """One call of an actor's method; it can be awaited."""

    def __init__(self, future: concurrent.futures.Future[Any]) -> None:
        self.future = future

    def __await__(self) -> Generator[Any, None, Any]:
        return asyncio.wrap_future(self.future).__await__()


class Method:
    """A method of an actor; ``remote`` starts a call."""

    def __init__(self, loop: asyncio.AbstractEventLoop, method: Callable[..., Any]) -> None:
        self._loop, self._method = loop, method

    def remote(self, *values: object) -> Call:
        async def call() -> Any:
            found = self._method(*values)
            return await found if inspect.isawaitable(found) else found

        return Call(asyncio.run_coroutine_threadsafe(call(), self._loop))


class Handle:
    """The driver's handle of an actor."""

    def __init__(self, kind: Callable[..., Any], values: tuple[object, ...]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._actor = kind(*values)

    def __getattr__(self, name: str) -> Method:
        return Method(self._loop, getattr(self._actor, name))

    def end(self) -> None:
        """Stop the actor's thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


def ray_stand_in() -> ModuleType:
    """A module to import as ``ray``."""

    def remote(kind: Callable[..., Any]) -> SimpleNamespace:
        made = SimpleNamespace(remote=lambda *values: Handle(kind, values))
        return SimpleNamespace(options=lambda **_: made)

    def get(calls: Sequence[Call], timeout: float) -> list[Any]:
        return [call.future.result(timeout) for call in calls]

    def wait(calls: Sequence[Call], num_returns: int, timeout: float) -> None:
        assert num_returns == len(calls)
        concurrent.futures.wait([call.future for call in calls], timeout)

    found = ModuleType("ray")
    found.__dict__.update(
        exceptions=SimpleNamespace(RayError=RayError, RayActorError=RayActorError, RaySystemError=RaySystemError),
        is_initialized=lambda: False,
        init=lambda **_: None,
        shutdown=lambda: None,
        cluster_resources=dict,
        remote=remote,
        get=get,
        wait=wait,
        kill=Handle.end,
    )
    return found
