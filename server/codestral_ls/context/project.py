"""A server's project context: which snippets of other files each document's prompt holds now, and when that may change.

Snippets are placed before the prefix, so another choice costs the whole KV cache. A document's choice is therefore made once and
kept while the user types; it is reconsidered only when typing pauses. If another choice is clearly better, or a file of this one
was deleted, it is replaced, and the event ``changed`` has the new prompt evaluated before the next key. Lives on one event loop;
sources run in one thread, and messages to the index's worker are sent from another.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from codestral_ls.config.by_folder import ByFolder, uses_other_text
from codestral_ls.config.sections import Options
from codestral_ls.context.choice import choose, is_clearly_other
from codestral_ls.context.cursor_text import cursor_text
from codestral_ls.context.gather import gather
from codestral_ls.context.index.index_keeper import IndexKeeper
from codestral_ls.context.index.indexed_files import IGNORE_FILES
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.neighbours import Neighbour, Neighbours, Read
from codestral_ls.context.neighbours import collect as collect_neighbours
from codestral_ls.context.recent import Diagnostic, Recent
from codestral_ls.context.roots import root_of
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.sources.all import Finder, sources_for
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.languages import language_for
from codestral_ls.documents.privacy import file_rules
from codestral_ls.documents.snapshot import Snapshot

log = logging.getLogger(__name__)

REST_SECONDS = 0.3
"""Seconds without a key after which typing rests: a little less than the completer waits to evaluate a prompt ahead."""
UNHURRIED_SECONDS = 0.4
"""Seconds for collecting while nobody waits."""
PUNCTUAL = 0.5
"""The share of a keystroke's time for which sources are waited for: their thread delays the loop by some more milliseconds."""
DOCUMENTS = 32
MOST_DIAGNOSTICS = 200


@dataclass(slots=True)
class _Chosen:
    """The snippets in a document's prompts, the room they were chosen for, and the latest request."""

    snippets: Sequence[Snippet]
    characters: int
    snapshot: Snapshot
    settled: bool = False


@dataclass(frozen=True, slots=True)
class ProjectEvents:
    """Called on the event loop when something changed by itself.

    ``changed`` gets a snapshot whose prompt now holds other snippets; ``problem`` the reason why an index cannot be updated, and ""
    when it can be again; ``gone`` the URI of a document if one of its neighbours was deleted or became private.
    """

    changed: Callable[[Snapshot], None] = lambda _snapshot: None
    problem: Callable[[str], None] = lambda _problem: None
    gone: Callable[[str], None] = lambda _uri: None


