"""How close a completion is to the true text. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache


@cache
def distance(one: str, other: str) -> int:
    """Levenshtein distance: the fewest insertions, deletions and substitutions of a character."""
    if not one or not other or one == other:
        return 0 if one == other else max(len(one), len(other))
    previous = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        current = [row]
        for column, right in enumerate(other, 1):
            current.append(min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (left != right)))
        previous = current
    return previous[-1]


def similarity(one: str, other: str) -> float:
    """1 minus the distance divided by the longer length; 1 for two empty texts."""
    longest = max(len(one), len(other))
    return 1.0 - distance(one, other) / longest if longest else 1.0


def percent(values: Sequence[float]) -> float:
    return 100.0 * sum(values) / len(values) if values else float("nan")
