"""How long to wait before the model is asked, from the typist's rhythm and the backend's latency.

The wait is no longer than the latency budget allows: a request sent ``budget - latency`` after the key is still answered
within the budget. It is zero if the user has clearly paused. Known answers are not debounced. Pure but for the running means,
which are in one small object per server.
"""

from __future__ import annotations

from dataclasses import dataclass

WEIGHT = 0.2
"""Weight of the newest observation in the running means (about the last nine count)."""

LONGEST_GAP = 0.8
"""Seconds: longer gaps are pauses for thought and not part of the rhythm."""

MARGIN = 0.02
"""Seconds of the budget reserved for our own work and the editor's."""

LONGEST = 0.15
"""Longest wait in seconds."""

SHORTEST = 0.01
"""Seconds. A shorter wait would delay every answer and rarely save a request: two keys within 10 ms are an accident."""

SPARE_USED = 0.25
"""Share of the spare time that is waited: with the embedded model 10 to 18 ms, so that ghost text is there within 45 ms of a key in
Neovim and Emacs (benchmarks/results/editors.md)."""

SHARE = 0.6
"""Wait with a remote backend, as a share of the usual gap: avoids most requests that the next key would make useless."""


@dataclass(slots=True)
class Rhythm:
    """Running means in seconds: the gap between keys, and the backend's time to a shown first line (0 until known).
    ``last_key`` is when the last key came.
    """

    gap: float = 0.2
    latency: float = 0.0
    last_key: float = float("-inf")

    def key(self, now: float) -> None:
        """A key was pressed at ``now`` (seconds)."""
        if 0.0 < now - self.last_key <= LONGEST_GAP:
            self.gap += WEIGHT * (now - self.last_key - self.gap)
        self.last_key = now

    def answered(self, seconds: float) -> None:
        """The backend took ``seconds`` from the request to the first shown line."""
        self.latency = seconds if self.latency == 0.0 else self.latency + WEIGHT * (seconds - self.latency)


def delay(rhythm: Rhythm, budget: float, remote: bool, pause_evident: bool) -> float:
    """Seconds to wait before the model is asked.

    ``budget`` is the promised time from key to answer in seconds. ``pause_evident``: after a newline, an explicit
    request or a jump nobody is in the middle of a word, so waiting gains nothing.
    """
    if pause_evident:
        return 0.0
    spare = max(0.0, budget - rhythm.latency - MARGIN)
    wanted = SHARE * rhythm.gap
    if remote:
        # Each question costs money; a late answer is only late.
        return min(LONGEST, wanted)
    seconds = min(LONGEST, wanted, spare * SPARE_USED)
    return seconds if seconds >= SHORTEST else 0.0
