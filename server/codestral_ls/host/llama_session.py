"""``model_session.ModelSession`` with llama.cpp: one context, one sequence per slot, each with its own part of the KV cache.

The parts are separate (not one unified cache), so a slot's attention never walks over the other slots' cells: a hot keystroke
costs the same with one hot place or eight.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from codestral_ls.host import llama
from codestral_ls.host.model_session import DecodeError, TokenBatch
from codestral_ls.host.sampling import Logits
from codestral_ls.host.thread_pool import ThreadPools

log = logging.getLogger("codestral_ls.host")


class LlamaSession:
    """Evaluates batches in a llama.cpp context that it owns (the model belongs to ``model_loading.py``)."""

    def __init__(
        self, context: Any, *, slots: int, batch: int, vocabulary: int, abortable: bool, pools: ThreadPools | None = None
    ) -> None:
        self._api = llama.load()
        self._context = context
        self._memory = self._api.llama_get_memory(context)
        self.slots = slots
        self.batch = batch
        self.context = int(self._api.llama_n_ctx_seq(context))
        self.abortable = abortable
        self._row = ctypes.c_float * vocabulary
        library = self._api._lib
        self._logits = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int32)(("llama_get_logits_ith", library))
        self._batches: dict[int, tuple[TokenBatch, Any, list[Any]]] = {}
        self._pools, self._threads = pools, 0
        self._callback, self._flag = llama.strlen_callback()
        if abortable:
            self._api.llama_set_abort_callback(context, self._callback, ctypes.cast(self._flag, ctypes.c_void_p))

    def _native(self, batch: TokenBatch) -> Any:
        """A llama_batch that points into the arrays of ``batch``; created once for each."""
        known = self._batches.get(id(batch))
        if known is None:
            api, capacity = self._api, len(batch.tokens)
            counts = (ctypes.c_int32 * capacity)(*([1] * capacity))
            base, size = batch.slots.ctypes.data, batch.slots.itemsize
            pointer = ctypes.POINTER(api.llama_seq_id)
            slots = (pointer * capacity)(*(ctypes.cast(base + at * size, pointer) for at in range(capacity)))
            native = api.llama_batch(
                n_tokens=0,
                token=batch.tokens.ctypes.data_as(ctypes.POINTER(ctypes.c_int32)),
                embd=None,
                pos=batch.positions.ctypes.data_as(ctypes.POINTER(ctypes.c_int32)),
                n_seq_id=ctypes.cast(counts, ctypes.POINTER(ctypes.c_int32)),
                seq_id=ctypes.cast(slots, ctypes.POINTER(pointer)),
                logits=batch.wanted.ctypes.data_as(ctypes.POINTER(ctypes.c_int8)),
            )
            known = self._batches[id(batch)] = (batch, native, [counts, slots])
        known[1].n_tokens = batch.size
        return known[1]

    def use_threads(self, count: int) -> None:
        """Set the number of threads; cheap if it was used before, because llama.cpp reads it before each graph."""
        if count == self._threads:
            return
        self._api.llama_set_n_threads(self._context, count, count)
        self._threads = count
        if self._pools is not None:
            try:
                self._pools.attach(self._context, count)
            except (RuntimeError, AttributeError) as error:
                # Slower but not wrong: llama.cpp then starts its threads again for every batch.
                log.warning("no pool of threads: %s", error)
                self._pools = None

    def decode(self, batch: TokenBatch) -> bool:
        """Evaluate; the GIL is released meanwhile."""
        result = int(self._api.llama_decode(self._context, self._native(batch)))
        if result == 0:
            return True
        if result == 2:
            return False
        if result == 1:
            raise DecodeError("the KV cache has no room for this batch")
        raise DecodeError(f"llama.cpp could not evaluate a batch of {batch.size} tokens (code {result})")

    def logits(self, row: int) -> Logits:
        """The logits, as a view of llama.cpp's own memory."""
        address = self._logits(self._context, row)
        if not address:
            raise DecodeError(f"llama.cpp has no logits for row {row}")
        values: Logits = np.frombuffer(memoryview(self._row.from_address(address)), dtype=np.float32)
        return values

    def length(self, slot: int) -> int:
        """The number of tokens of ``slot`` that are in the cache."""
        return int(self._api.llama_memory_seq_pos_max(self._memory, slot)) + 1

    def cut(self, slot: int, length: int) -> int:
        """Forget the tokens after the first ``length``; returns how many were kept."""
        if self._api.llama_memory_seq_rm(self._memory, slot, length, -1):
            return length
        self._api.llama_memory_seq_rm(self._memory, slot, -1, -1)
        return 0

    def copy(self, source: int, target: int, length: int) -> int:
        """Copy a slot's cache (between separate parts llama.cpp copies all of it) and cut the copy to ``length``."""
        self._api.llama_memory_seq_rm(self._memory, target, -1, -1)
        self._api.llama_memory_seq_cp(self._memory, source, target, -1, -1)
        return self.cut(target, length)

    def abort(self) -> None:
        """Abort the running decode if ``abortable``; otherwise small batches keep the wait short."""
        self._flag[0] = b"\x01"

    def clear_abort(self) -> None:
        """Let the next decode run to its end."""
        self._flag[0] = b"\x00"

    def state_bytes(self, slot: int) -> int:
        """Size of one slot's cache."""
        return int(self._api.llama_state_seq_get_size(self._context, slot))

    def save(self, slot: int, tokens: Sequence[int], path: Path) -> bool:
        """Write one slot's cache with its tokens."""
        ids = (ctypes.c_int32 * len(tokens))(*tokens)
        return bool(self._api.llama_state_seq_save_file(self._context, str(path).encode(), slot, ids, len(tokens)))

    def restore(self, slot: int, path: Path) -> list[int]:
        """Read one slot's cache. llama.cpp checks that it fits the model's shape; the caller must check that it is the same
        model's.
        """
        ids, count = (ctypes.c_int32 * self.context)(), ctypes.c_size_t()
        read = self._api.llama_state_seq_load_file(self._context, str(path).encode(), slot, ids, self.context, ctypes.byref(count))
        return list(ids[: count.value]) if read else []

    def close(self) -> None:
        """Free the context. Idempotent."""
        if self._context is not None:
            self._api.llama_free(self._context)
            self._context = None
