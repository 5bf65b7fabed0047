"""A small draft model: its greedy continuation is the guess when the prompt has nothing to copy.

The engine verifies every guess, so wrong guesses never change the text. The draft model reads a prompt while the engine is idle,
a few tokens at a time, so no request waits for it. ``model_loading.py`` opens its file.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from codestral_ls.host.drafting import BatchRowCost
from codestral_ls.host.model_session import DecodeError, ModelSession, TokenBatch
from codestral_ls.host.slots import common
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger("codestral_ls.host")

CATCH_UP = 32
"""Tokens it reads at once. A running answer waits for at most this many."""
COST = 0.1
"""The cost of one guessed token relative to one of the main model, until it was measured."""
REMEMBERED = 0.98
"""The part of its record that remains after each verified guess: about 50 guesses count."""
FORGOTTEN = 0.995
"""The part that remains after each guess that would not pay, as the text may have changed: after about a hundred it is tried
again.
"""


class DraftModel:
    """Guesses with slot 0 of ``session``. It has read the first ``size`` tokens; ``ends`` are control tokens.

    Only the engine's thread uses it.
    """

    def __init__(self, session: ModelSession, size: int, ends: Collection[int], clock: Clock = monotonic) -> None:
        self._session = session
        self._size = size
        self._ends = frozenset(ends)
        self._clock = clock
        self._batch = TokenBatch(min(CATCH_UP, session.batch))
        self._tokens: list[int] = []
        self._goal: list[int] = []
        self._guess: list[int] = []
        self._drafted = self._accepted = 0.0
        self._seconds = 0.0
        self._broken = False
        session.cut(0, 0)  # the session may have been used before: start with nothing read

    def length(self, pace: BatchRowCost) -> int:
        """How many tokens to guess, from the measured acceptance and time; 0 when it does not pay."""
        cost = self._seconds / pace.single if self._seconds and pace.single else COST
        # At the start assume that two of three guesses are right, as for copies.
        best = pace.length((self._accepted + 2.0) / (self._drafted + 3.0), cost)
        if not best:
            self._drafted, self._accepted = self._drafted * FORGOTTEN, self._accepted * FORGOTTEN
            self._seconds *= FORGOTTEN
        return best

    def follow(self, tokens: Sequence[int]) -> None:
        """Set the prompt that will most likely be continued; ``rest`` reads it."""
        self._goal = list(tokens)

    def rest(self) -> bool:
        """Read a few tokens of the prompt; False if there is nothing left to read."""
        goal = self._goal
        if not self._can(goal) or len(backlog := self._backlog(goal)) <= 1:
            self._goal = []
            return False
        return self._read(backlog[:-1][: len(self._batch.tokens)], 0)

    def guess(self, tokens: Sequence[int], count: int) -> list[int]:
        """At most ``count`` tokens that follow ``tokens``; none while most of these are still unread."""
        self._guess = []
        found: list[int] = []
        if count <= 0 or not self._can(tokens, count):
            return []
        unread = self._backlog(tokens)
        if len(unread) > len(self._batch.tokens):
            return []
        began = self._clock()
        while len(found) < count and self._read(unread, 1):
            token = int(self._session.logits(self._batch.size - 1).argmax())
            if token in self._ends or token >= self._size:
                break
            found.append(token)
            unread = [token]
        if found:
            seconds = (self._clock() - began) / len(found)
            self._seconds += (seconds - self._seconds) * (0.1 if self._seconds else 1.0)
        self._guess = found
        return list(found)

    def verified(self, draft: Sequence[int], right: int) -> None:
        """The first ``right`` tokens of ``draft`` equal what the main model wrote; counted only if this model made the guess."""
        if draft and list(draft) == self._guess[: len(draft)]:
            self._drafted = self._drafted * REMEMBERED + len(draft)
            self._accepted = self._accepted * REMEMBERED + right
        self._guess = []

    def _can(self, tokens: Sequence[int], count: int = 0) -> bool:
        room = len(tokens) + count <= self._session.context
        return not self._broken and bool(tokens) and room and max(tokens) < self._size

    def _backlog(self, tokens: Sequence[int]) -> list[int]:
        """The part of ``tokens`` not read yet, at least the last token; cached tokens that do not belong to them are forgotten."""
        keep = min(common(self._tokens, tokens), len(tokens) - 1)
        if len(self._tokens) > keep:
            del self._tokens[self._session.cut(0, keep) :]
        return list(tokens[len(self._tokens) :])

    def _read(self, tokens: list[int], wanted: int) -> bool:
        """Evaluate; False on failure, which ends guessing but not answers."""
        self._batch.clear()
        self._batch.add(tokens, len(self._tokens), 0, wanted)
        try:
            if not self._session.decode(self._batch):
                raise DecodeError("it was aborted")
        except DecodeError as error:
            log.error("the draft model is no longer used: %s", error)
            self._broken = True
            return False
        self._tokens += tokens
        return True
