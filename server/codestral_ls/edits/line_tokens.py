"""A line of code as tokens, and the tokens that two lines have in common. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

_TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|\s+|[^\w\s]")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
LONGEST_LINE = 400
"""In characters. Longer lines are data or minified; no change is derived from them and none is proposed in them."""

Block = tuple[str, int, int, int, int]
"""One step from one sequence to another, in difflib's form: (equal|replace|delete|insert, i1, i2, j1, j2)."""


@lru_cache(maxsize=8_192)
def tokens(line: str) -> tuple[str, ...]:
    """The words, numbers, runs of blanks and single marks of ``line``; joined they give the line."""
    return tuple(_TOKEN.findall(line))


def is_word(token: str) -> bool:
    """True if ``token`` is a name, keyword or number, by which a place can be found."""
    return token[:1].isalnum() or token.startswith("_")


@lru_cache(maxsize=8_192)
def blocks(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[Block, ...]:
    """The steps that lead from ``old`` to ``new``.

    Equal tokens at both ends are taken first: difflib alone would rather match a bracket in the middle.
    """
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    steps: list[Block] = [("equal", 0, head, 0, head)] if head else []
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    steps += [(tag, i + head, j + head, k + head, m + head) for tag, i, j, k, m in middle.get_opcodes()]
    if tail:
        steps.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return tuple(steps)


def is_balanced(part: Sequence[str]) -> bool:
    """True if every bracket in ``part`` has its partner there, so that the part may be a whole expression."""
    closers: list[str] = []
    for mark in part:
        if mark in _CLOSERS:
            closers.append(_CLOSERS[mark])
        elif mark in _CLOSERS.values() and (not closers or closers.pop() != mark):
            return False
    return not closers


@lru_cache(maxsize=8_192)
def words(line: str) -> Counter[str]:
    """The words of ``line`` with their counts; the caller must not change the result."""
    return Counter(token for token in tokens(line) if is_word(token))


@lru_cache(maxsize=16_384)
def line_likeness(one: str, other: str) -> float:
    """The likeness of two lines; cached, because from one search to the next nearly all lines are the same."""
    return likeness(words(one), words(other))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of words that two lines have in common, 0 to 1, in whatever order."""
    total = one.total() + other.total()
    return 2 * sum(min(count, other[word]) for word, count in one.items() if word in other) / total if total else 0.0
