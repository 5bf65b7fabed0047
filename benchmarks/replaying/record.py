"""The record of every keystroke, and sums over the records. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

PAUSE = 0.1
"""Seconds without a key after which a typist looks at the screen; the promises are made for these moments."""


@dataclass(slots=True)
class RecordedKey:
    """One request: the pause after its key, when the reply came (ms after the key, None: not before the next key), the shown
    text, the rest of the line as it was really typed, the answer's source, the server's own stages, the place, and how much of
    the text on screen was then accepted.
    """

    request: int
    gap: float
    reply_ms: float | None
    shown: str | None
    truth: str
    explicit_nothing: bool = False
    source: str = "none"
    stages: dict[str, float] = field(default_factory=dict)
    place: tuple[int, int] = (0, 0)
    taken: int = 0

    @property
    def is_pause(self) -> bool:
        """True if the typist stopped long enough to look at the screen."""
        return self.gap >= PAUSE

    @property
    def served(self) -> bool:
        """True if an answer for exactly this text was there within the promised time."""
        return self.reply_ms is not None and self.reply_ms <= PAUSE * 1000


def exact(shown: str, truth: str) -> bool:
    """True if the first shown line is the rest of the line."""
    return first_line(shown).rstrip() == truth.rstrip()


def similarity(shown: str, truth: str) -> float:
    """Edit similarity of the first shown line and the rest of the line, 0 to 1."""
    return SequenceMatcher(None, first_line(shown).rstrip(), truth.rstrip(), autojunk=False).ratio()


def first_line(text: str) -> str:
    """The text up to its first line end."""
    return text.split("\n", 1)[0].rstrip("\r")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of ``values`` are (nearest rank); nan if there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def share(items: Iterable[RecordedKey], condition: Callable[[RecordedKey], bool]) -> float:
    """The share of items that fulfil a condition; nan if there are none."""
    chosen = list(items)
    return sum(map(condition, chosen)) / len(chosen) if chosen else float("nan")


def mean(values: Sequence[float]) -> float:
    """The mean; nan if there are no values."""
    return statistics.fmean(values) if values else float("nan")
