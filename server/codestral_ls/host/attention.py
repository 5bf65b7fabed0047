"""Whether flash attention is the faster one for a model on this processor: measured, for the answer differs by build.

On one machine (AMD EPYC, embedded model, 576 tokens) a decode took 0.9 ms with and 1.1 ms without it in a build for AVX2, and
1.6 against 1.3 ms in one for AVX-512. Attention is a large part of a small model's step and a small part of a large
one's, so only small models are worth the measurement, which costs as much as some hundred tokens.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from codestral_ls.timing import Clock, monotonic

MOST_PARAMETERS = 50_000_000
"""Larger models are not measured."""
TOKENS = 256
"""Tokens in the cache while a step is measured."""
STEPS = 12
ROUNDS = 3


class Steps(Protocol):
    """A context of its own to measure with."""

    def evaluate(self, tokens: int, position: int) -> None:
        """Evaluate so many tokens at ``position`` of an otherwise empty sequence."""
        ...

    def close(self) -> None:
        """Give its memory back."""
        ...


def faster_with_it(make: Callable[[bool], Steps | None], clock: Clock = monotonic) -> bool:
    """Whether single steps are faster with flash attention. ``make`` opens a context with or without; None where it cannot.

    Both are measured in turn and the shortest times compared, so that other work on the machine troubles both alike.
    """
    without, with_it = make(False), make(True)
    try:
        if without is None or with_it is None:
            return with_it is not None
        both = (without, with_it)
        for steps in both:
            steps.evaluate(TOKENS, 0)
        shortest = [math.inf, math.inf]
        for _ in range(ROUNDS):
            for at, steps in enumerate(both):
                for _ in range(STEPS):
                    began = clock()
                    steps.evaluate(1, TOKENS)
                    shortest[at] = min(shortest[at], clock() - began)
        return shortest[1] <= shortest[0]
    finally:
        for made in (without, with_it):
            if made is not None:
                made.close()
