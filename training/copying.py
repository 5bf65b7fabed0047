"""The best predictor without a model: find an earlier occurrence of the last characters, and propose the text after it.

It sees the whole file, on both sides of the cursor, and other files if they are given; the model sees only its window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LONGEST, SHORTEST = 80, 3


@dataclass(frozen=True, slots=True)
class Copy:
    """The rest of the line that was found, and how many characters before the cursor agree there (0 if nothing was found)."""

    text: str
    match: int


def copy(prefix: str, suffix: str, others: Sequence[str] = ()) -> Copy:
    """The longest match counts; of several places with that length, the nearest before the cursor, then the first after it, then
    `others`.
    """
    for length in range(min(LONGEST, len(prefix)), SHORTEST - 1, -1):
        key = prefix[-length:]
        place = prefix.rfind(key, 0, len(prefix) - 1)
        if place >= 0:
            return Copy(_rest(prefix, place + length), length)
        place = suffix.find(key)
        if place >= 0:
            return Copy(_rest(suffix, place + length), length)
        for other in others:
            place = other.find(key)
            if place >= 0:
                return Copy(_rest(other, place + length), length)
    return Copy("", 0)


def _rest(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[place : len(text) if end < 0 else end].rstrip()
