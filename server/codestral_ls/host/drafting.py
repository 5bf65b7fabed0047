"""Prompt-lookup drafting: guess the next tokens by copying what followed the same tokens earlier in the prompt.

The engine verifies a guess in the same batch that evaluates the last token, so the text is the same as without guessing.
Pure. The client's guess comes first: text from the user's files, most of which is not in the prompt. Next is the prompt: code
repeats itself, then the last answers: while typing, nearly the same place is completed again and again, and the end of the answer
stays the same. A draft model (``draft_model.py``), if one is loaded, is asked last.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from codestral_ls.host.answer_run import Run

LONGEST = 8
"""Most tokens guessed at once."""
MATCH = 3
"""How many tokens must match: with fewer, most guesses in source code are wrong."""
MOST_KEPT = 2048
"""Tokens of the last answers, about forty lines."""
NOTHING = -1
"""Separates two answers; no token has this number."""
SLOPE = 0.15
"""The cost of a guessed token relative to that of a step, before any is measured."""
FORGOTTEN = 0.003
"""The share of what was learned about that cost that each step without a guess forgets: half of it in 230 steps."""
LEAST_GAIN = 1.05
"""Guessing stops below this many tokens per unit of time, relative to not guessing."""


@dataclass(slots=True)
class BatchRowCost:
    """The cost of another row in a batch, relative to a batch of one, learned from past batches.

    0 on a large GPU (memory-bound), near 1 for a tiny model on one core, where guessing seldom pays. Starts at `SLOPE`, and goes
    back there slowly while nothing is guessed, so that a guess is tried again after some hundred tokens.
    """

    single: float = 0.0
    slope: float = SLOPE

    def book(self, rows: int, seconds: float) -> None:
        """A batch of ``rows`` tokens of one answer took ``seconds``; outliers (a busy machine, a GPU's first batch of a size) are
        capped: at four times the normal time, or two for each token.
        """
        if rows == 1:
            self.single += (min(seconds, self.single * 4 or seconds) - self.single) * (0.1 if self.single else 1.0)
            self.slope += (SLOPE - self.slope) * FORGOTTEN
        elif self.single > 0 and rows <= LONGEST + 1:
            slope = max(0.0, min(seconds / self.single, 2.0 * rows) - 1.0) / (rows - 1)
            self.slope += (slope - self.slope) * 0.1

    def length(self, right: float, cost: float = 0.0) -> int:
        """How many tokens to guess when each is right with probability ``right``; 0 when it does not pay.

        With k guesses a step writes 1 + p + … + p^k tokens and costs 1 + k * slope, plus ``cost`` for finding each guess.
        """
        best, gain, written = 0, LEAST_GAIN, 1.0
        for count in range(1, LONGEST + 1):
            written += right**count
            if written / (1 + (self.slope + cost) * count) > gain:
                best, gain = count, written / (1 + (self.slope + cost) * count)
        return best


def lookup(tokens: Sequence[int], count: int, match: int = MATCH) -> list[int]:
    """At most ``count`` tokens that followed the latest earlier occurrence of the last ``match`` tokens."""
    if len(tokens) <= match or count <= 0:
        return []
    haystack = array("i", tokens)
    return _following(haystack, haystack[-match:], len(haystack) - 1, count)


def _following(haystack: array[int], needle: array[int], end: int, count: int) -> list[int]:
    """At most ``count`` numbers after the last occurrence of ``needle`` before ``end``; none if there is no occurrence."""
    found = _found(haystack, needle, end)
    return haystack[found + len(needle) : found + len(needle) + count].tolist() if found >= 0 else []


def _found(haystack: array[int], needle: array[int], end: int) -> int:
    """The start of the last occurrence of ``needle`` before ``end``; -1 if there is none."""
    size = haystack.itemsize
    data, wanted, stop = haystack.tobytes(), needle.tobytes(), end * size
    while (at := data.rfind(wanted, 0, stop)) >= 0:
        if at % size == 0:
            return at // size
        stop = at + len(wanted) - 1
    return -1


def expected(tokens: Sequence[int], prompt: int, guess: Sequence[int], count: int) -> list[int]:
    """At most ``count`` tokens of ``guess`` that follow the answer, which are ``tokens`` from ``prompt`` on.

    Where the answer began otherwise, those that follow its last ``MATCH`` tokens in the guess.
    """
    if count <= 0 or not guess:
        return []
    written = list(tokens[prompt:])
    if list(guess[: len(written)]) == written:
        return list(guess[len(written) : len(written) + count])
    if len(written) < MATCH:
        return []
    return _following(array("i", guess), array("i", written[-MATCH:]), len(guess), count)


class LastAnswers:
    """The tokens of the last answers, each with the end of its prompt, for looking up guesses."""

    def __init__(self) -> None:
        self._tokens: array[int] = array("i")

    def keep(self, tokens: Sequence[int], prompt: int) -> None:
        """Remember an answer: ``tokens``, starting at the end of their first ``prompt`` tokens."""
        if len(tokens) > prompt:
            self._tokens.extend([NOTHING, *tokens[max(0, prompt - MATCH) :]])
            del self._tokens[: max(0, len(self._tokens) - MOST_KEPT)]

    def lookup(self, tokens: Sequence[int], count: int) -> list[int]:
        """At most ``count`` tokens that followed the last ``MATCH`` of ``tokens`` in the latest answer that contains them."""
        if count <= 0 or len(tokens) < MATCH:
            return []
        after = _following(self._tokens, array("i", tokens[-MATCH:]), len(self._tokens), count)
        return after[: after.index(NOTHING)] if NOTHING in after else after


class Guesser(Protocol):
    """Guesses tokens when the prompt has nothing to copy."""

    def length(self, pace: BatchRowCost) -> int:
        """How many tokens to guess; 0 when it does not pay."""
        ...

    def guess(self, tokens: Sequence[int], count: int) -> list[int]:
        """At most ``count`` tokens that follow ``tokens``."""
        ...


def propose(
    run: Run, pace: BatchRowCost, context: int, guesser: Guesser | None = None, answers: LastAnswers | None = None
) -> list[int]:
    """The guess for ``run``, within its limits; empty if guessing is not allowed or does not pay."""
    if not run.may_draft:
        return []
    most = min(run.order.max_tokens - run.generated - 1, context - len(run.tokens) - 1)
    # Copied code is right two times of three at the start of an answer; the answer's own record soon outweighs that.
    pace = BatchRowCost() if run.order.draft == "always" else pace
    length = pace.length((run.accepted + 2.0) / (run.drafted + 3.0))
    copied = expected(run.tokens, len(run.order.tokens), run.order.guess, min(length, most))
    copied = copied or lookup(run.tokens, min(length, most))
    if not copied and answers is not None:
        copied = answers.lookup(run.tokens, min(length, most))
    if copied or guesser is None or most <= 0:
        return copied
    return guesser.guess(run.tokens, min(LONGEST if run.order.draft == "always" else guesser.length(pace), most))
