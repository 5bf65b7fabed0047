"""Which files are worth learning from: written by hand, code rather than tables, and not already there.

Pure functions over text; reading and splitting are done in corpus.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SMALLEST, LARGEST = 400, 150_000
"""Characters. Shorter files are re-exports; longer ones are nearly always tables or generated."""

LONG_LINE = 160
DISTINCTIVE = 24
"""A line of this many characters, stripped, is unlikely to be written twice by chance."""

GENERATED = re.compile(r"(?i)(auto-?generated|generated (by|from|using|with)|do not (edit|modify)|code generated)")


def is_generated(text: str) -> bool:
    """True when the head of the file says that a program wrote it."""
    return bool(GENERATED.search(text[:1500]))


def is_table(text: str) -> bool:
    """True for data in Python's clothes: few letters, overlong lines, or mostly literal rows."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return True
    letters = sum(character.isalpha() for character in text)
    visible = sum(not character.isspace() for character in text)
    rows = sum(1 for line in lines if re.match(r"\s*[\[({'\"\d\-]", line))
    overlong = sum(len(line) for line in lines if len(line) > LONG_LINE)
    return letters < 0.55 * visible or rows > 0.5 * len(lines) or overlong > 0.15 * len(text)


def is_worthwhile(text: str) -> bool:
    """The whole sieve for one file on its own."""
    if not SMALLEST <= len(text) <= LARGEST or "\0" in text or "\r" in text or "\t" in text[:20_000]:
        return False
    return not is_generated(text) and not is_table(text)


def distinctive_lines(text: str) -> set[int]:
    """Hashes of the lines that tell this file from others."""
    return {hash(line) for line in map(str.strip, text.splitlines()) if len(line) >= DISTINCTIVE}


@dataclass(slots=True)
class Seen:
    """Lines of the files kept so far; a file mostly made of them is a copy (a vendored package, a renamed module)."""

    overlap: float = 0.6
    lines: set[int] = field(default_factory=set)

    def is_copy(self, text: str) -> bool:
        own = distinctive_lines(text)
        return not own or len(own & self.lines) > self.overlap * len(own)

    def add(self, text: str) -> None:
        self.lines |= distinctive_lines(text)
