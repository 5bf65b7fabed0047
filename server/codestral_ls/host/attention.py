"""How a context computes attention on the processor: with flash attention or without, and how it stores its keys. This is measured.

Measured on one machine (AMD EPYC, at most two threads, with other work running), for a typing request's steps after 800 tokens,
embedded model / SmolLM2-135M with one thread: with flash attention 1.3 / 24 ms per token and 2.8 / 50 ms for three tokens, without
it 1.2 / 17 and 2.7 / 36 ms, without it and with 8-bit keys 1.0 / 16 and 1.9 / 31 ms. A build for AVX-512 ranks them differently:
there flash attention writes as fast and reads a prompt in three quarters of the time (embedded model, two threads, 500 tokens: 114
against 157 ms).
Values stay 16 bits wide, because only flash attention can read narrower ones. Attention is a large part of a small model's step and
a small part of a large model's, so only small models are measured; a measurement costs as much as a thousand tokens.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from codestral_ls.timing import Clock, monotonic

F16, Q8_0, Q4_0 = 1, 8, 2
"""ggml's numbers for the types of a KV cache."""
MOST_MEASURED = 50_000_000
"""Parameters; larger models are not measured."""
MOST_SMALL = 1_000_000_000
"""Up to this many parameters attention is a noticeable part of a step."""
TOKENS = 256
"""Tokens in the cache while a step is measured."""
TYPED = 3
"""Tokens of the batch that begins a typing request, and the tokens of one guess."""
LINE = 12
"""Tokens of an answer."""
READ = 35
"""Tokens of longer prompts for each request: in replayed typing 5 % of the prompts' tokens had to be evaluated."""
STEPS = 8
ROUNDS, READINGS = 3, 2


@dataclass(frozen=True, slots=True)
class Attention:
    """``flash`` is llama.cpp's value: -1 lets it choose, 0 off, 1 on; the other two are types of the cache."""

    flash: int
    keys: int = F16
    values: int = F16


CANDIDATES = (Attention(0, Q8_0), Attention(1))
"""The candidates. Of equally fast ones the first is taken; without a measurement the first is used on x86."""


class Steps(Protocol):
    """A context of its own to measure with."""

    def evaluate(self, tokens: int, position: int) -> None:
        """Evaluate so many tokens at ``position`` of an otherwise empty sequence."""
        ...

    def close(self) -> None:
        """Free its memory."""
        ...


def fastest(make: Callable[[Attention], Steps | None], clock: Clock = monotonic) -> Attention:
    """The candidate with which a typing request is fastest. ``make`` opens a context, or returns None if it cannot.

    The candidates are measured in turns and their shortest times compared, so that other work on the machine affects all of them
    equally.
    """
    opened: dict[Attention, Steps] = {}
    try:
        for candidate in CANDIDATES:
            if (steps := make(candidate)) is not None:
                opened[candidate] = steps
        if not opened:
            return CANDIDATES[-1]
        shortest = {(candidate, tokens): math.inf for candidate in opened for tokens in (1, TYPED, TOKENS)}
        for number in range(ROUNDS):
            for candidate, steps in opened.items():
                for tokens in (*([TOKENS] if number < READINGS else []), TYPED, *[1] * STEPS):
                    began = clock()
                    steps.evaluate(tokens, 0 if tokens == TOKENS else TOKENS)
                    shortest[candidate, tokens] = min(shortest[candidate, tokens], clock() - began)
        return min(opened, key=lambda candidate: _request({tokens: shortest[candidate, tokens] for tokens in (1, TYPED, TOKENS)}))
    finally:
        for steps in opened.values():
            steps.close()


def _request(seconds: dict[int, float]) -> float:
    """What a request takes on average: its typed tokens, its line, and its share of prompts that are read anew."""
    return seconds[TYPED] + (LINE - 1) * seconds[1] + READ * seconds[TOKENS] / TOKENS


def usual(parameters: int, system: str, *, dispatched: bool = False) -> Attention:
    """The choice without a measurement, for a model of so many parameters. ``system`` is llama.cpp's list of the features it was
    built with; ``dispatched`` is true for libraries that load the kernels of this processor's generation.

    Those libraries read faster with flash attention on AVX-512 and write as fast: SmolLM2-135M with two threads reads 500, 1,500
    and 2,000 tokens in 1.39, 4.71 and 7.16 s, without it and with 8-bit keys in 1.52, 5.36 and 7.67 s; a token then takes 8.1,
    11.0 and 13.3 ms against 9.3, 10.9 and 12.0 ms.
    """
    if dispatched and "AVX512 = 1" in system:
        return Attention(1)
    if "AVX" in system and parameters <= MOST_SMALL:
        return CANDIDATES[0]
    return Attention(0) if "AVX512 = 1" in system else Attention(1)
