"""The copy tier: the rest of a line, copied from where the same characters occur elsewhere. About a millisecond. Pure.

Finds the longest run of characters before the cursor that occurs a second time in this file or another, and predicts that the
line continues as it did there. How often that is right was measured by the length of the match and by whether other occurrences
of the last characters are followed by the same text: with 20 characters matched, a prediction that all occurrences agree on is
right three times in four, a prediction that most contradict once in twelve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Literal

from codestral_ls.documents.text import line_end, occurrences

LONGEST = 80
SHORTEST = 8
"""Shorter matches, in characters, are ignored: even at eight, only one prediction in twelve is right."""

AGREE = 12
"""How many characters before the cursor are searched for elsewhere, to see whether other occurrences agree."""
PLACES = 12
"""How many occurrences are compared at most."""
FOLLOWING = 400
"""Characters after a match that a model may check as a guess: about a hundred tokens."""
WORTH_GUESSING = 0.3
"""Below this precision a guess costs a model more than it saves: an answer's first guess is made as if two of three were right."""
LENGTHENED = 6
"""How often a match that is longer by one character is searched for, before lengths are bisected; bisecting takes as many
searches.
"""

Agreement = Literal["alone", "all", "most", "few"]
"""A single occurrence; or of several, all, more than half, or fewer continue as predicted."""
Table = tuple[tuple[int, float], ...]

PRECISION: dict[str, dict[Agreement, Table]] = {
    "python": {
        "all": ((80, 0.99), (40, 0.88), (24, 0.87), (16, 0.73), (12, 0.64), (8, 0.46)),
        "most": ((80, 0.86), (40, 0.85), (24, 0.68), (16, 0.51), (12, 0.44), (8, 0.3)),
        "alone": ((80, 0.81), (40, 0.55), (24, 0.37), (16, 0.25), (12, 0.15), (8, 0.1)),
        "few": ((80, 0.77), (40, 0.33), (24, 0.16), (16, 0.08), (12, 0.05), (8, 0.04)),
    },
    "javascript": {
        "all": ((80, 0.99), (40, 0.95), (24, 0.88), (16, 0.68), (12, 0.58), (8, 0.45)),
        "most": ((80, 0.91), (40, 0.8), (24, 0.71), (12, 0.5), (8, 0.3)),
        "alone": ((80, 0.61), (40, 0.53), (24, 0.35), (16, 0.22), (12, 0.15), (8, 0.1)),
        "few": ((80, 0.59), (40, 0.31), (24, 0.19), (16, 0.1), (12, 0.06), (8, 0.04)),
    },
    "c": {
        "all": ((80, 0.99), (40, 0.95), (24, 0.92), (16, 0.86), (12, 0.63), (8, 0.57)),
        "most": ((80, 0.87), (40, 0.73), (24, 0.65), (16, 0.63), (12, 0.35), (8, 0.35)),
        "alone": ((80, 0.77), (40, 0.52), (24, 0.33), (16, 0.17), (12, 0.16), (8, 0.13)),
        "few": ((80, 0.55), (40, 0.21), (24, 0.11), (16, 0.09), (12, 0.06), (8, 0.04)),
    },
}
"""Share of exactly right rests of a line by language, agreement and length of the match: `benchmarks/results/copy.md`, printed by
`python -m benchmarks.calibrate` over installed files."""


_FAMILY = {
    "typescript": "javascript", "typescriptreact": "javascript", "javascriptreact": "javascript",
    "cpp": "c", "objective-c": "c",
}  # fmt: skip
"""Languages that were not measured, and the similar language whose shares are used."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The predicted rest of the line, how many characters matched, whether other occurrences agree, and how often such a
    prediction is right (0..1). ``following`` begins with the same text and contains the lines after it too.
    """

    text: str
    match_length: int
    agreement: Agreement
    precision: float
    following: str = ""

    @property
    def guess(self) -> str:
        """What the model may write here, with the line ends that models are trained on; "" if that is not likely enough."""
        return self.following.replace("\r\n", "\n") if self.precision >= WORTH_GUESSING else ""


def predict(text: str, offset: int, others: Iterable[str] = (), language: str = "") -> Copied | None:
    """The rest of the line from the longest match; of equal matches, this file's nearest before the cursor.

    ``others`` are texts of recently seen files, the latest first, and of neighbouring files. Costs a few substring searches
    per file.
    """
    sources: list[tuple[str, int | None]] = [(text, offset), *((other, None) for other in others)]
    best: tuple[int, str, str] | None = None
    for source, cursor in sources:
        found = _longest(text, offset, source, cursor, best[0] + 1 if best else SHORTEST)
        if found is not None:
            best = found
    if best is None or not best[1].strip():
        return None
    agreement = _agreement(text[offset - min(AGREE, best[0]) : offset], best[1].rstrip(), sources)
    return Copied(best[1], best[0], agreement, precision(best[0], language, agreement), best[2])


def precision(match_length: int, language: str, agreement: Agreement) -> float:
    """Measured share of right predictions for a match of this many characters."""
    tables = PRECISION.get(_FAMILY.get(language, language))
    of_all = [tables] if tables is not None else list(PRECISION.values())
    return min(_share(table[agreement], match_length) for table in of_all)


def _share(table: Table, match_length: int) -> float:
    return next((share for length, share in table if match_length >= length), 0.0)


def _agreement(key: str, predicted: str, sources: Iterable[tuple[str, int | None]]) -> Agreement:
    places = agreeing = 0
    for source, cursor in sources:
        for place in _places(key, source, cursor, PLACES - places):
            places += 1
            agreeing += source[place : line_end(source, place)].rstrip() == predicted
    if places <= 1:
        return "alone"
    return "all" if agreeing == places else "most" if agreeing * 2 > places else "few"


def _longest(text: str, offset: int, source: str, cursor: int | None, shortest: int) -> tuple[int, str, str] | None:
    """The longest match of the characters before ``offset`` in ``source``: its length, the rest of its line, and what follows.

    ``cursor`` is set if ``source`` is the document itself.

    A match is extended as far as possible, and then a longer one is searched for, until there is none. Each search reads the
    whole source, so after a few of them lengths are bisected: if a length matches, so does every shorter one.
    """
    longest = min(LONGEST, offset)
    if longest < shortest or (at := _find(text[offset - shortest : offset], source, cursor)) is None:
        return None
    low, high = _length(text, offset, source, at, shortest, longest), longest
    for search in count():
        if low >= high:
            break
        middle = low + 1 if search < LENGTHENED else (low + high + 1) // 2
        found = _find(text[offset - middle : offset], source, cursor)
        if found is None:
            high = middle - 1
        else:
            low, at = _length(text, offset, source, found, middle, high), found
    return low, source[at : line_end(source, at)], source[at : at + FOLLOWING]


def _length(text: str, offset: int, source: str, at: int, length: int, longest: int) -> int:
    """How many characters before ``offset`` equal those before ``at`` in ``source``; the last ``length`` of them are known to be
    equal.
    """
    while length < longest and length < at and source[at - length - 1] == text[offset - length - 1]:
        length += 1
    return length


def _find(needle: str, source: str, cursor: int | None) -> int | None:
    return next(_places(needle, source, cursor, 1), None)


def _places(key: str, source: str, cursor: int | None, most: int) -> Iterator[int]:
    """Offsets after occurrences of ``key``, at most ``most``: those before the cursor, nearest first, then those after it."""
    before, after = (len(source), len(source)) if cursor is None else (cursor - 1, cursor)
    return islice((at + len(key) for at in occurrences(key, source, (0, before), (after, len(source)))), most)
