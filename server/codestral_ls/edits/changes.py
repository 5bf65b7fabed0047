"""The user's changes in whole lines, from which the rules are derived. Pure values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codestral_ls.edits.line_tokens import LONGEST_LINE, likeness, words

ALIKE = 0.5
"""With at least this share of common tokens, an old and a new line count as the same line, changed."""
MOST_LINES = 40
"""A change with more lines than this on either side is new code and is not repeated."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """Lines ``old`` of a document were replaced by ``new`` (without line endings).

    ``start`` is the first of them, from 0, in the text as it is now; ``above`` is the line before them, ``""`` at the top.
    """

    uri: str
    language: str
    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    above: str = ""

    @property
    def end(self) -> int:
        """The line after the new ones, from 0."""
        return self.start + len(self.new)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The changed lines, old and new; lines without a counterpart are left out."""
        if max(len(self.old), len(self.new)) > MOST_LINES:
            return
        same = len(self.old) == len(self.new)
        for old, new in zip(self.old, self.new, strict=True) if same else _matched(self.old, self.new):
            if old != new and max(len(old), len(new)) <= LONGEST_LINE:
                yield old, new


def _matched(old: tuple[str, ...], new: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pairs each old line with the first later new line that is similar, in order."""
    found: list[tuple[str, str]] = []
    at = 0
    for line in old:
        for candidate in range(at, len(new)):
            if likeness(words(line), words(new[candidate])) >= ALIKE:
                found.append((line, new[candidate]))
                at = candidate + 1
                break
    return found
