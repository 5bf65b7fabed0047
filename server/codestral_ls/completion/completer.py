"""The object that the language server and the command line use: it completes, records the user's actions, and has a status.

pipeline.py answers one keystroke. This module records document events and shown and accepted items, and shuts everything down.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from codestral_ls.backends.abilities import outgoing_of
from codestral_ls.backends.base import Backend, Health
from codestral_ls.backends.failures import health_from
from codestral_ls.backends.outgoing import local_text
from codestral_ls.completion.announced import Announced
from codestral_ls.completion.answer import Answer, Ask, Item
from codestral_ls.completion.availability import Availability
from codestral_ls.completion.feedback import Feedback
from codestral_ls.completion.off import Off
from codestral_ls.completion.pipeline import Pipeline
from codestral_ls.completion.prompts import Gather, NeighbourTexts, no_neighbours, no_snippets
from codestral_ls.config import Options
from codestral_ls.config.by_folder import ByFolder
from codestral_ls.context.project import ProjectContext, ProjectEvents
from codestral_ls.context.recent import Recent
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.withheld import Withheld
from codestral_ls.errors import BackendError, BackendWithheld
from codestral_ls.system.battery import Battery
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger(__name__)

SEEN_FILES = 6
SEEN_CHARACTERS = 200_000
"""How many recently seen files the copy tier searches, and the size above which it skips a file."""

REST = 0.4
"""Seconds without a key after which the prompt at the cursor is prewarmed."""

PERSISTED_AFTER = 60.0
"""Seconds after acceptance; then we check whether the accepted text is still there."""

STATUS_AFTER_ERROR = 5.0
"""Seconds: failed answers make us check the backend's health at most this often."""


