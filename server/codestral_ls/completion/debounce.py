"""How long to wait before the model is asked, from the typist's rhythm.

A remote server is asked when the next key seems late, because each question costs money, and at once if the user has clearly
paused. A model on this machine is asked at once: it has no time for a wait that is longer than anybody's pause between two keys,
and a shorter one saves no request and delays every answer. Only keys that nobody can type so quickly, such as a macro's, are
waited for (benchmarks/results/editors.md, "Bursts of keys"). Known answers are not debounced. Pure but for the rhythm, which is in
one small object per server.
"""

from __future__ import annotations

from dataclasses import dataclass

WEIGHT = 0.2
"""Weight of the newest observation in the running mean (about the last nine count)."""

LONGEST_GAP = 0.8
"""In seconds: longer gaps are pauses for thought and not part of the rhythm."""

LONGEST = 0.15
"""Longest wait in seconds."""

SHARE = 0.6
"""Wait with a remote backend, as a share of the usual gap: avoids most requests that the next key would make useless."""

BURST = 0.02
"""In seconds: keys with a shorter gap come from a macro, a script or a fast key repetition.

Among them the wait is this long, too.
"""


@dataclass(slots=True)
class Rhythm:
    """Running mean of the gap between keys, in seconds. ``last_key`` is when the last key came, ``last_gap`` the gap before it."""

    gap: float = 0.2
    last_key: float = float("-inf")
    last_gap: float = float("inf")

    def key(self, now: float) -> None:
        """A key was pressed at ``now`` (seconds)."""
        self.last_gap = now - self.last_key
        if 0.0 < self.last_gap <= LONGEST_GAP:
            self.gap += WEIGHT * (self.last_gap - self.gap)
        self.last_key = now


def delay(rhythm: Rhythm, remote: bool, pause_evident: bool) -> float:
    """Seconds to wait before the model is asked.

    ``pause_evident``: after a newline, an explicit request or a jump nobody is in the middle of a word, so waiting gains nothing.
    """
    if not remote:
        return BURST if 0.0 < rhythm.last_gap < BURST else 0.0
    return 0.0 if pause_evident else min(LONGEST, SHARE * rhythm.gap)
