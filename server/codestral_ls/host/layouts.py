"""Checks that a library of llama.cpp was built from the headers that llama-cpp-python declares.

A structure that differs in one field would give wrong answers, not an error. So the default values of two structures are compared,
and their sizes if the calling convention shows them.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Mapping
from typing import Any

from codestral_ls.host.shared_libraries import MissingFunction

_ROOM, _MARK = 1024, 0xA5
"""Bytes reserved for a structure, and their value before it is written."""
_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "llama_context_default_params": {
        "n_ctx": 512, "n_batch": 2048, "n_ubatch": 512, "n_seq_max": 1, "flash_attn_type": -1, "yarn_ext_factor": -1.0,
        "defrag_thold": -1.0, "type_k": 1, "type_v": 1, "embeddings": False, "offload_kqv": True, "no_perf": True,
        "op_offload": True, "swa_full": True, "kv_unified": False, "n_samplers": 0, "ctx_other": None,
    },
    "llama_model_default_params": {
        "n_gpu_layers": -1, "split_mode": 1, "main_gpu": 0, "vocab_only": False, "check_tensors": False, "use_extra_bufts": True,
        "no_host": False, "no_alloc": False, "load_mtp": False,
    },
}  # fmt: skip
"""Default values along both structures, as llama.cpp 0c1e570 has them: a field more or less would shift them."""
_NEEDED = (
    *("llama_decode", "llama_init_from_model", "llama_model_load_from_file", "llama_memory_seq_cp", "llama_memory_seq_rm"),
    *("llama_get_logits_ith", "llama_state_seq_save_file", "llama_state_seq_load_file", "llama_set_abort_callback"),
    *("llama_attach_threadpool", "ggml_backend_reg_by_name", "ggml_backend_reg_get_proc_address", "ggml_backend_dev_count"),
    *("ggml_threadpool_params_init", "llama_tokenize"),
)


def lacking(library: ctypes.CDLL) -> str:
    """Names of functions that the host calls and ``library`` does not have; "" if it has all. Pure."""
    return ", ".join(name for name in _NEEDED if isinstance(getattr(library, name), MissingFunction))


def another_layout(api: Any, library: Any) -> str:
    """Why ``library`` was not built from the headers that ``api`` declares; "" if nothing differs."""
    structures = {
        "llama_context_default_params": api.llama_context_params,
        "llama_model_default_params": api.llama_model_params,
    }
    for name, structure in structures.items():
        given, size = _call(library, name, structure)
        if size > ctypes.sizeof(structure):
            return f"{name} gives {size} bytes where {ctypes.sizeof(structure)} are declared"
        for field, value in _DEFAULTS[name].items():
            if getattr(given, field) != value:
                return f"{name} gives {field} {getattr(given, field)!r}, not {value!r}"
    return ""


def _call(library: Any, name: str, structure: Any) -> tuple[Any, int]:
    """The structure that a function without arguments returns, and how many bytes it wrote (0 if that cannot be seen).

    On x86-64 the caller passes the address for a large result like a first argument (System V ABI, 3.2.3), so the result can be
    given extra room filled with known bytes. Arm has a separate register for the address, so there only the fields' values are
    compared.
    """
    function = library[name]  # a different object than the declared one
    if platform.machine() not in ("x86_64", "AMD64"):
        function.argtypes, function.restype = [], structure
        return function(), 0
    room = (ctypes.c_ubyte * _ROOM)(*([_MARK] * _ROOM))
    function.argtypes, function.restype = [ctypes.c_void_p], None
    function(ctypes.addressof(room))
    return structure.from_buffer_copy(room), len(bytes(room).rstrip(bytes([_MARK])))
