"""How a context attends on the processor: with flash attention or without, and how it keeps its keys. Measured, not known.

On one machine (AMD EPYC, two threads at most, beside other work) a typing request's steps after 800 tokens took, for the
embedded model / SmolLM2-135M with one thread: with flash attention 1.3 / 24 ms a token and 2.8 / 50 ms for three, without
it 1.2 / 17 and 2.7 / 36 ms, without it and with keys of 8 bits 1.0 / 16 and 1.9 / 31 ms. A build for AVX-512 ranks them
differently. Values stay 16 bits wide, for only flash attention reads others. Attention is a large part of a small model's
step and a small part of a large one's, so only small models are worth the measurement, which costs as much as a thousand
tokens.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from codestral_ls.timing import Clock, monotonic

F16, Q8_0, Q4_0 = 1, 8, 2
"""ggml's numbers of the types of a KV cache."""
MOST_MEASURED = 50_000_000
"""Parameters; larger models are not measured."""
MOST_SMALL = 1_000_000_000
"""Parameters up to which attention is still a part of a step that counts."""
TOKENS = 256
"""Tokens in the cache while a step is measured."""
TYPED = 3
"""Tokens of the batch that begins a typing request, and the width of a guess."""
LINE = 12
"""Tokens of an answer."""
STEPS = 8
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Attention:
    """``flash`` is llama.cpp's value: -1 lets it choose, 0 off, 1 on; the others are types of the cache."""

    flash: int
    keys: int = F16
    values: int = F16


CANDIDATES = (Attention(0, Q8_0), Attention(0), Attention(1))
"""The first of equally fast ones is taken, and where nothing is measured the first on x86."""


class Steps(Protocol):
    """A context of its own to measure with."""

    def evaluate(self, tokens: int, position: int) -> None:
        """Evaluate so many tokens at ``position`` of an otherwise empty sequence."""
        ...

    def close(self) -> None:
        """Give its memory back."""
        ...


def fastest(make: Callable[[Attention], Steps | None], clock: Clock = monotonic) -> Attention:
    """The candidate with which a typing request takes the shortest time. ``make`` opens a context; None where it cannot.

    All are measured in turn and the shortest times compared, so that other work on the machine troubles all alike.
    """
    opened: dict[Attention, Steps] = {}
    try:
        for candidate in CANDIDATES:
            if (steps := make(candidate)) is not None:
                opened[candidate] = steps
                steps.evaluate(TOKENS, 0)
        if not opened:
            return CANDIDATES[-1]
        shortest = {(candidate, tokens): math.inf for candidate in opened for tokens in (1, TYPED)}
        for _ in range(ROUNDS):
            for candidate, steps in opened.items():
                for tokens in (TYPED, *[1] * STEPS):
                    began = clock()
                    steps.evaluate(tokens, TOKENS)
                    shortest[candidate, tokens] = min(shortest[candidate, tokens], clock() - began)
        return min(opened, key=lambda candidate: shortest[candidate, TYPED] + (LINE - 1) * shortest[candidate, 1])
    finally:
        for steps in opened.values():
            steps.close()


def usual(parameters: int, system: str) -> Attention:
    """What is taken unmeasured for a model of so many parameters. ``system`` is llama.cpp's list of what it was built for."""
    if "AVX" in system and parameters <= MOST_SMALL:
        return CANDIDATES[0]
    return Attention(0) if "AVX512 = 1" in system else Attention(1)
