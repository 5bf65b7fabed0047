"""Asks the completer for every hole, with project context and without, and scores the answers.

The answer is what an editor would show without being asked, with all filters, except that nothing depends on time: nothing is cut
off for being late, nothing is copied from the hole's own neighbourhood, and nothing is done ahead.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path

from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.completion.answer import Ask, Item
from codestral_ls.completion.completer import Completer
from codestral_ls.config.sections import Options
from codestral_ls.context.project import ProjectContext
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.evaluation.answer_log import EvaluatedHole, EvaluationLog
from codestral_ls.evaluation.execution import passing
from codestral_ls.evaluation.holes import Hole
from codestral_ls.evaluation.program import toolchain
from codestral_ls.evaluation.score import score

ARMS = ("with", "without")
"""Holes in a project: with other files' text in the prompt and without."""
SUITE_ARMS = ("pipeline", "alone")
"""Holes of a public suite: the text that an editor would show, with all filters; and the model's unchanged answer."""
GATHER_MS = 5_000
ALONE_TOKENS = {"single-line": 64, "SingleLineInfilling": 64}
MOST_ALONE_TOKENS = 192


def unhurried(options: Options, arm: str, deadline_ms: int) -> Options:
    """The user's options for one arm."""
    completion = replace(
        options.completion, enabled=True, debounce_ms=0, budget_ms=deadline_ms, deadline_ms=deadline_ms, copy=False,
        prefetch=False, prewarm=False,
    )  # fmt: skip
    tokens = options.context.project_tokens if arm == "with" else -1
    return replace(options, completion=completion, context=replace(options.context, project_tokens=tokens, gather_ms=GATHER_MS))


async def run(
    backend: Backend,
    options: Options,
    holes: Sequence[Hole],
    root: Path | None,
    journal: EvaluationLog,
    deadline_ms: int,
    progress: Callable[[int, int], None],
    arms: Sequence[str] = ARMS,
) -> None:
    """Fill ``journal`` with the rows that it lacks. Does not close the backend. Raises: OSError (the journal's)."""
    known = {(row.hole, row.arm) for row in journal.rows}
    work = [(hole, arm) for arm in arms for hole in holes if (hole.id, arm) not in known]
    done = len(known)
    progress(done, done + len(work))
    for arm in arms:
        folders = [root] if root is not None else []
        project = partial(ProjectContext, options, folders, keep_index=False) if arm == "with" else None
        completer = Completer(_Borrowed(backend), unhurried(options, arm, deadline_ms), project=project)
        try:
            for hole, _ in (one for one in work if one[1] == arm):
                journal.add(await (_alone(backend, hole) if arm == "alone" else _ask(completer, hole, arm)))
                done += 1
                progress(done, len(known) + len(work))
        finally:
            await completer.aclose()


async def _ask(completer: Completer, hole: Hole, arm: str) -> EvaluatedHole:
    uri = (hole.path or Path("/dataset") / hole.id).as_uri() + f"#{hole.id}"  # each hole is a document of its own
    snapshot = Snapshot.of(hole.prefix + hole.suffix, len(hole.prefix), hole.language, uri, hole.path)
    began = time.perf_counter()
    answer = await completer.complete(snapshot, Ask())
    ms = (time.perf_counter() - began) * 1000
    completer.document_closed(uri)
    text = _inserted(answer.items[0], snapshot) if answer.items else ""
    return await _scored(hole, arm, text, ms, shown=bool(answer.items), reason=answer.reason, source=answer.source)


async def _alone(backend: Backend, hole: Hole) -> EvaluatedHole:
    """The model's own answer, without context, filters or cutting; a line's hole ends with its line."""
    tokens = ALONE_TOKENS.get(hole.kind, MOST_ALONE_TOKENS)
    stop = ("\n",) if hole.kind in ALONE_TOKENS else ()
    request = FimRequest(hole.prefix, hole.suffix, tokens, stop, source="untitled:codestral-ls-eval", timeout=120.0)
    began = time.perf_counter()
    async with aclosing(backend.stream(request)) as pieces:
        text = "".join([piece.text async for piece in pieces])
    return await _scored(hole, "alone", text, (time.perf_counter() - began) * 1000, shown=bool(text), reason="", source="model")


async def _scored(hole: Hole, arm: str, text: str, ms: float, *, shown: bool, reason: str, source: str) -> EvaluatedHole:
    told = await asyncio.to_thread(score, hole, text)
    passed = await asyncio.to_thread(_passes, hole, text, told.exact, shown)
    return EvaluatedHole(
        hole.id, hole.kind, arm, shown, told.exact, round(told.similarity, 4), round(told.identifiers, 4),
        told.valid if shown else None, round(ms, 2), reason, source, passed,
    )  # fmt: skip


def _passes(hole: Hole, text: str, exact: bool, shown: bool) -> bool | None:
    """None if the hole has no tests, or this machine nothing that builds its language."""
    program = hole.filled(text)
    if program is None or toolchain(program) is None:
        return None
    if exact or not shown:  # the original text is known to pass, and without a text something is missing
        return exact
    return passing([program])[0]


def _inserted(item: Item, snapshot: Snapshot) -> str:
    before, after = snapshot.text[item.start : snapshot.offset], snapshot.text[snapshot.offset : item.end]
    return item.text.removeprefix(before).removesuffix(after)


class _Borrowed:
    """A backend that two completers use one after the other; its owner closes it."""

    def __init__(self, backend: Backend) -> None:
        self.info, self.start, self.stream, self.health = backend.info, backend.start, backend.stream, backend.health

    async def aclose(self) -> None:
        """Leave it open."""
