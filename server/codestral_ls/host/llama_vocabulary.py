"""A loaded model's vocabulary, read from llama.cpp once.

Keeps only the vocabulary's pointer, which is valid while its model is loaded.
"""

from __future__ import annotations

import ctypes
from typing import Any

from codestral_ls.host import llama
from codestral_ls.host.segments import Segments, separable
from codestral_ls.host.tokens import PieceIndex, VocabularyKind

REMEMBERED = 8
MOST_REMEMBERED = 200_000
_KINDS: dict[int, VocabularyKind] = {1: "sentencepiece", 2: "bpe"}


class LlamaVocabulary:
    """``tokens.Vocabulary`` over ``llama_vocab *``. Thread-safe: llama.cpp's vocabulary is constant."""

    def __init__(self, pointer: Any) -> None:
        self._api = llama.load()
        self._pointer = pointer
        self.size = int(self._api.llama_vocab_n_tokens(pointer))
        self.kind: VocabularyKind = _KINDS.get(self._api.llama_vocab_type(pointer), "other")
        self.bos = int(self._api.llama_vocab_bos(pointer))
        self.pieces: list[bytes] = []
        self.ends: list[int] = []
        self._control: dict[str, int] = {}
        self._known: dict[str, list[int]] = {}
        self._read_pieces()
        self.index = PieceIndex(self.pieces)
        apart = self.kind != "other" and separable(self.pieces)
        self._segments = Segments(self._encode, self._encode_further) if apart else None

    def _read_pieces(self) -> None:
        api, pointer = self._api, self._pointer
        buffer = ctypes.create_string_buffer(256)
        control = api.LLAMA_TOKEN_ATTR_CONTROL | api.LLAMA_TOKEN_ATTR_UNKNOWN | api.LLAMA_TOKEN_ATTR_UNUSED
        to_piece, attribute = api.llama_token_to_piece, api.llama_vocab_get_attr
        for token in range(self.size):
            length = to_piece(pointer, token, buffer, len(buffer), 0, True)
            if length < 0:
                buffer = ctypes.create_string_buffer(-length)
                length = to_piece(pointer, token, buffer, len(buffer), 0, True)
            piece = ctypes.string_at(buffer, max(length, 0))
            if attribute(pointer, token) & control or api.llama_vocab_is_eog(pointer, token):
                self._control.setdefault(piece.decode("utf-8", errors="replace"), token)
                self.pieces.append(b"")
                self.ends.append(token)
            else:
                self.pieces.append(piece)

    def encode(self, text: str) -> list[int]:
        """Ids of ``text`` as plain text, with nothing in front except what the vocabulary itself adds.

        The last texts are remembered: a suffix stays the same while one place is edited, and text counted for trimming is then
        encoded.
        """
        known = self._known.get(text)
        if known is None:
            while len(self._known) >= REMEMBERED:
                self._known.pop(next(iter(self._known)), None)
            known = self._segments.encode(text) if self._segments is not None else self._encode(text)
            if len(text) <= MOST_REMEMBERED:
                self._known[text] = known
        return list(known)

    def _encode_further(self, text: str) -> list[int]:
        """Ids of text that continues another. SentencePiece adds a space in front, so there it is encoded after a letter."""
        if self.kind != "sentencepiece":
            return self._encode(text)
        ids, line = self._encode("a" + text), self._encode("a")
        return ids[len(line) :] if ids[: len(line)] == line else self._encode(text)

    def _encode(self, text: str) -> list[int]:
        data = text.encode("utf-8", errors="replace")
        room = len(data) + 8
        ids = (ctypes.c_int32 * room)()
        count = int(self._api.llama_tokenize(self._pointer, data, len(data), ids, room, False, False))
        if count < 0:
            ids = (ctypes.c_int32 * -count)()
            count = int(self._api.llama_tokenize(self._pointer, data, len(data), ids, len(ids), False, False))
        return ids[: max(count, 0)]

    def find(self, text: str) -> int | None:
        """The id of the token written ``text``: control tokens first, then ordinary pieces (as in old conversions)."""
        if text in self._control:
            return self._control[text]
        data = text.encode()
        exact = [int(token) for token in self.index.starting_with(data) if self.pieces[int(token)] == data]
        return exact[0] if exact else None
