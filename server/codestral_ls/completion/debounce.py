"""How long to wait before the model is asked, from the typist's rhythm.

Only a remote server is waited for: each question costs money. A model on this machine has no time for a wait that is longer than
anybody's pause between two keys, and a shorter one saves no request and delays every answer. The wait is zero if the user has
clearly paused. Known answers are not debounced. Pure but for the running mean, which is in one small object per server.
"""

from __future__ import annotations

from dataclasses import dataclass

WEIGHT = 0.2
"""Weight of the newest observation in the running mean (about the last nine count)."""

LONGEST_GAP = 0.8
"""Seconds: longer gaps are pauses for thought and not part of the rhythm."""

LONGEST = 0.15
"""Longest wait in seconds."""

SHARE = 0.6
"""Wait with a remote backend, as a share of the usual gap: avoids most requests that the next key would make useless."""


@dataclass(slots=True)
class Rhythm:
    """Running mean of the gap between keys, in seconds. ``last_key`` is when the last key came."""

    gap: float = 0.2
    last_key: float = float("-inf")

    def key(self, now: float) -> None:
        """A key was pressed at ``now`` (seconds)."""
        if 0.0 < now - self.last_key <= LONGEST_GAP:
            self.gap += WEIGHT * (now - self.last_key - self.gap)
        self.last_key = now


def delay(rhythm: Rhythm, remote: bool, pause_evident: bool) -> float:
    """Seconds to wait before the model is asked.

    ``pause_evident``: after a newline, an explicit request or a jump nobody is in the middle of a word, so waiting gains nothing.
    """
    return min(LONGEST, SHARE * rhythm.gap) if remote and not pause_evident else 0.0
