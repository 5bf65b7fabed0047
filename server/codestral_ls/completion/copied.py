"""The copy tier: the rest of the line as it followed the same characters elsewhere, in about a millisecond. Pure.

Finds the longest run of characters before the cursor that occurs a second time in this file or a recently seen one, and
predicts that the line goes on as it did there. How often that is right, by length of the match, was measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codestral_ls.documents.text import line_end

LONGEST = 80
SHORTEST = 8
"""Below this many characters a match says nothing: even at eight, one prediction in twelve is right."""

Table = tuple[tuple[int, float], ...]

PRECISION: dict[str, Table] = {
    "python": ((80, 0.83), (56, 0.59), (40, 0.42), (32, 0.39), (24, 0.27), (20, 0.23), (16, 0.17), (12, 0.14), (8, 0.07)),
    "javascript": ((80, 0.67), (56, 0.47), (40, 0.45), (32, 0.35), (24, 0.30), (16, 0.17), (12, 0.12), (8, 0.09)),
    "c": ((80, 0.75), (56, 0.40), (40, 0.32), (24, 0.20), (16, 0.17), (12, 0.14), (8, 0.10)),
}
"""Share of exactly right rests of a line by language and length of the match: `benchmarks/results/copy.md`, printed by
`python -m benchmarks.calibrate` over 4,000 places of installed files each."""

OTHERS: Table = ((80, 0.67), (56, 0.40), (40, 0.32), (24, 0.20), (16, 0.17), (12, 0.12), (8, 0.07))
"""For languages that were not measured: the smallest of the measured shares."""


_FAMILY = {
    "typescript": "javascript", "typescriptreact": "javascript", "javascriptreact": "javascript",
    "cpp": "c", "objective-c": "c",
}  # fmt: skip
"""Languages that were not measured but are written like one that was."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The predicted rest of the line, how many characters matched, and how often such a prediction is right (0..1)."""

    text: str
    match_length: int
    precision: float


def predict(text: str, offset: int, others: Iterable[str] = (), language: str = "") -> Copied | None:
    """The rest of the line from the longest match; this file's nearest occurrence before the cursor goes first.

    ``others`` are texts of recently seen files, the latest first. Costs a few substring searches per file.
    """
    best: tuple[int, str] | None = None
    for source, limit in ((text, offset), *((other, None) for other in others)):
        found = _longest(text, offset, source, limit, best[0] + 1 if best else SHORTEST)
        if found is not None:
            best = found
    if best is None or not best[1].strip():
        return None
    return Copied(best[1], best[0], precision(best[0], language))


def precision(match_length: int, language: str) -> float:
    """Measured share of right predictions for a match of this many characters."""
    for length, share in PRECISION.get(_FAMILY.get(language, language), OTHERS):
        if match_length >= length:
            return share
    return 0.0


def _longest(text: str, offset: int, source: str, cursor: int | None, shortest: int) -> tuple[int, str] | None:
    """The longest match of the characters before ``offset`` in ``source``; ``cursor`` is set where source is the text itself.

    Whether a length matches is monotone (a longer match contains the shorter one), so lengths are bisected.
    """
    longest = min(LONGEST, offset)
    if longest < shortest or (at := _find(text[offset - shortest : offset], source, cursor)) is None:
        return None
    low, high = shortest, longest
    while low < high:
        middle = (low + high + 1) // 2
        found = _find(text[offset - middle : offset], source, cursor)
        if found is None:
            high = middle - 1
        else:
            low, at = middle, found
    return low, source[at : line_end(source, at)]


def _find(needle: str, source: str, cursor: int | None) -> int | None:
    """Where the text behind ``needle`` begins: before the cursor (the nearest), else behind it."""
    if cursor is None:
        index = source.rfind(needle)
        return None if index < 0 else index + len(needle)
    index = source.rfind(needle, 0, cursor - 1)
    if index < 0:
        index = source.find(needle, cursor)
    return None if index < 0 else index + len(needle)
