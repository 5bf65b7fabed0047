"""The record of every keystroke, and the sums over them. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

PAUSE = 0.1
"""From this many seconds without a key on, a typist looks: the promise is for these."""


@dataclass(slots=True)
class RecordedKey:
    """One request: the pause after its key, when the reply came (ms after the key, None: not before the next key),
    the shown text, the rest of the line that was really typed, where the answer came from, the server's own
    stages, the place, and how much of the text on screen was then accepted.
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
        """True if the typist stopped long enough to look."""
        return self.gap >= PAUSE

    @property
    def served(self) -> bool:
        """True if an answer for this very text was there within the promised time."""
        return self.reply_ms is not None and self.reply_ms <= PAUSE * 1000


def exact(shown: str, truth: str) -> bool:
    """True if the first shown line is the rest of the line."""
    return first_line(shown).rstrip() == truth.rstrip()


def similarity(shown: str, truth: str) -> float:
    """Edit similarity of the first shown line and the rest of the line, 0..1."""
    return SequenceMatcher(None, first_line(shown).rstrip(), truth.rstrip(), autojunk=False).ratio()


def first_line(text: str) -> str:
    """Up to the first line end."""
    return text.split("\n", 1)[0].rstrip("\r")


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of ``values`` lie (nearest rank); nan for none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def share(items: Iterable[RecordedKey], condition: Callable[[RecordedKey], bool]) -> float:
    """Share of items that fulfil a condition; nan for none."""
    chosen = list(items)
    return sum(map(condition, chosen)) / len(chosen) if chosen else float("nan")


def mean(values: Sequence[float]) -> float:
    """Mean, nan for none."""
    return statistics.fmean(values) if values else float("nan")