class Completer:
    """Completes for all documents of one server. Lives on one event loop."""

    def __init__(
        self,
        backend: Backend,
        options: Options,
        clock: Clock = monotonic,
        gather: Gather = no_snippets,
        feedback: Feedback | None = None,
        project: Callable[[ProjectEvents], ProjectContext] | None = None,
        neighbour_texts: NeighbourTexts = no_neighbours,
        roots: Sequence[Path] = (),
    ) -> None:
        self.on_status: list[Callable[[Health], None]] = []
        self.on_index_problem: list[Callable[[str], None]] = []
        self._clock = clock
        self._feedback = feedback if feedback is not None else Feedback()
        self._error_at = float("-inf")
        self._private = Withheld(options.privacy.ignore, clock)
        self._roots = roots  # the session's own list: folders come and go
        self._off = ByFolder(Off(options.completion, roots))
        self._withheld: tuple[str, str, int] | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._availability = Availability()
        self._announced = Announced()
        self._project: ProjectContext | None = None
        if project is not None:
            self._project = project(ProjectEvents(self._prewarm, self._index_problem, self._neighbour_gone))
            gather, neighbour_texts = self._project.gather, self._project.neighbour_texts
        self._recent = self._project.recent if self._project is not None else Recent()
        self._pipeline = Pipeline(
            backend,
            options,
            clock,
            gather,
            self._seen_texts,
            neighbour_texts,
            self._failed,
            self._succeeded,
            self._feedback.adjusted,
            Battery(clock).is_draining,
        )

    async def complete(self, snapshot: Snapshot, ask: Ask) -> Answer:
        """The answer for one request. Raises only `asyncio.CancelledError`; failures are empty answers with a reason."""
        if self._private.holds(snapshot):
            return Answer(reason="private_file")
        self._recent.see(snapshot)
        if (off := self._why_off(snapshot, ask)) is not None:
            return Answer(reason=off)
        began = self._clock()
        here = (snapshot.uri, snapshot.text, snapshot.offset)
        if ask.invoked and self._withheld == here:
            ask = replace(ask, invoked=False, count=1)  # shows what was generated ahead; the next one asks for alternatives
            subtle = False
        else:
            subtle = not ask.invoked and self._pipeline.options_at(snapshot).completion.trigger == "subtle"
        self._withheld = None
        virtual = _with_selected(snapshot, ask)
        if (announced := self._announced.take(snapshot, ask)) is not None:
            answer = await announced
        else:
            self._typed(snapshot)
            answer = await self._pipeline.complete(virtual, ask)
        if subtle and answer.items:
            self._withheld = here
            return Answer(reason="withheld", source=answer.source, stages=answer.stages)
        if answer.items and not ask.invoked:
            await self._rested(began, snapshot)
        if answer.items:
            self._feedback.offered(virtual, answer)
            self._pipeline.prefetch(virtual, answer)
            if ask.selected_text is not None and ask.selected_start is not None:
                answer = _from_selected(answer, snapshot, ask.selected_text, ask.selected_start)
        return answer

    def announce(self, snapshot: Snapshot, ask: Ask) -> bool:
        """The editor will send this request in a moment: let a model on this machine write until then.

        Nothing is started if the request would get nothing, if each request costs money, or if nothing is generated ahead.
        Returns whether it was.
        """
        self._announced.give_up()
        if (
            self._private.holds(snapshot)
            or self._why_off(snapshot, ask) is not None
            or not self._pipeline.takes_announcements(snapshot)
        ):
            return False
        self._typed(snapshot)
        self._announced.begin(snapshot, ask, self._pipeline.complete(snapshot, ask))
        return True

    def _typed(self, snapshot: Snapshot) -> None:
        """Record a key, and what the text after it shows about earlier answers."""
        self._pipeline.rhythm.key(self._clock())
        for place, line in self._feedback.rejected(snapshot):
            self._pipeline.forget(place)
            self._pipeline.refused.add(snapshot.uri, line)

    def _why_off(self, snapshot: Snapshot, ask: Ask) -> str | None:
        """Why nothing is completed in this document or at this place, as a word for the log, or None."""
        return self._off.at(snapshot.path).why(snapshot, ask)

    async def _rested(self, began: float, snapshot: Snapshot) -> None:
        """Wait until the user has paused for `completion.show_after_ms`, before which nothing is shown."""
        left = began + self._pipeline.options_at(snapshot).completion.show_after_ms / 1000 - self._clock()
        if left > 0:
            await self._pipeline.inflight.pause(left)

    def _prewarm(self, snapshot: Snapshot) -> None:
        """Prewarm the prompt of a place, unless completion is switched off there."""
        if self._why_off(snapshot, Ask()) is None:
            self._pipeline.prewarm(snapshot)

    def _neighbour_gone(self, uri: str) -> None:
        """A neighbour was deleted or became private: prompts and answers that may contain its text are not used again."""
        self._pipeline.forget_context(uri)

    def document_opened(self, snapshot: Snapshot) -> None:
        """A document was opened: prewarm its prompt."""
        if self._private.holds(snapshot):
            return
        self._recent.see(snapshot)
        if self._project is not None:
            self._project.document_opened(snapshot, self._pipeline.prompts.room(snapshot).project)
        self._prewarm(snapshot)

    def document_changed(self, snapshot: Snapshot) -> None:
        """The text changed at ``snapshot.offset``. When typing pauses there, the prompt is prewarmed."""
        self._announced.give_up()
        if self._private.holds(snapshot):
            return
        self._recent.see(snapshot)
        if self._project is not None:
            self._project.document_changed(snapshot)
        if self._resting is not None:
            self._resting.cancel()
        self._resting = self._pipeline.inflight.later(REST, lambda: self._prewarm(snapshot))

    def document_closed(self, uri: str) -> None:
        """The document was closed. Its text remains a source of copies."""
        self._announced.give_up()
        self._pipeline.inflight.end_document(uri)
        self._pipeline.forget_context(uri)
        self._pipeline.refused.forget(uri)
        self._feedback.closed(uri)
        self._recent.close(uri)
        if self._project is not None:
            self._project.document_closed(uri)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files of the project were saved, created or deleted. An empty list means too many to name."""
        if self._project is not None:
            self._project.files_changed(paths)

    def diagnosed(self, uri: str, diagnostics: Sequence[tuple[int, str]]) -> None:
        """The editor's current diagnostics of a document: (line from 1, message)."""
        if self._project is not None:
            self._project.diagnosed(uri, diagnostics)

    def cursor_moved(self, snapshot: Snapshot) -> None:
        """The cursor stopped somewhere else: prewarm the prompt there."""
        if self._private.holds(snapshot):
            return
        if self._project is not None:
            self._project.cursor_moved(snapshot)
        self._prewarm(snapshot)

    def item_shown(self, item_id: str) -> None:
        """The editor showed an item."""
        self._feedback.shown(item_id)

    def item_accepted(self, item_id: str) -> None:
        """The user accepted a whole item."""
        self._feedback.accepted(item_id)
        self._look_again(item_id)

    def item_partially_accepted(self, item_id: str, characters: int) -> None:
        """The user accepted the first ``characters`` of an item, counted from its start over all partial acceptances."""
        self._feedback.partially_accepted(item_id, characters)

    def _look_again(self, item_id: str) -> None:
        uri = self._feedback.document_of(item_id)
        if uri is not None:
            self._pipeline.inflight.later(PERSISTED_AFTER, lambda: self._feedback.looked_again(item_id, self._recent.text_of(uri)))

    def set_options(self, by_folder: ByFolder[Options]) -> None:
        """Use these options from now on. The backend stays the same; see `set_backend`."""
        self._announced.give_up()
        self._private = Withheld(by_folder.elsewhere.privacy.ignore, self._clock)
        self._off = by_folder.map(lambda options: Off(options.completion, self._roots))
        self._pipeline.set_options(by_folder)
        if self._project is not None:
            self._project.set_options(by_folder)

    async def set_backend(self, backend: Backend) -> None:
        """Use another backend from now on, and forget what the old backend wrote."""
        old = self._pipeline.backend
        self._announced.give_up()
        self._availability = Availability()
        self._pipeline.set_backend(backend)
        await old.aclose()
        await backend.start()

    async def start(self) -> None:
        """Have the backend load its model or connect."""
        await self._pipeline.backend.start()

    async def status(self) -> Health:
        """Check the backend's health now and pass it to the listeners in ``on_status``.

        A healthy backend that refused the last completion is still reported as refusing.
        """
        health = self._availability.judge(await self._pipeline.backend.health())
        for listener in self.on_status:
            listener(health)
        return health

    async def preview(self, snapshot: Snapshot) -> str:
        """The text that an explicit request at the cursor would send. Sends nothing. Raises: BackendError."""
        if self._private.holds(snapshot):
            raise BackendWithheld("The file looks like credentials or is named in an ignore file.")
        request = await self._pipeline.preview(snapshot)
        backend = self._pipeline.backend
        sent = await outgoing_of(backend, request)
        return local_text(request, backend.info().name) if sent is None else sent.text()

    @property
    def is_refused(self) -> bool:
        """Whether the last completion was refused. Only a successful completion ends that, not a health check."""
        return self._availability.refused is not None

    async def aclose(self) -> None:
        """End all work."""
        if self._resting is not None:
            self._resting.cancel()
        await self._announced.aclose()
        await self._pipeline.inflight.aclose()
        if self._project is not None:
            await self._project.aclose()
        await self._pipeline.backend.aclose()
        self._feedback.close()

    def _seen_texts(self, uri: str) -> Sequence[str]:
        """Texts of recently seen files, the latest first, then of neighbouring files. A file may have become private meanwhile."""
        latest = self._recent.latest()[:SEEN_FILES]
        seen = [one for one in latest if one.uri != uri and len(one.text) <= SEEN_CHARACTERS and not self._private.holds(one)]
        known = {one.path for one in latest}
        neighbours = self._project.known_neighbours(uri) if self._project is not None else ()
        texts = [*(one.text for one in seen), *(one.text for one in neighbours if one.path not in known)]
        return list(dict.fromkeys(texts))  # a text that is there twice would confirm itself

    def _index_problem(self, problem: str) -> None:
        """Report why the project's index cannot be updated; empty when it can be again."""
        for listener in self.on_index_problem:
            listener(problem)

    def _failed(self, error: BackendError) -> None:
        log.warning("no completion: %s", error)
        was_refused = self.is_refused
        self._availability.failed(error)
        now = self._clock()
        if now - self._error_at >= STATUS_AFTER_ERROR or self.is_refused != was_refused:
            self._error_at = now
            for listener in self.on_status:
                listener(health_from(error))

    def _succeeded(self) -> None:
        """A completion succeeded: tell the listeners if the one before was refused."""
        if self._availability.succeeded():
            for listener in self.on_status:
                listener(Health("ready"))


def _with_selected(snapshot: Snapshot, ask: Ask) -> Snapshot:
    """The document as it would be with the selected entry of the editor's completion menu inserted."""
    if ask.selected_text is None or ask.selected_start is None or not 0 <= ask.selected_start <= snapshot.offset:
        return snapshot
    return snapshot.accepting(ask.selected_start, snapshot.offset, ask.selected_text)


def _from_selected(answer: Answer, snapshot: Snapshot, selected: str, start: int) -> Answer:
    """The items as edits of the real document: they begin with the selected entry and replace the range that it replaces."""
    moved = snapshot.offset - start - len(selected)
    items = tuple(Item(item.id, selected + item.text, start, item.end + moved) for item in answer.items)
    return replace(answer, items=items)
