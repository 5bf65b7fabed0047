"""The files beside a document with their texts: open ones first, then those of its folder, then of the folders around it.

Lines that go on from the same characters are looked for in them (``elsewhere.py``), and what may be copied is. They are read in a
thread when a document is opened and again when typing rests, so that a key never waits for a disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.context.near_files import files_near
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot

log = logging.getLogger(__name__)

MOST_CHARACTERS = 300_000
"""Searched within a keystroke: about 0.2 ms for one string."""
MOST_FILES = 40
LONGEST = 120_000
"""Longer files are tables and generated code more often than not, and crowd out the others."""
DOCUMENTS = 16
REST_SECONDS = 0.6
"""Without a request for this long typing rests; later than the other context, which the next key may need more."""
FRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A file, and its text as it was when it was read last."""

    path: Path
    text: str


Read = Callable[[], Sequence[Neighbour]]
"""Reads the files, in a thread."""
Prepare = Callable[[], Read]
"""Called on the loop, and only when something is to be read."""


@dataclass(slots=True)
class _Known:
    files: Sequence[Neighbour]
    read: float


class Neighbours:
    """Which files stand beside each document. Lives on one event loop; ``thread`` does the reading, one call at a time."""

    def __init__(self, thread: Executor) -> None:
        self._thread = thread
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._collecting: dict[str, asyncio.Task[None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def known(self, uri: str) -> Sequence[Neighbour]:
        """What has been read, the nearest first."""
        known = self._known.get(uri)
        return known.files if known is not None else ()

    def look(self, uri: str, prepare: Prepare) -> None:
        """Read what is not known yet, and what was read some time ago as soon as typing rests."""
        known = self._known.get(uri)
        if known is None:
            self._collect(uri, prepare)
        elif asyncio.get_running_loop().time() - known.read > FRESH_SECONDS:
            self._collect_later(uri, prepare)

    async def waited(self, uri: str, seconds: float) -> Sequence[Neighbour]:
        """What has been read; what is being read for the first time is waited for."""
        reading = self._collecting.get(uri)
        if reading is not None and uri not in self._known:
            await asyncio.wait([reading], timeout=seconds)
        return self.known(uri)

    def closed(self, uri: str) -> None:
        """The document is gone."""
        self._known.pop(uri, None)
        timer, collecting = self._timers.pop(uri, None), self._collecting.pop(uri, None)
        if timer is not None:
            timer.cancel()
        if collecting is not None:
            collecting.cancel()

    def clear(self) -> None:
        """Other rules hold: nothing that was read under the old ones is used any more."""
        for uri in {*self._known, *self._timers, *self._collecting}:
            self.closed(uri)

    def _collect_later(self, uri: str, prepare: Prepare) -> None:
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()
        self._timers[uri] = asyncio.get_running_loop().call_later(REST_SECONDS, self._rested, uri, prepare)

    def _rested(self, uri: str, prepare: Prepare) -> None:
        self._timers.pop(uri, None)
        self._collect(uri, prepare)

    def _collect(self, uri: str, prepare: Prepare) -> asyncio.Task[None]:
        task = self._collecting.get(uri)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._collected(uri, prepare), name="neighbours")
            self._collecting[uri] = task
        return task

    async def _collected(self, uri: str, prepare: Prepare) -> None:
        loop = asyncio.get_running_loop()
        try:
            files = await self._files(prepare())
            self._known[uri] = _Known(files, loop.time())
            self._known.move_to_end(uri)
            while len(self._known) > DOCUMENTS:
                self._known.popitem(last=False)
        finally:
            if self._collecting.get(uri) is asyncio.current_task():
                del self._collecting[uri]

    async def _files(self, read: Read) -> Sequence[Neighbour]:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, read)
        except Exception:
            log.exception("the files beside a document could not be read")
            return ()


def collect(workspace: Workspace, snapshot: Snapshot, on_disk: bool = True, most: int = MOST_CHARACTERS) -> tuple[Neighbour, ...]:
    """The files, nearest first, ``most`` characters together at most; open documents alone where not ``on_disk``.

    Reads files: runs outside the event loop.
    """
    here = workspace.relative(snapshot.path)
    names = [
        path
        for seen in reversed(list(workspace.recent.documents.values()))
        if seen.language == snapshot.language and (path := workspace.relative(seen.path))
    ]
    names += files_near(workspace.root, here, MOST_FILES) if here and on_disk else []
    found: list[Neighbour] = []
    for name in dict.fromkeys(names):
        text = workspace.text_of(name) if name != here else None
        if text is not None and len(text) <= min(LONGEST, most):
            found.append(Neighbour(workspace.root / name, text))
            most -= len(text)
            if len(found) == MOST_FILES:
                break
    return tuple(found)
