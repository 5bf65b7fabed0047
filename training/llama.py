"""A GGUF file in llama.cpp, through its C interface: tokens in, logits out. It does only what evaluating and verifying need."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import llama_cpp
import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]


class Llama:
    """One sequence in one context. `ids` are the tokens whose keys and values are kept."""

    def __init__(self, path: Path, threads: int = 2, context: int | None = None) -> None:
        self._quiet = llama_cpp.llama_log_callback(lambda *_: None)
        llama_cpp.llama_log_set(self._quiet, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = 0
        parameters.use_extra_bufts = False  # ggml 0.25 crashes in its AMX kernels if the system has not granted the tiles
        self.model = llama_cpp.llama_model_load_from_file(str(path).encode(), parameters)
        if not self.model:
            raise ValueError(f"llama.cpp cannot read {path}")
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self.size = llama_cpp.llama_vocab_n_tokens(self.vocabulary)
        self.window = context or llama_cpp.llama_model_n_ctx_train(self.model)
        options = llama_cpp.llama_context_default_params()
        options.n_ctx = options.n_batch = options.n_ubatch = self.window
        options.n_outputs_max = self.window
        options.n_threads = options.n_threads_batch = threads
        self.context = llama_cpp.llama_init_from_model(self.model, options)
        self.memory = llama_cpp.llama_get_memory(self.context)
        self.batch = llama_cpp.llama_batch_init(self.window, 0, 1)
        self.ids: list[int] = []
        self.spelled = self.pieces()

    def close(self) -> None:
        llama_cpp.llama_batch_free(self.batch)
        llama_cpp.llama_free(self.context)
        llama_cpp.llama_model_free(self.model)

    def tokenize(self, text: str) -> list[int]:
        """The pieces of a text; control tokens are never read from it."""
        data = text.encode()
        room = len(data) + 8
        ids = (llama_cpp.llama_token * room)()
        count = llama_cpp.llama_tokenize(self.vocabulary, data, len(data), ids, room, False, False)
        return list(ids[:count])

    def pieces(self) -> list[bytes]:
        """The bytes of every piece by id; b"" for a control token."""
        buffer = ctypes.create_string_buffer(256)
        found = []
        for number in range(self.size):
            length = llama_cpp.llama_token_to_piece(self.vocabulary, number, buffer, len(buffer), 0, False)
            found.append(buffer.raw[:length] if length > 0 else b"")
        return found

    def show(self, ids: Sequence[int], every: bool = False) -> Logits:
        """Evaluate `ids`, computing only what differs from the kept sequence; returns the logits after the last token, or with
        `every` after each.
        """
        kept = 0
        if not every:
            while kept < min(len(self.ids), len(ids) - 1) and self.ids[kept] == ids[kept]:
                kept += 1
        llama_cpp.llama_memory_seq_rm(self.memory, 0, kept, -1)
        batch = self.batch
        batch.n_tokens = len(ids) - kept
        for index, position in enumerate(range(kept, len(ids))):
            batch.token[index] = ids[position]
            batch.pos[index] = position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = 0
            batch.logits[index] = every or position == len(ids) - 1
        if llama_cpp.llama_decode(self.context, batch):
            raise RuntimeError("llama.cpp could not decode")
        self.ids = list(ids)
        if not every:
            return np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self.context, -1), (self.size,)).copy()
        return np.ctypeslib.as_array(llama_cpp.llama_get_logits(self.context), (len(ids), self.size)).copy()
