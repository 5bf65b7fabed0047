"""The seam between the engine and llama.cpp: batches of tokens in, rows of logits out, one KV cache of several slots.

``llama_session.py`` implements it with llama.cpp, ``support/models/host_fakes.py`` with a fake that checks the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from codestral_ls.host.sampling import Logits


class TokenBatch:
    """Tokens to evaluate together, each at a position of a slot. The arrays are created once and reused."""

    __slots__ = ("positions", "size", "slots", "tokens", "wanted")

    def __init__(self, capacity: int) -> None:
        self.tokens: NDArray[np.int32] = np.zeros(capacity, dtype=np.int32)
        self.positions: NDArray[np.int32] = np.zeros(capacity, dtype=np.int32)
        self.slots: NDArray[np.int32] = np.zeros(capacity, dtype=np.int32)
        self.wanted: NDArray[np.int8] = np.zeros(capacity, dtype=np.int8)
        self.size = 0

    def clear(self) -> None:
        """Forget all rows."""
        self.size = 0

    def add(self, tokens: Sequence[int], position: int, slot: int, wanted: int) -> int:
        """Append ``tokens`` of ``slot`` from ``position`` on, with logits for the last ``wanted``; returns the row of the first."""
        first, end = self.size, self.size + len(tokens)
        self.tokens[first:end] = tokens
        self.positions[first:end] = range(position, position + len(tokens))
        self.slots[first:end] = slot
        self.wanted[first:end] = 0
        self.wanted[end - wanted : end] = 1
        self.size = end
        return first


class ModelSession(Protocol):
    """One loaded model with its KV cache. Only the engine's thread calls it, except for ``abort``."""

    slots: int
    context: int
    """The size of a slot in tokens."""
    batch: int
    """The most tokens of one ``decode``."""
    abortable: bool
    """True if ``abort`` ends a running decode early (on the CPU it does)."""

    def use_threads(self, count: int) -> None:
        """Evaluate with ``count`` threads from now on."""
        ...

    def decode(self, batch: TokenBatch) -> bool:
        """Evaluate; False when it was aborted (some tokens may have been evaluated: see ``length``). Raises: DecodeError."""
        ...

    def logits(self, row: int) -> Logits:
        """The row's logits; a view that the next ``decode`` overwrites."""
        ...

    def length(self, slot: int) -> int:
        """Tokens of ``slot`` that are in the cache."""
        ...

    def cut(self, slot: int, length: int) -> int:
        """Forget the tokens of ``slot`` after the first ``length``; returns how many were kept.

        That is ``length``, or 0 if the model's memory (recurrent, hybrid) can only be emptied.
        """
        ...

    def copy(self, source: int, target: int, length: int) -> int:
        """Make ``target`` hold the first ``length`` tokens of ``source`` without evaluating them; returns how many, as ``cut``
        does.
        """
        ...

    def abort(self) -> None:
        """End the running decode soon, or the next one at its start; from any thread."""
        ...

    def clear_abort(self) -> None:
        """Undo an abort."""
        ...

    def state_bytes(self, slot: int) -> int:
        """Size of what ``save`` would write."""
        ...

    def save(self, slot: int, tokens: Sequence[int], path: Path) -> bool:
        """Write the slot's cache to ``path``; True if it worked."""
        ...

    def restore(self, slot: int, path: Path) -> list[int]:
        """Read a cache written by ``save`` into ``slot``; returns its tokens, none if it does not fit."""
        ...

    def close(self) -> None:
        """Free the memory."""
        ...


class DecodeError(Exception):
    """llama.cpp could not evaluate a batch; the text says why."""
