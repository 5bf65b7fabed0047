"""llama.cpp from a wheel that is there for everybody, beneath llama-cpp-python's declarations: nothing has to be compiled.

llama-cpp-python has no wheels where packages are usually fetched from, and compiling takes minutes. The wheels of xllamacpp
(Linux on x86-64 and Arm) hold llama.cpp in one library that exports its C functions. Two versions whose headers agree are named
here as a pair; what the host uses is compared again when the library is loaded, because a structure that differs by one field
would not be an error but a wrong answer. Where llama-cpp-python was compiled its own library is used.
"""

from __future__ import annotations

import ctypes
import importlib
import platform
import sys
from collections.abc import Collection, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from codestral_ls.errors import ModelError

DECLARATIONS = ("llama-cpp-python", "0.3.36")
"""The package whose Python files declare the functions, and its version (llama.cpp 0c1e570)."""
WHEEL = ("xllamacpp", "2026.9.11063")
"""The package with the library, and the version whose headers agree (llama.cpp b11063)."""
PROCESSOR = frozenset(("avx2", "fma", "f16c", "bmi2"))
"""What the x86-64 library is compiled for (``llama_print_system_info``)."""
ADVICE = "Compile llama.cpp (`make engine` in a checkout), or choose another backend (`backend.primary`)."
_ROOM, _MARK = 1024, 0xA5
"""Bytes for a structure, and what they are before it is written."""
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
"""Default values along both structures, as llama.cpp 0c1e570 gives them: a field more or less would move them."""
_NEEDED = (
    *("llama_decode", "llama_init_from_model", "llama_model_load_from_file", "llama_memory_seq_cp", "llama_memory_seq_rm"),
    *("llama_get_logits_ith", "llama_state_seq_save_file", "llama_state_seq_load_file", "llama_set_abort_callback"),
    *("llama_attach_threadpool", "ggml_threadpool_new", "ggml_threadpool_free", "ggml_backend_dev_count", "llama_tokenize"),
)


class Library(ctypes.CDLL):
    """The library. A function that it lacks is an error when it is called, not when it is declared."""

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name.startswith("__"):
                raise
            return _Missing(name)


class _Missing:
    """Takes a declaration and refuses a call."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *_: object) -> Any:
        raise ModelError(f"The prebuilt llama.cpp has no function {self._name}. {ADVICE}")


def file() -> Path | None:
    """The library of the named version, where it is installed; nothing is imported."""
    spec = find_spec(WHEEL[0]) if sys.platform == "linux" and version_of(WHEEL[0]) == WHEEL[1] else None
    folder = Path(spec.origin).parent if spec is not None and spec.origin else None
    found = folder / "xllamacpp.abi3.so" if folder is not None else None
    return found if found is not None and found.is_file() else None


def version_of(package: str) -> str:
    """The version that is installed, "" where none is."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def unsuited(machine: str, flags: Collection[str]) -> str:
    """Why the library would not run on a processor with ``flags``, "" where it does. Pure."""
    missing = sorted(PROCESSOR - set(flags)) if machine in ("x86_64", "AMD64") else []
    if not missing:
        return ""
    return f"The prebuilt llama.cpp needs a processor with {', '.join(missing).upper()}, which this one lacks. {ADVICE}"


def processor_flags() -> frozenset[str]:
    """What the processor says it can (x86 on Linux); empty where the system does not say."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("flags"):
                return frozenset(line.partition(":")[2].split())
    except OSError:
        pass
    return frozenset()


def enter(path: Path) -> None:
    """See to it that llama-cpp-python's declarations are made for the library at ``path``. Raises: ModelError, OSError."""
    package, wanted = DECLARATIONS
    if version_of(package) != wanted:
        raise ModelError(f"The prebuilt llama.cpp goes with {package} {wanted}, not {version_of(package)}. {ADVICE}")
    if reason := unsuited(platform.machine(), processor_flags()):
        raise ModelError(reason)
    library = Library(str(path))
    if reason := lacking(library):
        raise ModelError(reason)
    extensions = importlib.import_module("llama_cpp._ctypes_extensions")
    extensions.load_shared_library = lambda _name, _folder: library  # type: ignore[attr-defined]


def lacking(library: ctypes.CDLL) -> str:
    """Which function that the host calls is not there, as a sentence; "" where all are."""
    missing = [name for name in _NEEDED if isinstance(getattr(library, name), _Missing)]
    return f"The prebuilt llama.cpp has no {', '.join(missing)}. {ADVICE}" if missing else ""


def another_layout(api: Any, library: Any) -> str:
    """Why ``library`` was made from other headers than the declarations in ``api``, "" where nothing speaks for it."""
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
    """What a function without arguments returns as ``structure``, and how many bytes it wrote (0 where that cannot be seen).

    On x86-64 the caller passes the address for a large result like a first argument (System V ABI, 3.2.3): so it can be one with
    room and known bytes beyond. On Arm the address has a register of its own, and only the fields' values are compared.
    """
    function = library[name]  # another object than the declared one
    if platform.machine() != "x86_64":
        function.argtypes, function.restype = [], structure
        return function(), 0
    room = (ctypes.c_ubyte * _ROOM)(*([_MARK] * _ROOM))
    function.argtypes, function.restype = [ctypes.c_void_p], None
    function(ctypes.addressof(room))
    return structure.from_buffer_copy(room), len(bytes(room).rstrip(bytes([_MARK])))