class ProjectContext:
    """One server's project context. The pipeline calls ``gather`` and ``neighbour_texts``; the other methods report events."""

    def __init__(
        self,
        options: Options,
        folders: Sequence[Path] = (),
        events: ProjectEvents | None = None,
        keep_index: bool = True,
    ) -> None:
        self.by_folder = ByFolder(options)
        self.folders = folders  # the session's own list, because folders are added and removed
        self._events = events if events is not None else ProjectEvents()
        self.recent = Recent()
        self._keep_index = keep_index
        self._rules = file_rules(options.privacy.ignore)
        self._workspaces: dict[tuple[bool, Path], tuple[Workspace, list[Finder]]] = {}
        """By whether it is a project's root, and the folder."""
        self._keepers: dict[Path, IndexKeeper] = {}
        self._chosen: dict[str, _Chosen] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="context")
        self._keeping = ThreadPoolExecutor(1, thread_name_prefix="index")  # a saved file does not wait for sources
        self._neighbours = Neighbours(self._thread, self._events.gone)
        self._closed = False
        self._ahead: dict[str, asyncio.Task[None]] = {}

    async def gather(self, snapshot: Snapshot, characters: int, seconds: float) -> Sequence[Snippet]:
        """The snippets for a prompt at ``snapshot`` within ``characters``: those chosen before, if there are any.

        The first time in a document, they are collected within ``seconds``; snippets that come later are not used until typing
        pauses.
        """
        ahead = self._ahead.get(snapshot.uri)
        if ahead is not None:
            await asyncio.wait([ahead], timeout=seconds * PUNCTUAL)
        known = self._chosen.get(snapshot.uri)
        if known is not None and _cost(known.snippets) <= characters:
            known.characters = characters
            self._rest_later(snapshot)
            return known.snippets
        kept, late = self._chosen, ahead is not None and not ahead.done()
        snippets = [] if late else await self.collect(snapshot, characters, seconds * PUNCTUAL)
        if kept is self._chosen:
            self._keep(snapshot, snippets, characters)
        self._rest_later(snapshot)
        return snippets

    async def neighbour_texts(self, snapshot: Snapshot, seconds: float) -> Sequence[str]:
        """Texts of a document's neighbours, the nearest first; the first time, waits for them for up to ``seconds``."""
        self._look_at_neighbours(snapshot)
        return [one.text for one in self._as_it_is(await self._neighbours.waited(snapshot.uri, seconds * PUNCTUAL))]

    def known_neighbours(self, uri: str) -> Sequence[Neighbour]:
        """A document's neighbours that have been read, the nearest first."""
        return self._as_it_is(self._neighbours.known(uri))

    def _as_it_is(self, files: Sequence[Neighbour]) -> list[Neighbour]:
        """``files`` with the texts that open documents have now."""
        opened = {seen.path: seen.text for seen in self.recent.documents.values()}
        return [replace(one, text=opened[one.path]) if one.path in opened else one for one in files]

    async def collect(self, snapshot: Snapshot, characters: int, seconds: float) -> list[Snippet]:
        """Collect and choose now, whatever was chosen before."""
        workspace, finders = self._workspace(snapshot)
        loop = asyncio.get_running_loop()
        sources = [_Threaded(finder, loop, self._thread) for finder in finders]
        found = await gather(snapshot, sources, seconds)
        if workspace.reader.damaged and not self._closed and (keeper := self._keepers.get(workspace.root)) is not None:
            workspace.reader.damaged = False
            self._keeping.submit(keeper.suspect)
        if not found:  # further work would compete with the late sources for the interpreter
            return []
        comment = language_for(snapshot.language).line_comment or "#"
        return choose(found, cursor_text(snapshot), characters, line_comment=comment)

    def set_options(self, by_folder: ByFolder[Options]) -> None:
        """Use other options from now on; choices made under the old ones are forgotten."""
        if uses_other_text(by_folder, self.by_folder):
            self._rules = file_rules(by_folder.elsewhere.privacy.ignore)
            self._workspaces.clear()
            self._chosen = {}  # a new object: what is still being collected under the old options is not kept
            self._neighbours.clear()
        self.by_folder = by_folder

    def document_opened(self, snapshot: Snapshot, characters: int) -> None:
        """A document was opened: if the budget allows snippets, those for its first key are collected ahead of time."""
        self.recent.see(snapshot)
        if characters and snapshot.uri not in self._chosen and snapshot.uri not in self._ahead and not self._closed:
            ahead = self._begin(self._choose_ahead(snapshot, characters), "context of an opened document")
            self._ahead[snapshot.uri] = ahead
            ahead.add_done_callback(lambda _done: self._ahead.pop(snapshot.uri, None))

    def document_changed(self, snapshot: Snapshot) -> None:
        """The user typed."""
        self.recent.see(snapshot)
        self._look_at_neighbours_for_copies(snapshot)
        self._rest_later(snapshot)

    def document_closed(self, uri: str) -> None:
        """A document was closed."""
        self.recent.close(uri)
        self._chosen.pop(uri, None)
        self._neighbours.closed(uri)
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()

    def cursor_moved(self, snapshot: Snapshot) -> None:
        """The cursor stopped at another place, which may need other snippets."""
        self.recent.rest(snapshot)
        self._look_at_neighbours_for_copies(snapshot, rests=True)
        self._rest_later(snapshot)

    def diagnosed(self, uri: str, diagnostics: Sequence[tuple[int, str]]) -> None:
        """The editor's diagnostics of a document: (line from 1, message). Used when typing rests."""
        told = tuple(Diagnostic(line, message) for line, message in diagnostics[:MOST_DIAGNOSTICS])
        if told == self.recent.diagnostics.get(uri, ()):
            return
        self.recent.diagnostics[uri] = told
        chosen = self._chosen.get(uri)
        if chosen is not None:
            chosen.settled = False
            self._rest_later(chosen.snapshot)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files were saved, created or deleted: their indexes are updated at once; all indexes if no file is named."""
        if any(path.name in IGNORE_FILES for path in paths):
            self._workspaces.clear()  # the sources remember which files may be read
            self._neighbours.clear()
        self._neighbours.changed()
        for root, keeper in self._keepers.items():
            within = [path for path in paths if path.is_relative_to(root)]
            if (within or not paths) and not self._closed:
                self._keeping.submit(keeper.changed, within)

    async def aclose(self) -> None:
        """End the timers, the workers and the thread."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._neighbours.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for thread in (self._thread, self._keeping):
            thread.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._let_go)

    def _let_go(self) -> None:
        self._thread.shutdown(wait=True)
        self._keeping.shutdown(wait=True)  # it may be starting a worker at this moment
        for keeper in self._keepers.values():
            keeper.close()
        for workspace, _ in self._workspaces.values():
            workspace.reader.close()

    def _workspace(self, snapshot: Snapshot) -> tuple[Workspace, list[Finder]]:
        root = root_of(snapshot.path, self.folders) if self.by_folder.at(snapshot.path).context.index else None
        if root is not None and self._keep_index:
            keeper = self._keepers.get(root)
            if keeper is None:
                keeper = self._keepers[root] = IndexKeeper(
                    root, self.by_folder.elsewhere.privacy.ignore, on_problem=partial(self._on_problem, asyncio.get_running_loop())
                )
            if not self._closed:
                self._keeping.submit(keeper.ensure)
        return self._reading(root, snapshot)

    def _look_at_neighbours_for_copies(self, snapshot: Snapshot, rests: bool = False) -> None:
        completion = self.by_folder.at(snapshot.path).completion
        if completion.copy and completion.enabled:
            self._look_at_neighbours(snapshot, rests)

    def _look_at_neighbours(self, snapshot: Snapshot, rests: bool = False) -> None:
        """Have a document's neighbours read, unless text from other files is switched off."""
        if self.by_folder.at(snapshot.path).context.project_tokens >= 0 and not self._closed:
            self._neighbours.look(snapshot.uri, partial(self._read_neighbours, snapshot), rests)

    def _read_neighbours(self, snapshot: Snapshot) -> Read:
        root = root_of(snapshot.path, self.folders)  # no index is needed
        workspace, _ = self._reading(root, snapshot)
        return partial(collect_neighbours, workspace, snapshot, on_disk=root is not None)

    def _reading(self, root: Path | None, snapshot: Snapshot) -> tuple[Workspace, list[Finder]]:
        base = root or (snapshot.path.parent if snapshot.path is not None else Path())
        key = root is not None, base
        if key not in self._workspaces:
            workspace = Workspace(base, IndexReader(base), self.recent, self._rules)
            self._workspaces[key] = workspace, sources_for(workspace)
        return self._workspaces[key]

    def _on_problem(self, loop: asyncio.AbstractEventLoop, problem: str) -> None:
        """Handle a report, from a keeper's thread, why it cannot work."""
        with contextlib.suppress(RuntimeError):  # the event loop has ended in the meantime
            loop.call_soon_threadsafe(self._events.problem, problem)

    def _keep(self, snapshot: Snapshot, snippets: Sequence[Snippet], characters: int) -> None:
        self._chosen.pop(snapshot.uri, None)
        self._chosen[snapshot.uri] = _Chosen(snippets, characters, snapshot)
        while len(self._chosen) > DOCUMENTS:
            del self._chosen[next(iter(self._chosen))]

    def _rest_later(self, snapshot: Snapshot) -> None:
        """Reconsider the choice when nobody has typed for a while."""
        chosen = self._chosen.get(snapshot.uri)
        if chosen is None or self._closed:
            return
        if chosen.settled and (chosen.snapshot.text, chosen.snapshot.offset) == (snapshot.text, snapshot.offset):
            return  # the request was our own prewarm for the snippets just chosen
        chosen.snapshot, chosen.settled = snapshot, False
        timer = self._timers.pop(snapshot.uri, None)
        if timer is not None:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._timers[snapshot.uri] = loop.call_later(REST_SECONDS, self._rested, snapshot.uri)

    def _rested(self, uri: str) -> None:
        self._timers.pop(uri, None)
        chosen = self._chosen.get(uri)
        if chosen is not None and not self._closed:
            self._begin(self._choose_again(chosen), "context at rest")

    def _begin(self, work: Coroutine[Any, Any, None], what: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _choose_ahead(self, snapshot: Snapshot, characters: int) -> None:
        kept = self._chosen
        snippets = await self.collect(snapshot, characters, UNHURRIED_SECONDS)
        if kept is self._chosen and snapshot.uri not in self._chosen and snapshot.uri in self.recent.documents:
            self._keep(snapshot, snippets, characters)

    async def _choose_again(self, chosen: _Chosen) -> None:
        snapshot = chosen.snapshot
        self.recent.rest(snapshot)
        snippets = await self.collect(snapshot, chosen.characters, UNHURRIED_SECONDS)
        missing = {one.path for one in chosen.snippets} - {one.path for one in snippets}
        gone = await self._gone(snapshot, missing) if missing else set()
        if self._chosen.get(snapshot.uri) is not chosen or chosen.snapshot is not snapshot:
            return  # the user types again, or the document was closed
        chosen.settled = True
        if gone and not snippets:
            snippets = [one for one in chosen.snippets if one.path not in gone]
        if gone or is_clearly_other(chosen.snippets, snippets):
            chosen.snippets = snippets
            log.info("context of %s: %d snippets, %d characters", snapshot.uri, len(snippets), _cost(snippets))
            self._events.changed(snapshot)

    async def _gone(self, snapshot: Snapshot, paths: set[str]) -> set[str]:
        """Those of ``paths`` that may no longer be in a prompt; none if that takes too long to find out."""
        workspace, _ = self._workspace(snapshot)
        asked = asyncio.get_running_loop().run_in_executor(self._thread, workspace.gone, paths)
        done, _ = await asyncio.wait([asked], timeout=UNHURRIED_SECONDS)
        return asked.result() if done else set()


class _Threaded:
    """A source that runs in the context's thread."""

    def __init__(self, finder: Finder, loop: asyncio.AbstractEventLoop, thread: ThreadPoolExecutor) -> None:
        self.name = finder.name
        self._finder = finder
        self._loop = loop
        self._thread = thread

    async def find(self, snapshot: Snapshot) -> Sequence[Snippet]:
        """The source's snippets; if cancelled before it began, it is not run at all."""
        return await self._loop.run_in_executor(self._thread, self._finder.find, snapshot)


def _cost(snippets: Sequence[Snippet]) -> int:
    return sum(len(one.text) + len(one.path) + 9 for one in snippets)
