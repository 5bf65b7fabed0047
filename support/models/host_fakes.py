"""A fake vocabulary and a fake session in memory.

The session's next token depends on every token of its slot, so any mistake in the engine's bookkeeping of the KV cache changes
the text.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from codestral_ls.host.model_session import DecodeError
from codestral_ls.host.tokens import PieceIndex, VocabularyKind

WORDS = ["de", "def", "re", "ret", "return", " re", " return", "self", ".as", ".assert", "\n    ", "    ", "assert", "ert"]


class FakeVocabulary:
    """Bytes, a few words, control tokens 0..4; encodes by the longest match."""

    kind: VocabularyKind = "bpe"
    bos = 1

    def __init__(self, words: Any = WORDS, kind: VocabularyKind = "bpe") -> None:
        self.kind = kind
        self.names = ["<unk>", "<s>", "</s>", "[PREFIX]", "[SUFFIX]"]
        self.pieces = [b""] * 5 + [bytes([n]) for n in range(256)] + [word.encode() for word in words]
        self.ends = [0, 1, 2, 3, 4]
        self.size = len(self.pieces)
        self.index = PieceIndex(self.pieces)
        self._longest_first = sorted(range(261, self.size), key=lambda n: -len(self.pieces[n]))

    def encode(self, text: str) -> list[int]:
        data, at = text.encode(errors="replace"), 0
        out: list[int] = []
        while at < len(data):
            token = next((n for n in self._longest_first if data.startswith(self.pieces[n], at)), 5 + data[at])
            out.append(token)
            at += len(self.pieces[token])
        return out

    def decode(self, tokens: Sequence[int]) -> str:
        return b"".join(self.pieces[token] for token in tokens).decode(errors="replace")

    def find(self, text: str) -> int | None:
        return self.names.index(text) if text in self.names else None


def next_logits(history: Any, size: Any, end_rate: float = 0.02) -> Any:
    """The fake model: logits that are a pure function of all tokens so far.

    It writes mostly words and letters, and sometimes ends.
    """
    seed = zlib.crc32(array("i", history).tobytes())
    random = np.random.default_rng(seed)
    logits = random.standard_normal(size).astype(np.float32)
    logits[261:] += 2.0
    logits[5:261] -= 3.0
    logits[5 + 97 : 5 + 123] += 3.5
    logits[:5] = -20.0
    if seed % 1000 < end_rate * 1000:
        logits[2] = 30.0
    return logits


def repeating_logits(history: Any, size: Any) -> Any:
    """The logits of a model that repeats what followed the same two tokens before: ideal for drafting."""
    logits = np.full(size, -10.0, dtype=np.float32)
    for at in range(len(history) - 3, -1, -1):
        if history[at : at + 2] == history[-2:]:
            logits[history[at + 2]] = 10.0
            return logits
    logits[5 + ord("x")] = 1.0
    return logits


class FakeSession:
    """``model_session.ModelSession`` in memory. ``step`` is how many more tokens are evaluated before an abort takes effect."""

    def __init__(
        self, vocabulary: Any, slots: int = 4, context: int = 256, batch: int = 32, step: int = 8, model: Any = next_logits
    ) -> None:
        self.slots, self.context, self.batch, self.step = slots, context, batch, step
        self.abortable = True
        self.cells = [[] for _ in range(slots)]  # type: ignore[var-annotated]
        self.model = model
        self.size = vocabulary.size
        self.rows: dict[Any, Any] = {}
        self.aborting = False
        self.decodes = 0
        self.evaluated = 0
        self.fail = ""
        self.on_decode = lambda: None
        self.closed = False
        self.cuttable = True
        self.threads = 0

    def use_threads(self, count: Any) -> None:
        self.threads = count

    def decode(self, batch: Any) -> Any:
        assert 0 < batch.size <= self.batch + 8, "batch too large"
        self.decodes += 1
        self.rows = {}
        self.on_decode()  # type: ignore[no-untyped-call]
        if self.fail:
            reason, self.fail = self.fail, ""
            raise DecodeError(reason)
        for row in range(batch.size):
            if self.aborting and row % self.step == 0:
                return False
            slot, position, token = (int(values[row]) for values in (batch.slots, batch.positions, batch.tokens))
            cells = self.cells[slot]
            assert position == len(cells), f"slot {slot}: position {position}, {len(cells)} in the cache"
            assert position < self.context, "slot is full"
            cells.append(token)
            self.evaluated += 1
            if batch.wanted[row]:
                self.rows[row] = self.model(list(cells), self.size)
        return True

    def logits(self, row: Any) -> Any:
        return self.rows[row]

    def length(self, slot: Any) -> Any:
        return len(self.cells[slot])

    def cut(self, slot: Any, length: Any) -> Any:
        if not self.cuttable and length < len(self.cells[slot]):
            length = 0
        del self.cells[slot][length:]
        return length

    def copy(self, source: Any, target: Any, length: Any) -> Any:
        assert source != target
        self.cells[target] = list(self.cells[source])
        return self.cut(target, length)

    def abort(self) -> None:
        self.aborting = True

    def clear_abort(self) -> None:
        self.aborting = False

    def state_bytes(self, slot: Any) -> Any:
        return 10 * len(self.cells[slot])

    def save(self, slot: Any, tokens: Any, path: Path) -> Any:
        assert self.cells[slot][: len(tokens)] == list(tokens)
        path.write_text(",".join(map(str, self.cells[slot])))
        return True

    def restore(self, slot: Any, path: Path) -> Any:
        try:
            self.cells[slot] = [int(token) for token in path.read_text().split(",")]
        except (OSError, ValueError):
            self.cells[slot] = []
        return list(self.cells[slot])

    def close(self) -> None:
        self.closed = True


def reference(vocabulary: Any, tokens: Any, count: Any, model: Any = next_logits, heal: bytes = b"", stop: Any = ()) -> Any:
    """The text of greedy decoding, computed without an engine."""
    history, out = list(tokens), b""
    written = 0
    while written < count:
        logits = model(history, vocabulary.size).copy()
        if heal:
            allowed = [
                n for n, piece in enumerate(vocabulary.pieces) if piece and (piece.startswith(heal) or heal.startswith(piece))
            ]
            token = max(allowed, key=lambda n: logits[n])
        else:
            token = int(logits.argmax())
        piece = vocabulary.pieces[token]
        if not piece:
            break
        history.append(token)
        new = piece[len(heal) :]
        heal = heal[len(piece) :]
        if new:
            written += 1
            out += new
        text = out.decode(errors="replace")
        for word in stop:
            if word in text:
                return text[: text.index(word)]
    return out.decode(errors="replace")
