"""One run's outputs, passed from the engine's thread to the event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress

from codestral_ls.host.answer_run import AnswerCost, EngineRequest, Output
from codestral_ls.host.engine import Engine
from codestral_ls.timing import monotonic


class Outputs:
    """The engine's outputs for ``order``. ``close`` cancels what has not ended.

    The loop is woken once for all the pieces that arrived since it last looked, so a busy loop never falls behind.
    """

    def __init__(self, engine: Engine, order: EngineRequest) -> None:
        self._engine = engine
        self._order = order
        self._ready: deque[Output] = deque()
        self._news = asyncio.Event()
        self._woken = False
        self._ended = False

    def start(self) -> None:
        """Submit. Raises: QueueFullError, EngineStoppedError."""
        loop = asyncio.get_running_loop()

        def deliver(output: Output) -> None:
            self._ready.append(output)
            if not self._woken:
                self._woken = True
                with suppress(RuntimeError):  # the event loop was closed, so nobody listens any more
                    loop.call_soon_threadsafe(self._news.set)

        self._run = self._engine.submit(self._order, deliver)

    async def __aiter__(self) -> AsyncIterator[list[Output]]:
        """Everything that arrived since the last time, at least one output; the very last output has ``finish``."""
        while not self._ended:
            await self._news.wait()
            self._news.clear()
            self._woken = False
            outputs = []
            while self._ready:
                outputs.append(self._ready.popleft())
            if outputs:
                self._ended = outputs[-1].finish is not None
                yield outputs

    @property
    def engine_stopped(self) -> bool:
        """True if the engine was told to stop, which ends its answers with an error."""
        return self._engine.stopping

    @property
    def by_word(self) -> bool:
        """True if a stop string ended the answer."""
        return self._run.transcript.stopped

    def counts(self) -> AnswerCost:
        """The cost so far, for an answer that is ended before the engine ends it."""
        return self._run.counts(monotonic())

    def close(self) -> None:
        """Cancel what has not ended. Idempotent."""
        if not self._ended:
            self._ended = True
            self._engine.cancel(self._run)
