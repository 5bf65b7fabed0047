"""The cursor positions of an evaluation: the same corpus always gives the same ones, whatever is measured.

A file is drawn, then a line in it that is not empty, then a column before the line's end. The text from there to the end of the
line is the truth. Nothing after it is hidden: the suffix begins at the newline.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from training.cuts import line_around

SEED = 20_261_121


@dataclass(frozen=True, slots=True)
class Position:
    """A cursor in a file. `prefix + truth + suffix` is the file's text."""

    prefix: str
    truth: str
    suffix: str

    @property
    def text(self) -> str:
        """The whole file."""
        return self.prefix + self.truth + self.suffix

    @property
    def is_mid_word(self) -> bool:
        """True if the cursor is inside a name or a number, as it is while a word is typed."""
        return is_word(self.prefix[-1:]) and is_word(self.truth[:1])

    @property
    def is_behind_word(self) -> bool:
        """True if the text before the cursor may end in half a word: the case for which token healing exists."""
        return is_word(self.prefix[-1:])


def is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def draw(texts: Sequence[str], count: int, seed: int = SEED) -> list[Position]:
    """`count` positions, each in a newly drawn file."""
    rng = random.Random(seed)
    drawn: list[Position] = []
    while len(drawn) < count:
        text = rng.choice(texts)
        start, end = line_around(text, rng.randrange(len(text)))
        line = text[start:end]
        if not line.strip():
            continue
        code = start + len(line) - len(line.lstrip())
        end = start + len(line.rstrip())
        cursor = rng.randrange(code, end)
        drawn.append(Position(text[:cursor], text[cursor:end], text[end:]))
    return drawn
