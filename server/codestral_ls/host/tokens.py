"""The vocabulary: what the engine needs to know about it, and all its pieces as a flat prefix trie.

``llama_vocabulary.py`` takes them from llama.cpp; tests make them up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int32]
VocabularyKind = Literal["sentencepiece", "bpe", "other"]


class PieceIndex:
    """Pieces sorted by their bytes. A subtree of the trie is a range of the list, found by two bisections (1 µs each)."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        order = sorted((id_ for id_, piece in enumerate(pieces) if piece), key=pieces.__getitem__)
        self._keys = [pieces[id_] for id_ in order]
        self._ids: Ids = np.array(order, dtype=np.int32)
        self.longest = max((len(piece) for piece in pieces), default=0)

    def starting_with(self, text: bytes) -> Ids:
        """Ids of the pieces that begin with ``text`` (or equal it); a view that must not be changed."""
        first, end = self._range(text)
        return self._ids[first:end]

    def within(self, text: bytes) -> Ids:
        """Ids of the pieces that are proper beginnings of ``text``."""
        found: list[Ids] = []
        for length in range(1, min(len(text), self.longest + 1)):
            beginning = text[:length]
            first = bisect_left(self._keys, beginning)
            last = first
            while last < len(self._keys) and self._keys[last] == beginning:
                last += 1
            found.append(self._ids[first:last])
        return np.concatenate(found) if found else self._ids[:0]

    def extends(self, text: bytes) -> bool:
        """True if some piece begins with ``text`` and is longer."""
        first, end = self._range(text)
        return first < end and self._keys[end - 1] != text

    def _range(self, text: bytes) -> tuple[int, int]:
        first = bisect_left(self._keys, text)
        after = text.rstrip(b"\xff")
        if not after:
            return first, len(self._keys)
        return first, bisect_left(self._keys, after[:-1] + bytes([after[-1] + 1]), lo=first)


class Vocabulary(Protocol):
    """What prompts and the engine need to know about a model's tokens."""

    @property
    def kind(self) -> VocabularyKind:
        """The kind of tokenizer."""
        ...

    @property
    def bos(self) -> int:
        """The token that begins a text, -1 when the model has none."""
        ...

    @property
    def pieces(self) -> Sequence[bytes]:
        """Bytes of every token; empty for control tokens."""
        ...

    @property
    def ends(self) -> Sequence[int]:
        """Control tokens: each of them ends an answer."""
        ...

    @property
    def index(self) -> PieceIndex:
        """All pieces as a trie."""
        ...

    def encode(self, text: str) -> list[int]:
        """Ids of ``text`` as plain text: control tokens' names in it stay text; nothing is added in front."""
        ...

    def find(self, text: str) -> int | None:
        """The id of the token written ``text``; control tokens first."""
        ...
