"""Asks the completer for every hole, with project context and without, and scores what comes.

The answer is what an editor would show unasked, with all filters; only the hurry is taken out: nothing is cut off for
being late, nothing is copied from the hole's own neighbourhood, and nothing is done ahead.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from codestral_ls.backends.base import Backend
from codestral_ls.completion.answer import Ask, Item
from codestral_ls.completion.completer import Completer
from codestral_ls.config.sections import Options
from codestral_ls.context.project import ProjectContext
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.evaluation.holes import Hole
from codestral_ls.evaluation.journal import Journal, Row
from codestral_ls.evaluation.score import score

ARMS = ("with", "without")
GATHER_MS = 5_000


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
    journal: Journal,
    deadline_ms: int,
    progress: Callable[[int, int], None],
) -> None:
    """Fill ``journal`` with the rows that it lacks. Does not close the backend. Raises OSError (the journal's)."""
    known = {(row.hole, row.arm) for row in journal.rows}
    work = [(hole, arm) for arm in ARMS for hole in holes if (hole.id, arm) not in known]
    done = len(known)
    progress(done, done + len(work))
    for arm in ARMS:
        project = ProjectContext(options, [root] if root is not None else (), keep_index=False) if arm == "with" else None
        completer = Completer(_Borrowed(backend), unhurried(options, arm, deadline_ms), project=project)
        try:
            for hole, _ in (one for one in work if one[1] == arm):
                journal.add(await _ask(completer, hole, arm))
                done += 1
                progress(done, len(known) + len(work))
        finally:
            await completer.aclose()


async def _ask(completer: Completer, hole: Hole, arm: str) -> Row:
    uri = (hole.path or Path("/dataset") / hole.id).as_uri() + f"#{hole.id}"  # each hole is a document of its own
    snapshot = Snapshot.of(hole.prefix + hole.suffix, len(hole.prefix), hole.language, uri, hole.path)
    began = time.perf_counter()
    answer = await completer.complete(snapshot, Ask())
    ms = (time.perf_counter() - began) * 1000
    completer.document_closed(uri)
    text = _inserted(answer.items[0], snapshot) if answer.items else ""
    told = await asyncio.to_thread(score, hole, text)
    return Row(
        hole.id, hole.kind, arm, bool(answer.items), told.exact, round(told.similarity, 4), round(told.identifiers, 4),
        told.valid if answer.items else None, round(ms, 2), answer.reason, answer.source,
    )  # fmt: skip


def _inserted(item: Item, snapshot: Snapshot) -> str:
    before, behind = snapshot.text[item.start : snapshot.offset], snapshot.text[snapshot.offset : item.end]
    return item.text.removeprefix(before).removesuffix(behind)


class _Borrowed:
    """A backend that two completers use one after the other: closing is its owner's."""

    def __init__(self, backend: Backend) -> None:
        self.info, self.start, self.stream, self.health = backend.info, backend.start, backend.stream, backend.health

    async def aclose(self) -> None:
        """Leave it open."""
