"""Finds lines outside the window, in the same file or in neighbours, that continue the characters before the cursor: for small
windows.

A model that sees two thousand characters cannot copy from the rest of the project; a few of its lines before the prefix make that
possible. Measured with the embedded model on unseen packages: 21 % exact lines at random cursors without them, 23 % with lines of
the same file, 28 % after training with those and with lines of neighbours (`training/MODEL_CARD.md`). Pure, about half a
millisecond in 100 kB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from codestral_ls.documents.text import line_end, line_start, next_line_start, occurrences

MATCHES = (80, 64, 48, 32, 24, 16, 12, 8, 6)
"""Numbers of characters before the cursor that must match, the best first."""
STRONG, STRONG_WRITTEN = 8, 6
"""The least length of a match for which a new prompt is evaluated: in characters, and in characters other than white space."""
PASSAGES = 3
LONGEST = 280
"""Characters of one passage."""
PLACES = 8
"""How many matches of one length are examined."""
REACH = 100_000
"""Characters on each side of the window that are searched, so that a huge file costs no more."""


@dataclass(frozen=True, slots=True)
class _Passage:
    """``text[start:stop]``."""

    text: str
    start: int
    stop: int

    def lines(self) -> str:
        return self.text[self.start : self.stop].rstrip("\r\n")

    def overlaps(self, other: _Passage) -> bool:
        return self.text is other.text and self.start < other.stop and other.start < self.stop


def retrieve(text: str, offset: int, top: int, end: int, characters: int, others: Sequence[str] = ()) -> str:
    """Whole lines before ``top`` and after ``end``, at most ``characters`` long, the best match last; ``""`` if nothing matches.

    ``others`` are texts of other files, nearest first; of equally long matches, this file's come first. Each passage is the line
    that continues the characters before ``offset``, the line above it and two lines below.
    """
    found: list[_Passage] = []
    for source, place in _places(text, offset, top, end, others):
        passage = _passage(source, place, top, end) if source is text else _passage(source, place, len(source), len(source))
        lines = passage.lines()
        size = passage.stop - passage.start
        if size >= characters or not lines.strip() or any(passage.overlaps(one) or one.lines() == lines for one in found):
            continue
        characters -= size + 1
        found.append(passage)
        if len(found) == PASSAGES:
            break
    return "".join(passage.lines() + "\n" for passage in reversed(found))


def is_wanted(text: str, offset: int, top: int, end: int, shown: str, others: Sequence[str] = ()) -> bool:
    """True if the characters before ``offset`` occur outside the window or in ``others``, but not in the window or in ``shown``."""
    key = text[max(0, offset - STRONG) : offset]
    if sum(not character.isspace() for character in key) < STRONG_WRITTEN:
        return False
    if key in shown or text.find(key, top, offset - 1) >= 0 or text.find(key, offset, end) >= 0:
        return False
    if text.find(key, max(0, top - REACH), top) >= 0 or text.find(key, end, end + REACH) >= 0:
        return True
    return any(key in other for other in others)


def _places(text: str, offset: int, top: int, end: int, others: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Offsets at which a text continues the text before the cursor: longest matches first; among equal ones the nearest above."""
    for length in MATCHES:
        key = text[offset - length : offset] if length <= offset else ""
        if not key.strip():
            continue
        here = occurrences(key, text, (max(0, top - REACH), top), (end, end + REACH))
        yield from islice(((text, at + length) for at in here), PLACES)
        there = ((other, at + length) for other in others for at in occurrences(key, other, (0, 0), (0, len(other))))
        yield from islice(there, PLACES)


def _passage(text: str, place: int, top: int, end: int) -> _Passage:
    """The lines around a place, fewer if they are long or reach into the window."""
    start, stop = line_start(text, place), line_end(text, place)
    low, high = (0, top) if place <= top else (end, len(text))
    above = max(low, line_start(text, max(0, start - 1)))
    below = stop
    for _ in range(2):
        below = line_end(text, next_line_start(text, below))
    below = min(below, high)
    if below - above <= LONGEST:
        return _Passage(text, above, below)
    return _Passage(text, max(low, start), min(stop, high))
