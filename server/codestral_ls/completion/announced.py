"""Answers to requests that an editor has announced but not sent yet.

VS Code waits 50 ms after a key before it asks an extension for ghost text. A client that reports at once where it will ask lets
the model write during that wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

from codestral_ls.completion.answer import Answer, Ask
from codestral_ls.documents.snapshot import Snapshot

UNASKED = 1.0
"""Seconds after which an announced request that was never sent is given up."""


@dataclass(frozen=True, slots=True)
class _Expected:
    snapshot: Snapshot
    ask: Ask
    task: asyncio.Task[Answer]

    def is_for(self, snapshot: Snapshot, ask: Ask) -> bool:
        mine = self.snapshot
        same_place = mine.uri == snapshot.uri and mine.offset == snapshot.offset and mine.text == snapshot.text
        return same_place and self.ask == replace(ask, waited=False)


@dataclass(slots=True)
class Announced:
    """The announced request of a server, if there is one: an editor's user types in one place at a time."""

    _expected: _Expected | None = None
    _tasks: set[asyncio.Task[Answer]] = field(default_factory=set)

    def begin(self, snapshot: Snapshot, ask: Ask, answering: Coroutine[Any, Any, Answer]) -> None:
        """Answer the request that will come; an earlier announcement is given up."""
        self.give_up()
        task = asyncio.create_task(answering, name="announced")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._expected = expected = _Expected(snapshot, ask, task)
        asyncio.get_running_loop().call_later(UNASKED, self._give_up_if, expected)

    def take(self, snapshot: Snapshot, ask: Ask) -> asyncio.Task[Answer] | None:
        """The answer being made for this request, once; None if it was not announced."""
        expected = self._expected
        if expected is None or not expected.is_for(snapshot, ask) or expected.task.cancelled():
            return None
        self._expected = None
        return expected.task

    def give_up(self) -> None:
        """The text has changed, or answers will be made in another way: the announced request would not fit any more."""
        if self._expected is not None:
            self._expected.task.cancel()
            self._expected = None

    async def aclose(self) -> None:
        """End all work and wait for it."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _give_up_if(self, expected: _Expected) -> None:
        if self._expected is expected:
            self.give_up()
