"""An old line became a new line: what does another line become? This is how an edit is repeated.

``repeated`` aligns the tokens of a third line with those of the old line. The tokens that they share carry the change over; where
they differ, the third line's own expression replaces the old line's, also in the added text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from codestral_ls.edits.line_tokens import blocks, is_balanced, is_word


@dataclass(frozen=True, slots=True)
class Repeated:
    """``tokens`` of the changed third line; ``common`` is the share of the old line's tokens that it has, 0 to 1.

    ``left`` and ``right`` count the equal tokens directly around the change; if it has several parts, the smallest counts.
    """

    tokens: tuple[str, ...]
    common: float
    left: int
    right: int


@lru_cache(maxsize=16_384)
def repeated(old: tuple[str, ...], new: tuple[str, ...], other: tuple[str, ...]) -> Repeated | None:
    """The third line with the change from the first line to the second; None if it does not have their form.

    Cached, because from one search to the next nearly all lines are the same.
    """
    change = blocks(old, new)
    where, own = _aligned(old, other)
    if where is None:
        return None
    made: list[str] = []
    left = right = len(old)
    for tag, i1, i2, _, _ in change:
        if tag == "equal":
            continue
        before, after = _left_of(where, i1), _right_of(where, i2, len(old))
        if any(where[i] is None for i in range(i1, i2)):
            return None  # the other line does not have the text that was changed
        if i1 == i2 and not (before or after):
            return None  # text was added, and nothing shows where
        left, right = min(left, before if i1 else len(old)), min(right, after if i2 < len(old) else len(old))
    at = 0
    for tag, i1, i2, j1, j2 in change:
        if tag == "equal":
            stop = _place(where, i2, len(other)) if i2 < len(old) else len(other)
            if stop is None or stop < at:
                return None
            made.extend(other[at:stop])
            at = stop
            continue
        begin = _place(where, i1, len(other), at)
        stop = begin if i1 == i2 else _known(where[i2 - 1]) + 1
        if begin is None or stop is None or not at <= begin <= stop:
            return None
        added = tuple(own.get(token, token) for token in new[j1:j2])
        if i1 == i2 and added in (tuple(other[begin : begin + len(added)]), tuple(other[max(0, begin - len(added)) : begin])):
            return None  # the other line has the change already
        made.extend(other[at:begin])
        made.extend(added)
        at = stop
    made.extend(other[at:])
    result = tuple(made)
    if result == tuple(other):
        return None
    same = sum(place is not None for place in where)
    return Repeated(result, same / max(1, len(old)), left, right)


def _aligned(old: Sequence[str], other: Sequence[str]) -> tuple[list[int | None] | None, dict[str, str]]:
    """Where each old token is in the other line, and which of its words correspond to words of the old line."""
    where: list[int | None] = [None] * len(old)
    own: dict[str, str] = {}
    for tag, i1, i2, j1, j2 in blocks(old, other):
        if tag == "equal":
            for i in range(i2 - i1):
                where[i1 + i] = j1 + i
            continue
        if not (is_balanced(old[i1:i2]) and is_balanced(other[j1:j2])):
            return None, own
        single = i2 - i1 == 1 == j2 - j1 and is_word(old[i1]) and is_word(other[j1])
        if single and own.setdefault(old[i1], other[j1]) != other[j1]:
            return None, own
    return where, own


def _left_of(where: Sequence[int | None], at: int) -> int:
    """How many of the old tokens directly before ``at`` the other line has in the same order without a gap."""
    count = 0
    while at - 1 - count >= 0:
        place = where[at - 1 - count]
        if place is None or (count and place != _known(where[at - count]) - 1):
            break
        count += 1
    return count


def _right_of(where: Sequence[int | None], at: int, length: int) -> int:
    """How many of the old tokens from ``at`` on the other line has in the same order without a gap."""
    count = 0
    while at + count < length:
        place = where[at + count]
        if place is None or (count and place != _known(where[at + count - 1]) + 1):
            break
        count += 1
    return count


def _known(place: int | None) -> int:
    assert place is not None
    return place


def _place(where: Sequence[int | None], at: int, end: int, least: int = 0) -> int | None:
    """Where the border before old token ``at`` is in the other line: found by the token after it, else by the token before it."""
    if at == len(where):
        return end
    if (after := where[at]) is not None:
        return after
    if at and (before := where[at - 1]) is not None:
        return before + 1
    return least if at == 0 else None


def alike(old: Sequence[str], other: Sequence[str]) -> dict[str, str] | None:
    """Which words of a line of the same form correspond to which old words; None if it has another form.

    Lines have the same form if they differ only in single words, and not in all of them.
    """
    if len(old) != len(other):
        return None
    own: dict[str, str] = {}
    same = 0
    for one, two in zip(old, other, strict=True):
        if one == two:
            same += is_word(one)
        elif not (is_word(one) and is_word(two)) or own.setdefault(one, two) != two:
            return None
    return own if same else None
