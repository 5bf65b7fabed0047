"""A typist: when the next key comes, and which. Seeded; the same for every arm until a completion is accepted.

The rhythm follows published keystroke studies (Dhakal et al., CHI 2018: inter-key intervals of 120 to 240 ms, log-normal): bursts
inside words, slower at word borders, pauses for thinking at the start of lines and before values, typing errors that are noticed
and deleted, and now and then a jump away and back.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

Kind = Literal["key", "wrong_key", "backspace", "newline", "jump"]

TYPO = 0.02
JUMP = 0.004
THINKING = 0.3


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key: the pause before it in seconds, its kind, and the characters it writes (none for a backspace or a jump)."""

    pause: float
    kind: Kind
    text: str


class Typist:
    """Draws the strokes for a passage. Rhythm and decisions use separate random numbers, so that arms stay comparable."""

    def __init__(self, seed: int, speed: float = 1.0) -> None:
        self._rhythm = random.Random(seed)
        self._choice = random.Random(seed + 1)
        self._speed = speed
        self._wrong = False

    def next(self, text: str, position: int) -> Stroke:
        """The next stroke once ``text[:position]`` is written."""
        if self._wrong:
            self._wrong = False
            return Stroke(self._pause(0.22, 0.35), "backspace", "")
        character = text[position]
        if character == "\n":
            end = position + 1
            while end < len(text) and text[end] in " \t":
                end += 1
            return Stroke(self._pause(0.2, 0.5), "newline", text[position:end])
        roll = self._rhythm.random()
        if roll < TYPO and character.isalpha():
            self._wrong = True
            return Stroke(self._pause(0.11, 0.4), "wrong_key", "q" if character != "q" else "w")
        if roll > 1 - JUMP:
            return Stroke(self._pause(0.6, 0.3), "jump", "")
        return Stroke(self._before(text, position), "key", character)

    def accepts(self) -> Literal["whole", "word", "no"]:
        """Whether and how the typist accepts a right completion on screen."""
        roll = self._choice.random()
        return "whole" if roll < 0.6 else "word" if roll < 0.75 else "no"

    def _before(self, text: str, position: int) -> float:
        previous = text[position - 1] if position else "\n"
        line_begins = not text[text.rfind("\n", 0, position) + 1 : position].strip()
        if (line_begins or previous in "=(,") and self._rhythm.random() < THINKING:
            return self._pause(0.7, 0.5)
        if not previous.isalnum():
            return self._pause(0.19, 0.4)
        return self._pause(0.12, 0.35)

    def _pause(self, median: float, sigma: float) -> float:
        return min(2.5, max(0.03, self._rhythm.lognormvariate(0.0, sigma) * median)) / self._speed
