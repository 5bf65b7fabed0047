"""Token healing: take back the last piece before the cursor and spell it again, so that no word is stuck after half a piece.

Pure functions on pieces and logits. Decoding is greedy; while something must still be spelled, only pieces that agree with it may
follow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
Next = Callable[[Sequence[int]], Logits]
"""Returns the logits after a prompt."""

MOST_TOKENS = 24
MOST_BACK = 8
"""The most pieces that are taken back."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One line: its text, the mean probability of its tokens, and why it ended: the `end` token, `newline` or `limit`."""

    text: str
    confidence: float
    ended: str


@dataclass(slots=True)
class Pieces:
    """A vocabulary's pieces as bytes, searched for those that agree with a text that must still be spelled."""

    pieces: list[bytes]
    by_start: dict[bytes, list[int]] = field(default_factory=dict)
    by_bytes: dict[bytes, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, piece in enumerate(self.pieces):
            if piece:
                self.by_bytes[piece] = number
                for length in range(1, len(piece) + 1):
                    self.by_start.setdefault(piece[:length], []).append(number)

    def agreeing(self, spelled: bytes) -> list[int]:
        """Pieces that begin with `spelled`, or with which `spelled` begins."""
        shorter = (self.by_bytes.get(spelled[:length]) for length in range(1, len(spelled)))
        return self.by_start.get(spelled, []) + [number for number in shorter if number is not None]


def growing(ids: Sequence[int], pieces: Pieces) -> int:
    """How many of the last pieces to take back, so that together they begin a longer piece: as many as possible."""
    best, text = 0, b""
    for count in range(1, min(MOST_BACK, len(ids)) + 1):
        text = pieces.pieces[ids[-count]] + text
        starting = pieces.by_start.get(text, [])
        if len(starting) > (text in pieces.by_bytes):
            best = count
    return best


def complete(prompt: Sequence[int], back: int, pieces: Pieces, following: Next, end: int) -> Completion:
    """The rest of the line after a prompt whose last `back` pieces are first taken back and spelled again."""
    spelled = b"".join(pieces.pieces[number] for number in prompt[len(prompt) - back :])
    ids = list(prompt[: len(prompt) - back])
    logs: list[float] = []
    written, ended = b"", "limit"
    while len(logs) < MOST_TOKENS:
        logits = following(ids).astype(np.float64)
        highest = logits.max()
        normal = highest + np.log(np.exp(logits - highest).sum())
        if spelled:
            allowed = pieces.agreeing(spelled)
            chosen = allowed[int(np.argmax(logits[allowed]))]
            normal = logits[allowed].max() + np.log(np.exp(logits[allowed] - logits[allowed].max()).sum())
        else:
            chosen = int(np.argmax(logits))
        logs.append(logits[chosen] - normal)
        if chosen == end:
            ended = "end"
            break
        ids.append(chosen)
        piece = pieces.pieces[chosen]
        written += piece[len(spelled) :]
        spelled = spelled[len(piece) :]
        if b"\n" in written:
            ended = "newline"
            break
    text = written.decode("utf-8", "replace").split("\n")[0].rstrip()
    return Completion(text, float(np.exp(np.mean(logs))) if logs else 0.0, ended)
