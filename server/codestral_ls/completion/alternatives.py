"""Different completions for an explicit request: the greedy one first, then sampled ones that differ from it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

from codestral_ls.backends.base import Backend, FimRequest, Priority
from codestral_ls.completion import presenting
from codestral_ls.completion.answer import Answer, Ask, Item
from codestral_ls.completion.filters import chain
from codestral_ls.completion.filters.cursor import at as cursor_at
from codestral_ls.completion.trigger import Plan
from codestral_ls.config import Options
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.errors import BackendError
from codestral_ls.timing import Stages

TEMPERATURES = (0.6, 0.9, 1.1, 0.8, 1.0)
"""One per further try; higher ones make tries differ, and the filters remove unsound ones."""

Request = Callable[[Snapshot, Plan, Priority, Stages], Awaitable[tuple[FimRequest, bool]]]


async def alternatives(
    backend: Backend, request: Request, snapshot: Snapshot, plan: Plan, ask: Ask, first: Answer, options: Options
) -> Answer:
    """``first`` with up to ``ask.count`` distinct items. Failed tries are left out, so ``first`` is always returned."""
    wanted = min(ask.count, options.completion.alternatives) - 1
    if wanted <= 0:
        return first
    base, _ = await request(snapshot, plan, Priority.INTERACTIVE, Stages())
    tries = [replace(base, temperature=TEMPERATURES[index % len(TEMPERATURES)], seed=1 + index) for index in range(wanted + 1)]
    written = await asyncio.gather(*(_write(backend, each, snapshot, plan, ask) for each in tries))
    items: dict[str, Item] = {item.text: item for item in first.items}
    for filtered in written:
        for item in presenting.items(filtered.text, snapshot, filtered.over):
            items.setdefault(item.text, item)
    return replace(first, items=tuple(items.values())[: wanted + 1])


async def _write(backend: Backend, request: FimRequest, snapshot: Snapshot, plan: Plan, ask: Ask) -> chain.Filtered:
    cursor = cursor_at(snapshot, plan, ask.tab_size, ask.insert_spaces)
    text = ""
    ran_out = False
    try:
        async with aclosing(backend.stream(request)) as pieces:
            async for piece in pieces:
                text += piece.text
                ran_out = piece.finish_reason == "length"
                if piece.finish_reason is not None or chain.cut(text, cursor) is not None:
                    break
    except BackendError:
        return chain.Filtered("")
    return chain.finish(text, cursor, ran_out=ran_out)
