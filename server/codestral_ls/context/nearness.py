"""Which of some files are nearest to a file, and how many of their texts are kept. Pure: only names and texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

MOST_CHARACTERS = 300_000
"""The most characters that are searched within a keystroke: about 0.2 ms for one string."""
MOST_FILES = 40
LONGEST = 120_000
"""Characters. Longer files are usually tables and generated code, and crowd out the others."""


def farness(here: str, other: str) -> tuple[int, int, str]:
    """A sort key, smallest for the nearest file: the steps from folder to folder, then how long a beginning the names share.

    The second part matters in folders with more files than are read.
    """
    (*ours, our_name), (*theirs, name) = here.split("/"), other.split("/")
    return len(ours) + len(theirs) - 2 * _shared(ours, theirs), -_shared(our_name, name), other


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of the first elements agree."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def held(
    files: Iterable[tuple[str, str | None]], own: str = "", most: int = MOST_CHARACTERS, least: int = 1
) -> Iterator[tuple[str, str]]:
    """Those of ``files`` (name and text, nearest first) to keep in memory: no text twice or equal to ``own``, and none too long.

    ``most`` limits their total characters; if fewer than ``least`` are left, no further file is read.
    """
    texts, count = {own}, 0
    if most < least:
        return
    for name, text in files:
        if text is not None and text not in texts and len(text) <= min(LONGEST, most):
            yield name, text
            texts.add(text)
            most -= len(text)
            count += 1
        if count == MOST_FILES or most < least:
            return
