"""A small model beside the main one: its greedy continuation is the guess where the prompt has none to copy.

The engine verifies every guess, so the text stays the same however wrong it is. The draft model reads a prompt while the
engine rests, a few tokens at a time: no request waits for it. Deliberately no model files (``model.py`` opens it).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from codestral_ls.host.drafting import Pace
from codestral_ls.host.session import Batch, DecodeError, Session
from codestral_ls.host.slots import common
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger("codestral_ls.host")

CATCH_UP = 32
"""Tokens it reads at once. An answer that is under way does not wait for more than these."""
COST = 0.1
"""Time of one guessed token in those of the main model, until it was measured."""
REMEMBERED = 0.98
"""Share of its record that outlasts a verified guess: some 50 guesses count."""
FORGOTTEN = 0.995
"""Share that outlasts a guess that would not pay: after some hundred it is tried anew, for the text may be another by now."""


class DraftModel:
    """Guesses with slot 0 of ``session``. It knows the tokens below ``size``; ``ends`` are no text.

    Only the engine's thread uses it.
    """

    def __init__(self, session: Session, size: int, ends: Collection[int], clock: Clock = monotonic) -> None:
        self._session = session
        self._size = size
        self._ends = frozenset(ends)
        self._clock = clock
        self._batch = Batch(min(CATCH_UP, session.batch))
        self._tokens: list[int] = []
        self._goal: list[int] = []
        self._guess: list[int] = []
        self._drafted = self._accepted = 0.0
        self._seconds = 0.0
        self._broken = False
        session.cut(0, 0)  # whoever had it before: the books begin empty

    def length(self, pace: Pace) -> int:
        """How many tokens to guess, by the measured acceptance and time; 0 when it does not pay."""
        cost = self._seconds / pace.single if self._seconds and pace.single else COST
        # Two of three to begin with, as with copies.
        best = pace.length((self._accepted + 2.0) / (self._drafted + 3.0), cost)
        if not best:
            self._drafted, self._accepted = self._drafted * FORGOTTEN, self._accepted * FORGOTTEN
            self._seconds *= FORGOTTEN
        return best

    def follow(self, tokens: Sequence[int]) -> None:
        """The prompt that will be gone on with, most likely; read in ``rest``."""
        self._goal = list(tokens)

    def rest(self) -> bool:
        """Read a little of the prompt; False when there is nothing left to read."""
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
        """The first ``right`` tokens of ``draft`` were what the main model writes; counts when the guess was its own."""
        if draft and list(draft) == self._guess[: len(draft)]:
            self._drafted = self._drafted * REMEMBERED + len(draft)
            self._accepted = self._accepted * REMEMBERED + right
        self._guess = []

    def _can(self, tokens: Sequence[int], count: int = 0) -> bool:
        room = len(tokens) + count <= self._session.context
        return not self._broken and bool(tokens) and room and max(tokens) < self._size

    def _backlog(self, tokens: Sequence[int]) -> list[int]:
        """What of ``tokens`` is not read yet, at least the last one; what does not belong to them is forgotten."""
        keep = min(common(self._tokens, tokens), len(tokens) - 1)
        if len(self._tokens) > keep:
            del self._tokens[self._session.cut(0, keep) :]
        return list(tokens[len(self._tokens) :])

    def _read(self, tokens: list[int], wanted: int) -> bool:
        """Evaluate; False when it could not be done, which is the end of guessing, not of answers."""
        self._batch.clear()
        self._batch.add(tokens, len(self._tokens), 0, wanted)
        try:
            if not self._session.decode(self._batch):
                raise DecodeError("it was aborted")
        except DecodeError as error:
            log.error("the draft model is not used any more: %s", error)
            self._broken = True
            return False
        self._tokens += tokens
        return True
