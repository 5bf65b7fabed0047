"""What a user would see who always waited for the model: its raw rest of the line wherever the typist paused.

There is no time limit, cache, copy, filter or threshold. The comparison shows whether speed costs quality.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing

from benchmarks.replaying.passages import Passage
from benchmarks.replaying.record import RecordedKey, exact, mean, similarity
from codestral_ls.backends.base import Backend, FimRequest


async def _written(backend: Backend, request: FimRequest) -> str:
    """The whole answer."""
    async with aclosing(backend.stream(request)) as pieces:
        return "".join([piece.text async for piece in pieces])


async def compare(
    backend: Backend,
    passages: Mapping[int, Passage],
    records: Mapping[int, Sequence[RecordedKey]],
    characters: tuple[int, int],
    most: int,
    seed: int,
    point_at: Callable[[Passage], Awaitable[None]],
) -> dict[str, float]:
    """Exact match and similarity at a sample of the pauses: of the model alone everywhere; of the text on screen; and of both
    where something was on screen.

    ``passages`` and ``records`` have the same keys; ``point_at`` tells the backend which passage is next.
    """
    pauses = [
        (key, record)
        for key, kept in records.items()
        for record in kept
        if record.is_pause and record.truth.strip() and record.truth != "\0" and record.reply_ms is not None
    ]
    random.Random(seed).shuffle(pauses)
    rows = []
    for key, record in pauses[:most]:
        passage = passages[key]
        await point_at(passage)
        typed = passage.text[: record.place[0] - len(passage.before)]
        request = FimRequest(
            (passage.before + typed)[-characters[0] :],
            ("\n" + passage.after)[: characters[1]],
            max_tokens=128,
            stop=("\n",),
            source="untitled:replay",
        )
        text = await _written(backend, request)
        rows.append((text, record.shown or "", record.truth))
    on_screen = [row for row in rows if row[1]]
    return {
        "pauses": float(len(rows)),
        "shown_share": len(on_screen) / max(1, len(rows)),
        "alone_exact": mean([float(exact(alone, truth)) for alone, _, truth in rows]),
        "alone_similarity": mean([similarity(alone, truth) for alone, _, truth in rows]),
        "pipeline_exact": mean([float(exact(shown, truth)) for _, shown, truth in rows]),
        "pipeline_similarity": mean([similarity(shown, truth) for _, shown, truth in rows]),
        "alone_exact_where_shown": mean([float(exact(alone, truth)) for alone, _, truth in on_screen]),
        "pipeline_exact_where_shown": mean([float(exact(shown, truth)) for _, shown, truth in on_screen]),
        "alone_similarity_where_shown": mean([similarity(alone, truth) for alone, _, truth in on_screen]),
        "pipeline_similarity_where_shown": mean([similarity(shown, truth) for _, shown, truth in on_screen]),
    }
