"""``codestral-ls doctor --probe``: the self-test's holes, asked of any backend."""

from __future__ import annotations

from contextlib import aclosing

from codestral_ls.backends.base import Backend, FimRequest, Priority
from codestral_ls.fim.holes import HOLES, ProbeHole, Verdict, is_filled, is_lost

MOST_TOKENS = 16
"""Longer than any answer in tokens of any family."""
SECONDS = 20.0
"""How long one answer may take."""


async def probe(backend: Backend) -> Verdict:
    """Ask until it is decided whether the backend's model fills in the middle. Costs a remote one some 800 tokens.

    Raises: BackendError.
    """
    verdict = Verdict(0, 0)
    for hole in HOLES:
        if verdict.decided:
            break
        verdict = verdict.and_one(filled=await _fill(backend, hole))
    return verdict


async def _fill(backend: Backend, hole: ProbeHole) -> bool:
    request = FimRequest(
        hole.prefix, hole.suffix, MOST_TOKENS, priority=Priority.BATCH, source="untitled:codestral-ls-doctor", timeout=SECONDS
    )
    text, ended = "", False
    async with aclosing(backend.stream(request)) as pieces:
        async for piece in pieces:
            text += piece.text
            ended = piece.finish_reason == "stop"
            if is_lost(hole, text):
                return False
    return is_filled(hole, text, ended=ended)
