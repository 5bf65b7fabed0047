"""The life of one keystroke: `Pipeline.complete` and `Pipeline.write`, with their private parts, make the calls.

The order matters: cheap refusal, known answer, running generation, copied text, debounce, context, model. inflight.py owns the
tasks, cache.py decides what is known, and the filters decide what may be shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from codestral_ls.backends.base import Backend, FimRequest, Priority
from codestral_ls.completion import copied, presenting, trigger, writing
from codestral_ls.completion.alternatives import alternatives
from codestral_ls.completion.answer import Answer, Ask, Source
from codestral_ls.completion.cache import Cache, Known, Origin
from codestral_ls.completion.confidence import COPY_THRESHOLDS, THRESHOLDS, chance, hopeless, sure_length
from codestral_ls.completion.debounce import Rhythm, delay
from codestral_ls.completion.filters.cursor import at as cursor_at
from codestral_ls.completion.inflight import Generation, Inflight
from codestral_ls.completion.listening import listen, whole_lines
from codestral_ls.completion.place import Place, place_at
from codestral_ls.completion.prompts import Beside, Gather, Prompts, nobody_beside, nothing_else
from codestral_ls.completion.refused import Refused
from codestral_ls.completion.small_model import block_lines, copy_outranks, copy_threshold, show_threshold
from codestral_ls.completion.trigger import Plan
from codestral_ls.config import Options
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import BackendError, BackendTimeout
from codestral_ls.timing import Clock, Stages

log = logging.getLogger(__name__)

QUIET = 0.15
"""Seconds without a key after which deferred work may run."""


@dataclass(slots=True)
class Pipeline:
    """What one server needs to complete, shared by all its documents."""

    backend: Backend
    options: Options
    clock: Clock
    gather: Gather = nothing_else
    seen: Callable[[str], Sequence[str]] = lambda _uri: ()
    """(uri) → texts of other files that may be copied from: recently seen files, the latest first, then neighbours."""
    beside: Beside = nobody_beside
    on_error: Callable[[BackendError], None] = lambda _error: None
    on_success: Callable[[], None] = lambda: None
    adjust: Callable[[float, bool], float] = lambda prior, _copied: prior
    """(predicted chance, copied) → the chance, corrected by what this user accepts."""
    on_battery: Callable[[], bool] = lambda: False
    """Whether the machine is running on battery."""
    unreachable: bool = False
    """Whether the last request to the backend failed."""
    cache: Cache = field(init=False)
    inflight: Inflight = field(init=False)
    prompts: Prompts = field(init=False)
    rhythm: Rhythm = field(default_factory=Rhythm)
    refused: Refused = field(default_factory=Refused)

    def __post_init__(self) -> None:
        self.cache = Cache(self.options.completion.cache_bytes)
        self.inflight = Inflight(self.clock)
        self.prompts = Prompts(self.backend, self.options, self.gather, self.beside)

    async def complete(self, snapshot: Snapshot, ask: Ask) -> Answer:
        """Answer one request. Cancelling it only stops the listening. Raises nothing but `asyncio.CancelledError`."""
        began = self.clock()
        stages = Stages(self.clock)
        completion = self.options.completion
        refused = trigger.refuse(snapshot, ask, completion)
        if refused is not None:
            return Answer(reason=refused)
        with stages.stage("cache"):
            for hit in self.cache.find(snapshot.uri, snapshot.text, snapshot.offset, self._outranks):
                # Whoever asks explicitly wants the model's whole answer.
                if ask.count > 1 or (ask.invoked and not (hit.rest and hit.known.finished and hit.known.tier == "model")):
                    continue
                known = presenting.known(hit, snapshot, ask, self.options, self._least())
                if known.items or not hit.typed:
                    # An answer that may not be shown where it was written is not asked for again.
                    self.cache.keep(known.kept or hit.known)
                    if hit.known.tier == "copied" and hit.typed and not self.inflight.is_busy_in(snapshot.uri):
                        # The copy was chosen with less text before the cursor: the model is asked again with more.
                        self._start_later(snapshot, ask)
                    return known.answer(stages, "typed_along" if hit.typed else None)
                if hit.known.usable is None and known.reason != "low_confidence":
                    self.cache.drop(hit.known)  # or every further key would filter it again
        deadline = began + completion.deadline_ms / 1000
        joined = self.inflight.join(snapshot.uri, snapshot.text, snapshot.offset)
        if joined is not None:
            answer = await self._listen(*joined, snapshot, ask, began, deadline, stages, adopted=True)
            if answer is not None:
                return answer
        copy = self._copied(snapshot, ask, stages)
        instant = self._shown(copy, snapshot, ask, stages) if copy is not None and self._is_instant(copy) else None
        if instant is None:
            seconds = self._delay(snapshot, ask)
            with stages.stage("debounce"):
                await self.inflight.pause(seconds)
            generation = self._start(snapshot, ask)
        else:
            # The copied text is the instant answer; the model's own is there when the next key asks.
            self._start_later(snapshot, ask)
            return instant
        answer = await self._listen(generation, "", snapshot, ask, began, deadline, stages, adopted=False, copy=copy)
        if answer is None:
            return Answer(reason="superseded", stages=stages.ms)
        if ask.count > 1 and answer.items:
            plan = self._plan(snapshot, ask)
            return await alternatives(self.backend, self.prompts.request, snapshot, plan, ask, answer, self.options)
        return answer

    async def write(self, generation: Generation, snapshot: Snapshot, plan: Plan) -> None:
        """Write one answer into ``generation``: context, prompt, model, filters on every piece, cache."""
        stages = Stages(self.clock)
        request, generation.hot = await self.prompts.request(snapshot, plan, generation.priority, stages)
        cursor = cursor_at(snapshot, plan)
        try:
            with stages.stage("model"):
                finished = await writing.write(self.backend, generation, request, cursor, self.clock)
        except asyncio.CancelledError:
            self._keep_whole_lines(generation)
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
                # Nobody waits for this answer and nobody types: filter it now, so that whoever types to it gets it at once.
                prepared = presenting.prepared(known, snapshot, self.options)
                if prepared is not None and self.cache.at(known.place) is known:
                    self.cache.keep(prepared)

    def _keep_whole_lines(self, generation: Generation) -> None:
        """Of an answer that is ended before its end: what stands on whole lines is as good as it would have been."""
        lines = whole_lines(generation.text)
        lines = lines[: sure_length(generation.text, generation.marks, self._least())]
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
        """Begin the continuation of a shown answer, as it will stand after acceptance."""
        if not self.options.completion.prefetch or not answer.items or self._spares():
            return
        item = answer.items[0]
        after = snapshot.accepting(item.start, item.end, item.text)
        place = place_at(snapshot.uri, after.text, after.offset)
        if self.cache.at(place) is not None or self.inflight.is_writing(place):
            return
        plan = Plan("block", 2, min(64, self.options.completion.max_tokens))
        self.inflight.start(place, Priority.PREFETCH, lambda generation: self.write(generation, after, plan))

    def prewarm(self, snapshot: Snapshot) -> None:
        """Let the model evaluate the prompt of a place where the user may type next. Idle time only."""
        if not self.options.completion.prewarm or self.backend.info().remote or self.inflight.busy or self._spares():
            return
        if trigger.refuse(snapshot, Ask(invoked=True), self.options.completion) is not None:
            return
        place = place_at(snapshot.uri, snapshot.text, snapshot.offset)
        plan = Plan("line", 1, 0)
        self.inflight.start(place, Priority.PREFETCH, lambda generation: self.write(generation, snapshot, plan), writes=False)

    def _spares(self) -> bool:
        """Whether nothing is written ahead now."""
        return self.options.completion.on_battery == "less" and self.on_battery()

    async def preview(self, snapshot: Snapshot) -> FimRequest:
        """The request that asking explicitly at the cursor would make."""
        plan = self._plan(snapshot, Ask(invoked=True))
        request, _ = await self.prompts.request(snapshot, plan, Priority.INTERACTIVE, Stages(self.clock))
        return request

    def _plan(self, snapshot: Snapshot, ask: Ask) -> Plan:
        plan = trigger.plan(snapshot, ask, self.options.completion, block_lines(self.backend.info()))
        return plan if ask.invoked else replace(plan, give_up_below=self._least() / 2)

    def _start(self, snapshot: Snapshot, ask: Ask) -> Generation:
        plan = self._plan(snapshot, ask)
        place = place_at(snapshot.uri, snapshot.text, snapshot.offset)
        return self.inflight.start(place, Priority.INTERACTIVE, lambda generation: self.write(generation, snapshot, plan))

    def _start_later(self, snapshot: Snapshot, ask: Ask) -> None:
        """Ask the model behind a copied answer, unless the next key asks before."""
        self.inflight.start_later(snapshot.uri, self._delay(snapshot, ask), lambda: self._start(snapshot, ask))

    async def _listen(
        self,
        generation: Generation,
        typed: str,
        snapshot: Snapshot,
        ask: Ask,
        began: float,
        deadline: float,
        stages: Stages,
        adopted: bool,
        copy: Known | None = None,
    ) -> Answer | None:
        """What the generation, or the ``copy`` that outranks it, has for the snapshot in time; None when it went another way
        than the typist.
        """
        # Whoever asks for several answers wants them whole.
        early = deadline if ask.count > 1 else began + self.options.completion.budget_ms / 1000
        instead: Answer | None = None

        def is_decided() -> bool:
            """Whether the copy is likelier than what is written so far, or what is written will not be shown."""
            nonlocal copy, instead
            if copy is not None and generation.text and self._copy_outranks(copy, generation):
                instead, copy = self._shown(copy, snapshot, ask, stages), None
            return instead is not None or (not ask.invoked and hopeless(generation.marks, self._least()))

        with stages.stage("listen"), self.inflight.listen(generation):
            heard = await listen(generation, typed, early, deadline, self.clock, is_decided)
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
            self.on_error(BackendTimeout(f"No answer came within {self.options.completion.deadline_ms / 1000:g} s."))
            return Answer(reason="deadline", stages=stages.ms)
        if not heard.finished and not heard.text:
            # Half a line is neither shown nor remembered; the whole one is, when it is written.
            return instead or Answer(reason="low_confidence", stages=stages.ms)
        self.unreachable = self.unreachable and not heard.finished
        if not adopted and heard.text:
            self.rhythm.answered(self.clock() - generation.began)
        for name, ms in generation.stages.items():
            stages.add(name, ms)
        # One of the two goes through the filters: they are most of our own time.
        if copy is not None and self._copy_outranks(copy, generation):
            instead = self._shown(copy, snapshot, ask, stages)
        if instead is not None:
            return instead
        presented = presenting.fresh(generation, typed, heard, snapshot, ask, self.options, self._least(), self.adjust)
        if presented.kept is not None:
            self.cache.keep(presented.kept)
        source: Source = "adopted" if adopted else ("hot" if presenting.is_hot(generation) else "cold")
        return presented.answer(stages, source)

    def _copy_outranks(self, copy: Known, generation: Generation) -> bool:
        """Whether a copy is likelier to be right than what the model has written so far."""
        return self._outranks(copy, presenting.keep(generation, "request", self.adjust))

    def _copied(self, snapshot: Snapshot, ask: Ask, stages: Stages) -> Known | None:
        """What may be copied here; None where there is nothing, or nothing likely enough to be shown at all."""
        if not self.options.completion.copy or ask.invoked:
            return None
        with stages.stage("copy"):
            found = copied.predict(snapshot.text, snapshot.offset, self.seen(snapshot.uri), snapshot.language)
        if found is None or self.refused.holds(snapshot.uri, snapshot.line_prefix + found.text):
            return None
        likely = self.adjust(found.precision, True)
        least = THRESHOLDS[self.options.completion.show]
        if likely < (min(least, COPY_THRESHOLDS["eager"]) if self.unreachable else least):
            return None
        place = place_at(snapshot.uri, snapshot.text, snapshot.offset)
        return Known(place, found.text, "copied", confidence=likely, line_ended=True)

    def _least(self) -> float:
        """The chance from which what the model writes is shown."""
        return show_threshold(self.backend.info(), self.options.completion.show)

    def _is_instant(self, copy: Known) -> bool:
        """Whether a copy is shown before the model is asked."""
        # Where no model can be reached, copies are all there is, and are shown as eagerly as the user allows at all.
        show = self.options.completion.show
        least = COPY_THRESHOLDS["eager"] if self.unreachable else copy_threshold(self.backend.info(), show)
        return (copy.confidence or 0.0) >= least

    def _shown(self, copy: Known, snapshot: Snapshot, ask: Ask, stages: Stages) -> Answer | None:
        """The answer that a copy makes and its place in the cache; None where the filters leave nothing of it."""
        with stages.stage("copy"):
            presented = presenting.copied(copy, snapshot, ask, self.options)
        if not presented.items:
            return None
        self.cache.keep(presented.kept or copy)
        return presented.answer(stages, "copied")

    def _outranks(self, copy: Known, written: Known) -> bool:
        if written.raw.startswith(copy.raw.rstrip()):
            return False  # they say the same, and the model may say more
        return copy_outranks(self.backend.info(), copy.confidence, written.confidence)

    def _delay(self, snapshot: Snapshot, ask: Ask) -> float:
        completion = self.options.completion
        if completion.debounce_ms >= 0 and not ask.invoked:
            return completion.debounce_ms / 1000
        if ask.waited:
            return 0.0
        evident = trigger.pause_evident(snapshot, ask)
        return delay(self.rhythm, completion.budget_ms / 1000, self.backend.info().remote, evident)

    def set_backend(self, backend: Backend) -> None:
        """Ask another backend from now on; what the old one wrote is forgotten."""
        self.inflight.end_all()
        self.cache.clear()
        self.backend = self.prompts.backend = backend

    def forget(self, place: Place) -> None:
        """An answer was rejected: what is known there, and what is still being written."""
        self.cache.forget(place)
        self.inflight.drop(place)

    def forget_context(self, uri: str) -> None:
        """A document was closed, or a file beside it was deleted or became private: its prompts and answers are not used again."""
        self.prompts.forget(uri)
        self.cache.forget_document(uri)

    def set_options(self, options: Options) -> None:
        """Take new options; what is known stays known, but for what other files' text may be in."""
        if (options.privacy, options.context) != (self.options.privacy, self.options.context):
            self.prompts.forget_all()
            self.cache.clear()
        self.options = self.prompts.options = replace(options)
        self.cache.resize(options.completion.cache_bytes)


def _origin(generation: Generation) -> Origin:
    return "prefetch" if generation.priority == Priority.PREFETCH else "request"
