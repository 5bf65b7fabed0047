"""Token healing: people pause in the middle of a word, where the last token is one the model never saw cut there.

The end of the prompt is taken back and the first generated tokens may only spell it again. Pure; the logits stay with
``sampling.py``. Nothing is taken back where no longer piece exists, so the answer there is the same as without healing.
"""

from __future__ import annotations

from collections.abc import Sequence

from codestral_ls.host.tokens import Ids, PieceIndex

MOST_TOKENS = 8
"""More are never taken back: with the vocabularies at hand the longest case met in source code was 4."""


def take_back(tokens: Sequence[int], pieces: Sequence[bytes], index: PieceIndex) -> int:
    """How many tokens at the end of ``tokens`` to take back: the most whose joined text is the beginning of a longer
    piece.

    The text may span several tokens: behind ``self.as`` stand perhaps ``.`` and ``as``, yet the vocabulary has
    ``.assert``.
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
    """What is still to be spelled. ``allowed`` narrows the next token; ``advance`` books the chosen one."""

    __slots__ = ("_index", "remaining")

    def __init__(self, remaining: bytes, index: PieceIndex) -> None:
        self.remaining = remaining
        self._index = index

    def allowed(self) -> tuple[Ids, Ids] | None:
        """Ids that spell on: those that reach past the taken-back text and those within it. None when all is
        spelled.
        """
        if not self.remaining:
            return None
        return self._index.starting_with(self.remaining), self._index.within(self.remaining)

    def advance(self, piece: bytes) -> bytes:
        """The part of ``piece`` that is new text, behind the taken-back part."""
        if not self.remaining:
            return piece
        new = piece[len(self.remaining) :]
        self.remaining = self.remaining[len(piece) :]
        return new
