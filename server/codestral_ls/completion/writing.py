"""Reads one answer from the backend: filters every piece, and requests the rest of a statement that continues below its line."""

from __future__ import annotations

import logging
from contextlib import aclosing
from dataclasses import replace
from typing import Literal

from codestral_ls.backends.base import Backend, FimRequest, FinishReason, Usage
from codestral_ls.completion.confidence import hopeless
from codestral_ls.completion.filters import chain
from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.open_marks import answer_leaves_open
from codestral_ls.completion.inflight import Generation
from codestral_ls.errors import BackendError
from codestral_ls.timing import Clock

log = logging.getLogger(__name__)

Ending = FinishReason | Literal["filter"]
"""What ended an answer: the backend, or the name of the filter that cut it."""


async def write(backend: Backend, generation: Generation, request: FimRequest, cursor: Cursor, clock: Clock) -> bool:
    """Feed the backend's pieces until the answer ends. Returns whether it ended by itself or by a filter."""
    ending = await _read(backend, generation, request, cursor, clock)
    if ending != "stop" or not request.stop or not _goes_on(generation, cursor):
        return ending not in (None, "error")
    # The model stopped at the line end because it had to; its statement continues.
    first_line, pieces, usage = len(generation.text), len(generation.marks), generation.usage
    generation.feed("\n", generation.mean_logprob)
    guess = request.guess.removeprefix(generation.text) if request.guess.startswith(generation.text) else ""
    more = replace(request, prefix=request.prefix + generation.text, stop=(), guess=guess)
    try:
        await _read(backend, generation, more, cursor, clock)
    except BackendError as error:
        log.info("the rest of a statement did not come: %s", error)
    generation.usage = _sum(usage, generation.usage)
    if _goes_on(generation, cursor):
        # Its end did not come either: keep the first line alone, with its former confidence.
        del generation.marks[pieces:]
        generation.end_at(first_line)
        generation.line_ended = generation.ran_out = generation.cut_short = False
    return True


def log_written(generation: Generation) -> None:
    """One line per finished generation: what it cost."""
    usage = generation.usage or Usage()
    log.info(
        "wrote %s prompt=%d evaluated=%d generated=%d",
        generation.priority.name.lower(), usage.prompt_tokens, usage.evaluated_tokens,
        usage.completion_tokens or len(generation.marks),
    )  # fmt: skip


async def _read(backend: Backend, generation: Generation, request: FimRequest, cursor: Cursor, clock: Clock) -> Ending | None:
    """Feed one request's pieces until something ends it; None if the backend stopped without a reason."""
    mean, count = generation.mean_logprob, len(generation.marks)
    async with aclosing(backend.stream(request)) as pieces:
        async for piece in pieces:
            if generation.first_piece is None:
                generation.first_piece = clock() - generation.began
            generation.usage = piece.usage or generation.usage
            generation.feed(piece.text, _mean(mean, count, piece.mean_logprob, len(generation.marks) + 1 - count))
            if piece.finish_reason is not None:
                if piece.finish_reason == "length":
                    generation.ran_out = True
                    generation.end_at(_whole(generation.text))
                return piece.finish_reason
            ended = chain.cut(generation.text, cursor)
            if ended is not None:
                generation.end_at(ended[0])
                generation.cut_short = ended[1] == "line_limit"
                return "filter"
            if hopeless(generation.marks, cursor.plan.give_up_below):
                return "filter"
    return None


def _goes_on(generation: Generation, cursor: Cursor) -> bool:
    """Whether the answer opened a bracket that it did not close, and may be longer than its line."""
    return cursor.plan.more_lines > 0 and answer_leaves_open(generation.text, cursor)


def _mean(mean: float | None, count: int, further: float | None, further_count: int) -> float | None:
    """The mean over both requests of an answer; ``further`` is the mean of the second alone, and may be unknown there."""
    if not count:
        return further
    if mean is None or further is None:
        return mean
    return (mean * count + further * further_count) / (count + further_count)


def _whole(text: str) -> int:
    """Length without the last line if a token limit cut it off and there are other lines before it."""
    end = text.rfind("\n")
    return end if end >= 0 and text[:end].strip() else len(text)


def _sum(first: Usage | None, second: Usage | None) -> Usage | None:
    """What two requests cost together; the prompt is the same one but for the first line, and counts once."""
    if first is None or second is None or first is second:
        return first or second
    return replace(
        first,
        evaluated_tokens=first.evaluated_tokens + second.evaluated_tokens,
        completion_tokens=first.completion_tokens + second.completion_tokens,
    )
