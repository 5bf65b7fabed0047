"""A document's neighbouring files with their texts: open ones first, then those of its folder, then of the folders around it.

They are searched for lines that continue the same characters (``elsewhere.py``) and for text to copy. A thread reads them when a
document is first typed or completed in, and again when typing pauses, so that a key never waits for a disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.context.nearness import LONGEST, MOST_CHARACTERS, MOST_FILES, held
from codestral_ls.context.neighbour_files import neighbour_files
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot

log = logging.getLogger(__name__)

SHORTEST = 200
"""If fewer characters than this are left, the search ends."""
DOCUMENTS = 16
REST_SECONDS = 0.6
"""Seconds without a request after which typing rests; later than for other context, which the next key may need sooner."""
FRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A file, and its text as it was when it was read last."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The files, nearest first, and whether one of the earlier ones may no longer be used."""

    files: Sequence[Neighbour]
    some_gone: bool = False


Read = Callable[[Sequence[Neighbour]], Reading]
"""(files known before) → files now; called in a thread."""
Prepare = Callable[[], Read]
"""Called on the loop, and only when something is to be read."""


@dataclass(slots=True)
class _KnownNeighbour:
    files: Sequence[Neighbour]
    read: float


class Neighbours:
    """The neighbouring files of each document. Lives on one event loop; ``thread`` reads, one call at a time.

    ``on_gone`` is called with a document if one of its neighbours was deleted or became private.
    """

    def __init__(self, thread: Executor, on_gone: Callable[[str], None] = lambda _uri: None) -> None:
        self._thread = thread
        self._on_gone = on_gone
        self._known: OrderedDict[str, _KnownNeighbour] = OrderedDict()
        self._collecting: dict[str, asyncio.Task[None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def known(self, uri: str) -> Sequence[Neighbour]:
        """What has been read, the nearest first."""
        known = self._known.get(uri)
        if known is None:
            return ()
        self._known.move_to_end(uri)
        return known.files

    def look(self, uri: str, prepare: Prepare, rests: bool = False) -> None:
        """Read files that are not known yet and, as soon as typing ``rests``, again those that were read some time ago."""
        known = self._known.get(uri)
        if known is None or (rests and asyncio.get_running_loop().time() - known.read > FRESH_SECONDS):
            self._collect(uri, prepare)
        elif asyncio.get_running_loop().time() - known.read > FRESH_SECONDS:
            self._collect_later(uri, prepare)

    async def waited(self, uri: str, seconds: float) -> Sequence[Neighbour]:
        """The files read so far; waits if they are being read for the first time."""
        reading = self._collecting.get(uri)
        if reading is not None and uri not in self._known:
            await asyncio.wait([reading], timeout=seconds)
        return self.known(uri)

    def closed(self, uri: str) -> None:
        """The document was closed."""
        self._known.pop(uri, None)
        timer, collecting = self._timers.pop(uri, None), self._collecting.pop(uri, None)
        if timer is not None:
            timer.cancel()
        if collecting is not None:
            collecting.cancel()

    def changed(self) -> None:
        """Files were created, changed or deleted: at the next pause all are read again."""
        for known in self._known.values():
            known.read = float("-inf")

    def clear(self) -> None:
        """The privacy rules changed: nothing that was read under the old rules is used any more."""
        for uri in {*self._known, *self._timers, *self._collecting}:
            self.closed(uri)
            self._on_gone(uri)

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
        before = self.known(uri)
        try:
            reading = await loop.run_in_executor(self._thread, prepare(), before)
        except Exception:
            log.exception("a document's neighbours could not be read")
            reading = Reading((), bool(before))
        finally:
            if self._collecting.get(uri) is asyncio.current_task():
                del self._collecting[uri]
        self._known[uri] = _KnownNeighbour(reading.files, loop.time())
        self._known.move_to_end(uri)
        while len(self._known) > DOCUMENTS:
            self._known.popitem(last=False)
        if reading.some_gone:
            self._on_gone(uri)


def collect(
    workspace: Workspace, snapshot: Snapshot, before: Sequence[Neighbour] = (), on_disk: bool = True, most: int = MOST_CHARACTERS
) -> Reading:
    """The neighbours, nearest first, with at most ``most`` characters together; only open documents unless ``on_disk``.

    Reads files, so it runs outside the event loop. No text comes twice, and never the document's own file, whatever links lead to
    it.
    """
    here = _in_root(workspace, snapshot)
    names = [
        path
        for seen in reversed(list(workspace.recent.documents.values()))
        if seen.language == snapshot.language and seen.uri != snapshot.uri and (path := workspace.relative(seen.path))
    ]
    names += neighbour_files(workspace.root, here, MOST_FILES) if here and on_disk else []
    read = ((name, workspace.text_of(name, most_bytes=2 * LONGEST)) for name in dict.fromkeys(names) if name != here)
    found = [Neighbour(workspace.root / name, text) for name, text in held(read, snapshot.text, most, SHORTEST)]
    missing = {one.path for one in before} - {one.path for one in found}
    return Reading(tuple(found), not all(workspace.is_there(path) for path in missing))


def _in_root(workspace: Workspace, snapshot: Snapshot) -> str:
    """The document's real path if it is within the root; empty if links lead out of it, and for a document without a path."""
    if snapshot.path is None or not workspace.relative(snapshot.path):
        return ""
    try:
        return snapshot.path.resolve().relative_to(workspace.root.resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):
        return ""
