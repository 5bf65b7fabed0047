"""Token healing: people pause in the middle of a word, where the prompt's last token is one that never occurred there in
training.

The end of the prompt is taken back, and the first generated tokens must spell it again. Pure; ``sampling.py`` has the logits. If
no longer piece begins with the last tokens, nothing is taken back and the answer is the same as without healing.
"""

from __future__ import annotations

from collections.abc import Sequence

from codestral_ls.host.tokens import Ids, PieceIndex

MOST_TOKENS = 8
"""The most tokens that are taken back: with the vocabularies at hand, the longest case in source code was 4."""


def take_back(tokens: Sequence[int], pieces: Sequence[bytes], index: PieceIndex) -> int:
    """How many tokens at the end of ``tokens`` to take back: as many as possible whose joined text begins a longer piece.

    The text may span several tokens: ``self.as`` may end with ``.`` and ``as`` although the vocabulary has ``.assert``.
    """
    best = 0
    text = b""
    for count in range(1, min(MOST_TOKENS, len(tokens)) + 1):
        piece = pieces[tokens[-count]]
        if not piece:
            break
        text = piece + text
        if len(text) >= index.longest:
            break
        if index.extends(text):
            best = count
    return best


class Constraint:
    """The text that must still be spelled. ``allowed`` narrows the next token; ``advance`` records the chosen one."""

    __slots__ = ("_index", "remaining")

    def __init__(self, remaining: bytes, index: PieceIndex) -> None:
        self.remaining = remaining
        self._index = index

    def allowed(self) -> tuple[Ids, Ids] | None:
        """Ids that continue the spelling: pieces that go beyond the taken-back text, and pieces within it.

        None once all is spelled.
        """
        if not self.remaining:
            return None
        return self._index.starting_with(self.remaining), self._index.within(self.remaining)

    def advance(self, piece: bytes) -> bytes:
        """The part of ``piece`` after the taken-back text, which is new."""
        if not self.remaining:
            return piece
        new = piece[len(self.remaining) :]
        self.remaining = self.remaining[len(piece) :]
        return new
