"""The life of one keystroke: `Pipeline.complete` and `Pipeline.write`, with their private parts, make the calls.

The order matters: cheap refusal, known answer, running generation, copied text, debounce, context, model. inflight.py owns the
tasks, cache.py decides what is known, and the filters decide what may be shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import InitVar, dataclass, field, replace

from codestral_ls.backends.base import Backend, FimRequest, Priority
from codestral_ls.completion import copied, presenting, trigger, writing
from codestral_ls.completion.alternatives import alternatives
from codestral_ls.completion.answer import Answer, Ask, Source
from codestral_ls.completion.cache import Cache, Known, Origin
from codestral_ls.completion.confidence import COPY_THRESHOLDS, THRESHOLDS, chance, hopeless, sure_length
from codestral_ls.completion.copied import Copied
from codestral_ls.completion.debounce import Rhythm, delay
from codestral_ls.completion.filters.cursor import at as cursor_at
from codestral_ls.completion.inflight import Generation, Inflight
from codestral_ls.completion.keystroke import Keystroke
from codestral_ls.completion.listening import listen, whole_lines
from codestral_ls.completion.place import Place, place_at
from codestral_ls.completion.prompts import Gather, NeighbourTexts, Prompts, no_neighbours, no_snippets
from codestral_ls.completion.refused import Refused
from codestral_ls.completion.small_model import block_lines, copy_outranks, copy_threshold, show_threshold
from codestral_ls.completion.trigger import Plan
from codestral_ls.config import CompletionOptions, Options
from codestral_ls.config.by_folder import ByFolder, uses_other_text
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import BackendError, BackendTimeout
from codestral_ls.timing import Clock, Stages

log = logging.getLogger(__name__)

QUIET = 0.15
"""Seconds without a key after which deferred work may run."""


@dataclass(slots=True)
class Pipeline:
    """Everything that one server needs to complete, shared by all its documents."""

    backend: Backend
    options: InitVar[Options]
    clock: Clock
    gather: Gather = no_snippets
    seen: Callable[[str], Sequence[str]] = lambda _uri: ()
    """(uri) → texts of other files that may be copied from: recently seen files, the latest first, then neighbours."""
    neighbour_texts: NeighbourTexts = no_neighbours
    on_error: Callable[[BackendError], None] = lambda _error: None
    on_success: Callable[[], None] = lambda: None
    adjust: Callable[[float, bool], float] = lambda prior, _copied: prior
    """(predicted chance, copied) → the chance, corrected by what this user accepts."""
    on_battery: Callable[[], bool] = lambda: False
    """True while the machine is running on battery."""
    unreachable: bool = False
    """True if the last request to the backend failed."""
    by_folder: ByFolder[Options] = field(init=False)
    cache: Cache = field(init=False)
    inflight: Inflight = field(init=False)
    prompts: Prompts = field(init=False)
    rhythm: Rhythm = field(default_factory=Rhythm)
    refused: Refused = field(default_factory=Refused)

    def __post_init__(self, options: Options) -> None:
        self.by_folder = ByFolder(options)
        self.cache = Cache(options.completion.cache_bytes)
        self.inflight = Inflight(self.clock)
        self.prompts = Prompts(self.backend, options, self.gather, self.neighbour_texts)

    async def complete(self, snapshot: Snapshot, ask: Ask) -> Answer:
        """Answer one request. Cancelling it only stops the listening. Raises nothing but `asyncio.CancelledError`."""
        completion, began = self.options_at(snapshot).completion, self.clock()
        refused = trigger.refuse(snapshot, ask, completion)
        if refused is not None:
            return Answer(reason=refused)
        budget, deadline = began + completion.budget_ms / 1000, began + completion.deadline_ms / 1000
        return await self._answer(Keystroke(snapshot, ask, budget, deadline, Stages(self.clock)))

    async def _answer(self, keystroke: Keystroke) -> Answer:
        known = self._known(keystroke)
        if known is not None:
            return known
        snapshot, ask, stages = keystroke.snapshot, keystroke.ask, keystroke.stages
        joined = self.inflight.join(snapshot.uri, snapshot.text, snapshot.offset)
        if joined is not None:
            answer = await self._listen(keystroke, *joined, adopted=True)
            if answer is not None:
                return answer
        found = self._found(keystroke)
        copy = self._copied(keystroke, found)
        if copy is not None and self._is_instant(copy, snapshot) and (instant := self._shown(copy, keystroke)) is not None:
            self._start_later(keystroke, found)  # the model's own text is there when the next key asks
            return instant
        with stages.stage("debounce"):
            await self.inflight.pause(self._delay(keystroke))
        answer = await self._listen(keystroke, self._start(keystroke, found), "", adopted=False, copy=copy)
        if answer is None:
            return Answer(reason="superseded", stages=stages.ms)
        if ask.count > 1 and answer.items:
            plan = self._plan(snapshot, ask)
            return await alternatives(self.backend, self.prompts.request, snapshot, plan, ask, answer, self.options_at(snapshot))
        return answer

    def _known(self, keystroke: Keystroke) -> Answer | None:
        """The cache's answer for this place; None if it has none that may be shown."""
        snapshot, ask, stages = keystroke.snapshot, keystroke.ask, keystroke.stages
        with stages.stage("cache"):
            for hit in self.cache.find(snapshot.uri, snapshot.text, snapshot.offset, self._outranks):
                # An explicit request wants the model's whole answer.
                if ask.count > 1 or (ask.invoked and not (hit.rest and hit.known.finished and hit.known.tier == "model")):
                    continue
                known = presenting.known(hit, snapshot, ask, self.options_at(snapshot), self._least(snapshot))
                if known.items or not hit.typed:
                    # An answer that may not be shown where it was written is not asked for again.
                    self.cache.keep(known.kept or hit.known)
                    if hit.known.tier == "copied" and hit.typed and not self.inflight.is_busy_in(snapshot.uri):
                        # The copy was chosen with less text before the cursor: the model is asked again with more.
                        self._start_later(keystroke)
                    return known.answer(stages, "typed_along" if hit.typed else None)
                if hit.known.usable is None and known.reason != "low_confidence":
                    self.cache.drop(hit.known)  # or every further key would filter it again
        return None

    async def write(self, generation: Generation, snapshot: Snapshot, plan: Plan, guess: str = "") -> None:
        """Write one answer into ``generation``: context, prompt, model, filters on every piece, cache.

        ``guess`` is text that may begin the answer.
        """
        stages = Stages(self.clock)
        request, generation.hot = await self.prompts.request(snapshot, plan, generation.priority, stages)
        request = replace(request, guess=guess)
        cursor = cursor_at(snapshot, plan)
        try:
            with stages.stage("model"):
                finished = await writing.write(self.backend, generation, request, cursor, self.clock)
        except asyncio.CancelledError:
            self._keep_whole_lines(generation, snapshot)
            raise
        finally:
            generation.stages = stages.ms
            writing.log_written(generation)
        if request.max_tokens and (finished or generation.text):
            self.on_success()
            known = replace(presenting.keep(generation, _origin(generation)), finished=finished)
            if not generation.dropped:
                self.cache.keep(known)
            generation.finish()
            if not generation.listeners and await self._rested():
                # Nobody waits for this answer or types: filter it now, so that it can be shown at once later.
                prepared = presenting.prepared(known, snapshot, self.options_at(snapshot))
                if prepared is not None and self.cache.at(known.place) is known:
                    self.cache.keep(prepared)

    def _keep_whole_lines(self, generation: Generation, snapshot: Snapshot) -> None:
        """Keep the whole lines of an answer that is ended early: they would not have changed."""
        lines = whole_lines(generation.text)
        lines = lines[: sure_length(generation.text, generation.marks, self._least(snapshot))]
        if lines and not generation.dropped and self.cache.at(generation.place) is None:
            mean = next(mean for length, mean in generation.marks if length >= len(lines))
            known = presenting.keep(generation, _origin(generation))
            self.cache.keep(replace(known, raw=lines, finished=False, confidence=chance(mean), line_ended=True))

    async def _rested(self) -> bool:
        """Wait for a moment without keys; False when there was none within a second."""
        for _ in range(10):
            if self.clock() - self.rhythm.last_key >= QUIET:
                return True
            await self.inflight.pause(0.1)
        return False

    def prefetch(self, snapshot: Snapshot, answer: Answer) -> None:
        """Begin to generate the continuation of a shown answer, as if it had been accepted."""
        completion = self.options_at(snapshot).completion
        if not completion.prefetch or not answer.items or self._spares(completion):
            return
        item = answer.items[0]
        after = snapshot.accepting(item.start, item.end, item.text)
        place = place_at(snapshot.uri, after.text, after.offset)
        if self.cache.at(place) is not None or self.inflight.is_writing(place):
            return
        plan = Plan("block", 2, min(64, completion.max_tokens))
        self.inflight.start(place, Priority.PREFETCH, lambda generation: self.write(generation, after, plan))

    def prewarm(self, snapshot: Snapshot) -> None:
        """Let the model evaluate the prompt of a place where the user may type next. Idle time only."""
        completion = self.options_at(snapshot).completion
        if not completion.prewarm or self.backend.info().remote or self.inflight.busy or self._spares(completion):
            return
        if trigger.refuse(snapshot, Ask(invoked=True), completion) is not None:
            return
        place = place_at(snapshot.uri, snapshot.text, snapshot.offset)
        plan = Plan("line", 1, 0)
        self.inflight.start(place, Priority.PREFETCH, lambda generation: self.write(generation, snapshot, plan), writes=False)

    def takes_announcements(self, snapshot: Snapshot) -> bool:
        """Whether a request is answered before it comes. A `debounce_ms` of the user's own is a wish to wait with the question."""
        completion = self.options_at(snapshot).completion
        return completion.debounce_ms <= 0 and not self.backend.info().remote and not self._spares(completion)

    def _spares(self, completion: CompletionOptions) -> bool:
        """True while nothing is generated ahead."""
        return completion.on_battery == "less" and self.on_battery()

    def options_at(self, snapshot: Snapshot) -> Options:
        """The options for a document: those of its workspace folder."""
        return self.by_folder.at(snapshot.path)

    async def preview(self, snapshot: Snapshot) -> FimRequest:
        """The request that an explicit request at the cursor would send."""
        plan = self._plan(snapshot, Ask(invoked=True))
        request, _ = await self.prompts.request(snapshot, plan, Priority.INTERACTIVE, Stages(self.clock))
        return request

    def _plan(self, snapshot: Snapshot, ask: Ask) -> Plan:
        plan = trigger.plan(snapshot, ask, self.options_at(snapshot).completion, block_lines(self.backend.info()))
        return plan if ask.invoked else replace(plan, give_up_below=self._least(snapshot) / 2)

    def _start(self, keystroke: Keystroke, found: Copied | None = None) -> Generation:
        snapshot, plan = keystroke.snapshot, self._plan(keystroke.snapshot, keystroke.ask)
        guess = found.guess if found is not None else ""
        return self.inflight.start(
            keystroke.place, Priority.INTERACTIVE, lambda generation: self.write(generation, snapshot, plan, guess)
        )

    def _start_later(self, keystroke: Keystroke, found: Copied | None = None) -> None:
        """Ask the model after a copied answer, unless the next key asks first."""
        self.inflight.start_later(keystroke.snapshot.uri, self._delay(keystroke), lambda: self._start(keystroke, found))

    async def _listen(
        self, keystroke: Keystroke, generation: Generation, typed: str, *, adopted: bool, copy: Known | None = None
    ) -> Answer | None:
        """The answer of the generation, or of the ``copy`` that outranks it, in time; None if it predicted other text than was
        ``typed`` since it began.
        """
        snapshot, ask, stages = keystroke.snapshot, keystroke.ask, keystroke.stages
        options = self.options_at(snapshot)
        instead: Answer | None = None

        def is_decided() -> bool:
            """True once the copy is likelier than the text so far, or that text will not be shown."""
            nonlocal copy, instead
            if copy is not None and generation.text and self._copy_outranks(copy, generation):
                instead, copy = self._shown(copy, keystroke), None
            return instead is not None or (not ask.invoked and hopeless(generation.marks, self._least(snapshot)))

        with stages.stage("listen"), self.inflight.listen(generation):
            heard = await listen(generation, typed, keystroke.early, keystroke.deadline, self.clock, is_decided)
        if heard is None:
            self.inflight.end(generation)
            return None
        if generation.ended:
            return Answer(reason="superseded", stages=stages.ms)
        if generation.error is not None and not heard.text:
            self.unreachable = True
            self.on_error(generation.error)
            return Answer(reason=type(generation.error).__name__, stages=stages.ms)
        if not heard.finished and not generation.text:
            # Not a word until the deadline: the backend may hang, so its health is in doubt.
            self.on_error(BackendTimeout(f"No answer came within {options.completion.deadline_ms / 1000:g} s."))
            return Answer(reason="deadline", stages=stages.ms)
        if not heard.finished and not heard.text:
            # Half a line is neither shown nor remembered; the whole one is, when it is written.
            return instead or Answer(reason="low_confidence", stages=stages.ms)
        self.unreachable = self.unreachable and not heard.finished
        for name, ms in generation.stages.items():
            stages.add(name, ms)
        # One of the two goes through the filters: they are most of our own time.
        if copy is not None and self._copy_outranks(copy, generation):
            instead = self._shown(copy, keystroke)
        if instead is not None:
            return instead
        presented = presenting.fresh(generation, typed, heard, snapshot, ask, options, self._least(snapshot), self.adjust)
        if presented.kept is not None:
            self.cache.keep(presented.kept)
        source: Source = "adopted" if adopted else ("hot" if presenting.is_hot(generation) else "cold")
        return presented.answer(stages, source)

    def _copy_outranks(self, copy: Known, generation: Generation) -> bool:
        """True if a copy is likelier to be right than the model's text so far."""
        return self._outranks(copy, presenting.keep(generation, "request", self.adjust))

    def _found(self, keystroke: Keystroke) -> Copied | None:
        """What follows the characters before the cursor elsewhere in the user's files, likely or not."""
        snapshot = keystroke.snapshot
        if not self.options_at(snapshot).completion.copy:
            return None
        with keystroke.stages.stage("copy"):
            return copied.predict(snapshot.text, snapshot.offset, self.seen(snapshot.uri), snapshot.language)

    def _copied(self, keystroke: Keystroke, found: Copied | None) -> Known | None:
        """The text that may be copied here; None if there is none, or none likely enough to be shown at all."""
        snapshot = keystroke.snapshot
        completion = self.options_at(snapshot).completion
        if found is None or keystroke.ask.invoked or self.refused.holds(snapshot.uri, snapshot.line_prefix + found.text):
            return None
        likely = self.adjust(found.precision, True)
        least = THRESHOLDS[completion.show]
        if likely < (min(least, COPY_THRESHOLDS["eager"]) if self.unreachable else least):
            return None
        return Known(keystroke.place, found.text, "copied", confidence=likely, line_ended=True)

    def _least(self, snapshot: Snapshot) -> float:
        """The least chance with which the model's text is shown."""
        return show_threshold(self.backend.info(), self.options_at(snapshot).completion.show)

    def _is_instant(self, copy: Known, snapshot: Snapshot) -> bool:
        """True if a copy is shown before the model is asked."""
        # While no model can be reached there are only copies, so they are shown as eagerly as the user allows.
        show = self.options_at(snapshot).completion.show
        least = COPY_THRESHOLDS["eager"] if self.unreachable else copy_threshold(self.backend.info(), show)
        return (copy.confidence or 0.0) >= least

    def _shown(self, copy: Known, keystroke: Keystroke) -> Answer | None:
        """The answer that a copy makes, which is also kept in the cache; None if the filters leave nothing of it."""
        with keystroke.stages.stage("copy"):
            presented = presenting.copied(copy, keystroke.snapshot, keystroke.ask, self.options_at(keystroke.snapshot))
        if not presented.items:
            return None
        self.cache.keep(presented.kept or copy)
        return presented.answer(keystroke.stages, "copied")

    def _outranks(self, copy: Known, written: Known) -> bool:
        if written.raw.startswith(copy.raw.rstrip()):
            return False  # the model's text begins with the copy and may be longer
        return copy_outranks(self.backend.info(), copy.confidence, written.confidence)

    def _delay(self, keystroke: Keystroke) -> float:
        completion, ask = self.options_at(keystroke.snapshot).completion, keystroke.ask
        if completion.debounce_ms >= 0 and not ask.invoked:
            return completion.debounce_ms / 1000
        if ask.waited:
            return 0.0
        evident = trigger.pause_evident(keystroke.snapshot, ask)
        return delay(self.rhythm, self.backend.info().remote, evident)

    def set_backend(self, backend: Backend) -> None:
        """Ask another backend from now on; the old one's answers are forgotten."""
        self.inflight.end_all()
        self.cache.clear()
        self.backend = self.prompts.backend = backend

    def forget(self, place: Place) -> None:
        """An answer was rejected: forget the answers and running generations of its place."""
        self.cache.forget(place)
        self.inflight.drop(place)

    def forget_context(self, uri: str) -> None:
        """A document was closed, or a neighbour was deleted or became private: its prompts and answers are not used again."""
        self.prompts.forget(uri)
        self.cache.forget_document(uri)

    def set_options(self, by_folder: ByFolder[Options]) -> None:
        """Take new options; known answers stay, unless text of other files in them may no longer be used."""
        if uses_other_text(by_folder, self.by_folder):
            self.prompts.forget_all()
            self.cache.clear()
        self.by_folder = self.prompts.by_folder = by_folder
        self.cache.resize(by_folder.elsewhere.completion.cache_bytes)


def _origin(generation: Generation) -> Origin:
    return "prefetch" if generation.priority == Priority.PREFETCH else "request"
