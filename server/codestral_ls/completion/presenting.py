"""From raw text to the shown item: filters, the threshold of confidence, the item. Pure, apart from ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from codestral_ls.backends.base import Usage
from codestral_ls.completion.answer import Answer, Ask, Item, Source
from codestral_ls.completion.cache import Hit, Known, Origin
from codestral_ls.completion.confidence import chance, sure_length
from codestral_ls.completion.filters import chain
from codestral_ls.completion.filters.cursor import at as cursor_at
from codestral_ls.completion.inflight import Generation
from codestral_ls.completion.listening import Heard
from codestral_ls.completion.trigger import Plan
from codestral_ls.config import Options
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.timing import Stages

_ids = count(1)

_SOURCES: dict[Origin, Source] = {"prefetch": "prefetch", "copied": "copied", "request": "cache"}

HOT_SHARE = 0.5
"""A prompt is hot if less than this share of it had to be evaluated."""


Adjust = Callable[[float, bool], float]
"""(predicted chance, copied) → the chance, corrected by what this user accepts."""


def as_it_is(prior: float, _copied: bool) -> float:
    """No adjustment."""
    return prior


@dataclass(frozen=True, slots=True)
class Presented:
    """Items to show, what to remember, and why there is nothing or what was changed."""

    items: tuple[Item, ...]
    kept: Known | None
    reason: str
    confidence: float | None = None
    usage: Usage | None = None

    def answer(self, stages: Stages, source: Source | None) -> Answer:
        """The reply; without a ``source``, the remembered answer's origin decides."""
        if source is None:
            source = _SOURCES[self.kept.origin if self.kept is not None else "request"]
        return Answer(self.items, source, stages.ms, self.usage, self.confidence, self.reason)


def known(hit: Hit, snapshot: Snapshot, ask: Ask, options: Options, least: float) -> Presented:
    """Show the rest of a known answer, if its chance is at least ``least``.

    An answer is not judged again if only its own characters were typed, because the document with it would be the same. If the
    editor closed something meanwhile, or the line was edited elsewhere, it is judged again.
    """
    entry = hit.known
    if not hit.rest:
        return Presented((), entry, "nothing_known")
    if entry.usable is None or entry.rest_of_line != snapshot.line_suffix:
        return _filter(hit.rest, hit.typed, entry, snapshot, ask, options, least)
    if entry.tier == "model" and not _sure(entry.confidence, ask, least):  # a copy was judged before it was kept
        return Presented((), entry, "low_confidence", entry.confidence)
    return Presented(items(hit.rest, snapshot, entry.over), entry, "", entry.confidence)


def prepared(entry: Known, snapshot: Snapshot, options: Options) -> Known | None:
    """An answer that was filtered ahead, at the place for which it was written; None if nothing of it is left."""
    return _filter(entry.raw, "", entry, snapshot, Ask(invoked=True), options).kept


def copied(entry: Known, snapshot: Snapshot, ask: Ask, options: Options) -> Presented:
    """Show text copied from the user's files."""
    return _filter(entry.raw, "", entry, snapshot, ask, options)


def fresh(
    generation: Generation,
    typed: str,
    heard: Heard,
    snapshot: Snapshot,
    ask: Ask,
    options: Options,
    least: float,
    adjust: Adjust = as_it_is,
) -> Presented:
    """Show a generation's text after what was typed, as far as its chance is at least ``least``."""
    length = sure_length(generation.text, generation.marks, least)
    text = heard.text[: max(0, length - len(typed))]
    entry = keep(generation, "request", adjust)
    # Uncertain lines, and lines still to come, are left out whole.
    entry = replace(entry, line_ended=entry.line_ended or not heard.finished or length < len(generation.text))
    presented = _filter(text, typed, entry, snapshot, ask, options, least)
    if not heard.finished and presented.kept is not None:
        # Only first lines are known: the finished answer takes this entry's place.
        presented = replace(presented, kept=replace(presented.kept, finished=False))
    return replace(presented, usage=generation.usage)


def keep(generation: Generation, origin: Origin, adjust: Adjust = as_it_is) -> Known:
    """The record of a generation: its raw text, which is filtered again at each cursor."""
    confidence = chance(generation.mean_logprob)
    return Known(
        generation.place,
        generation.text,
        origin,
        generation.finished or generation.usage is not None,
        adjust(confidence, False) if confidence is not None else None,
        generation.usage,
        line_ended=generation.line_ended,
        ran_out=generation.ran_out,
        cut_short=generation.cut_short,
    )


def is_hot(generation: Generation) -> bool:
    """True if most of the prompt was in the model's cache; guessed from the window if no usage has come yet."""
    usage = generation.usage
    if usage is None or not usage.prompt_tokens:
        return generation.hot
    return usage.evaluated_tokens < HOT_SHARE * usage.prompt_tokens


def _filter(text: str, typed: str, entry: Known, snapshot: Snapshot, ask: Ask, options: Options, least: float = 0.0) -> Presented:
    if not _sure(entry.confidence, ask, least) and entry.tier == "model":
        return Presented((), entry, "low_confidence", entry.confidence, entry.usage)
    plan = Plan("block", options.completion.max_lines, options.completion.max_tokens, snapshot.region())
    cursor = cursor_at(snapshot, plan, ask.tab_size, ask.insert_spaces)
    filtered = chain.finish(text, cursor, entry.line_ended, entry.ran_out, entry.cut_short)
    kept: Known | None = None
    if filtered.text:
        kept = replace(
            entry,
            raw=typed + filtered.text,
            usable=len(typed) + len(filtered.text),
            over=filtered.over,
            rest_of_line=snapshot.line_suffix,
        )
    reason = ",".join(filtered.fired)
    return Presented(items(filtered.text, snapshot, filtered.over), kept, reason, entry.confidence, entry.usage)


def items(text: str, snapshot: Snapshot, over: int) -> tuple[Item, ...]:
    """The item that puts filtered text at the cursor and in place of the next ``over`` characters; none for blank text."""
    return (Item(f"{next(_ids)}", text, snapshot.offset, snapshot.offset + over),) if text.strip() else ()


def _sure(confidence: float | None, ask: Ask, least: float) -> bool:
    return ask.invoked or confidence is None or confidence >= least
