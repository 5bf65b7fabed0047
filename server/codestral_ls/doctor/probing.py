"""``codestral-ls doctor --probe``: gives the self-test's holes to any backend."""

from __future__ import annotations

from contextlib import aclosing

from codestral_ls.backends.base import Backend, FimRequest, Priority
from codestral_ls.fim.self_test_holes import HOLES, ProbeHole, SelfTestVerdict, is_filled, is_lost

MOST_TOKENS = 16
"""Tokens: more than any answer has in any family."""
SECONDS = 20.0
"""Seconds for one answer."""


async def probe(backend: Backend) -> SelfTestVerdict:
    """Ask until it is decided whether the backend's model fills in the middle. Costs a remote backend some 800 tokens.

    Raises: BackendError.
    """
    verdict = SelfTestVerdict(0, 0)
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
