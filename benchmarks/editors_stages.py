"""The time from a key to new ghost text in a terminal editor, by stage: from keys and drawings recorded here and the server's
log.
"""

from __future__ import annotations

import re
import statistics
import time
from dataclasses import dataclass, field
from datetime import datetime

WANTED = 50
"""Ghost texts for the medians of a row."""

ANSWER = re.compile(
    r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3}) \w+ \S+keystroke: request \d+ \S+ [1-9]\d* items source=(\w+) total=([\d.]+)", re.M
)
ASKED = frozenset({"hot", "cold", "adopted"})
"""Sources of answers for which the model was asked; known answers take about two milliseconds."""


@dataclass(slots=True)
class SeenTimes:
    """The times of keys and of changes of the screen, in seconds since 1970."""

    keys: list[float] = field(default_factory=list)
    draws: list[float] = field(default_factory=list)

    def key(self) -> None:
        """Record that a key is sent to the terminal now."""
        self.keys.append(time.time())

    def drawn(self) -> None:
        """Record that the screen has changed by now."""
        self.draws.append(time.time())


@dataclass(frozen=True, slots=True)
class GhostStages:
    """The stages of one ghost text, in milliseconds."""

    to_server: float
    server: float
    to_screen: float

    @property
    def total(self) -> float:
        """From the key to the screen."""
        return self.to_server + self.server + self.to_screen


def stages(seen: SeenTimes, log: str) -> list[GhostStages]:
    """The ghost texts that came from the model and were on the screen before the next key."""
    found = []
    for when, fraction, source, total in ANSWER.findall(log):
        if source not in ASKED:
            continue
        answered = datetime.strptime(when, "%Y-%m-%d %H:%M:%S").astimezone().timestamp() + int(fraction) / 1000
        arrived = answered - float(total) / 1000
        key = max((key for key in seen.keys if key <= arrived + 0.001), default=None)
        following = min((other for other in seen.keys if key is not None and other > key), default=float("inf"))
        drawn = min((draw for draw in seen.draws if draw >= answered - 0.001), default=None)
        if key is not None and drawn is not None and drawn < following:
            found.append(GhostStages(max(0.0, arrived - key) * 1000, float(total), max(0.0, drawn - answered) * 1000))
    return found[:WANTED]


def row(editor: str, found: list[GhostStages]) -> str:
    """A row of the table: medians, and the total's 90th percentile."""
    if not found:
        return f"| {editor} | 0 | – | – | – | – | – |"
    medians = [statistics.median(getattr(one, name) for one in found) for name in ("to_server", "server", "to_screen", "total")]
    high = sorted(one.total for one in found)[int(len(found) * 0.9)]
    cells = " | ".join(f"{value:.0f}" for value in medians[:3])
    return f"| {editor} | {len(found)} | {cells} | **{medians[3]:.0f}** | {high:.0f} |"
