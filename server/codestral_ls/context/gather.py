"""Collects snippets of other files under a deadline: sources run concurrently, late ones are left out.

A `Source` is one idea of where useful text may be (``sources/``). This module only runs them; ``choice.py`` chooses among their
snippets.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from codestral_ls.context.snippet_format import Snippet
from codestral_ls.documents.snapshot import Snapshot

log = logging.getLogger(__name__)


class Source(Protocol):
    """Finds snippets for a cursor. ``name`` is what `codestral-ls context` prints."""

    name: str

    async def find(self, snapshot: Snapshot) -> Sequence[Snippet]:
        """Snippets for the snapshot's cursor, best first; an error is logged and counts as nothing found."""
        ...


async def gather(snapshot: Snapshot, sources: Sequence[Source], seconds: float) -> list[Snippet]:
    """The sources' snippets found within ``seconds``, in the sources' order; late sources are cancelled."""
    if not sources:
        return []
    tasks = [asyncio.create_task(_find(source, snapshot), name=f"context-{source.name}") for source in sources]
    try:
        await asyncio.wait(tasks, timeout=seconds)
    finally:
        for task in tasks:
            task.cancel()
    return [snippet for task in tasks if task.done() and not task.cancelled() for snippet in task.result()]


async def _find(source: Source, snapshot: Snapshot) -> Sequence[Snippet]:
    try:
        return await source.find(snapshot)
    except Exception:
        log.exception("the context source %s failed", source.name)
        return ()
