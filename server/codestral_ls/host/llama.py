"""llama.cpp's low-level functions, loaded without the Python package's high-level classes.

It has only the import, the log and the process-wide start; ``model_loading.py`` and ``llama_session.py`` use the functions.
Importing this module is cheap; the first ``load()`` loads the library.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import logging
import os
import sys
import types
from collections import deque
from collections.abc import MutableMapping
from functools import cache
from typing import Any

from codestral_ls.errors import ModelError
from codestral_ls.host import prebuilt

log = logging.getLogger("codestral_ls.host.llama")

_OF_AN_ABORT = ("failed with error 1", "compute status: 1", "removing memory module entries", "ret = 2")
"""Messages that llama.cpp logs as errors when we end a decode on purpose."""
_LEVELS = {1: logging.DEBUG, 2: logging.DEBUG, 3: logging.WARNING, 4: logging.ERROR}
"""ggml's log levels; its "info" is a hundred lines per model, so we log that as debug."""


@cache
def load() -> Any:
    """The module ``llama_cpp.llama_cpp`` with llama.cpp's functions, its log sent to ours.

    The package's ``__init__`` imports the high-level classes with their chat templates and web schemas (0.3 s and 25 MB
    measured), none of which is used here, so the module is loaded without it. Raises: ModelError when it is not installed.
    """
    if "llama_cpp" not in sys.modules:
        spec = importlib.util.find_spec("llama_cpp")
        if spec is None or spec.submodule_search_locations is None:
            raise ModelError(
                "The model host needs llama.cpp. Install it with: codestral-ls local install "
                '(or set `backend.primary` to "codestral" and use the API).'
            )
        package = types.ModuleType("llama_cpp")
        package.__path__ = list(spec.submodule_search_locations)
        package.__spec__ = spec
        sys.modules["llama_cpp"] = package
    sleeping_threads(os.environ)
    beneath = beneath_declarations()
    try:
        library = prebuilt.enter(beneath) if beneath is not None else None
        api = importlib.import_module("llama_cpp.llama_cpp")
    except (OSError, RuntimeError) as error:
        raise ModelError(f"llama.cpp is installed but its library does not load: {error}") from None
    api.llama_log_set(_log_callback(api), ctypes.c_void_p(0))
    if beneath is not None and library is not None:
        prebuilt.prove(beneath, library, api)
    api.llama_backend_init()
    return api


SPINS = "30000"
"""How often a thread of OpenMP checks for work before it sleeps: about a tenth of a millisecond."""


def beneath_declarations() -> prebuilt.Prebuilt | None:
    """The prebuilt libraries, if they are to be used: llama-cpp-python has no library of its own, and the user names none."""
    if os.environ.get("LLAMA_CPP_LIB_PATH"):
        return None
    return None if prebuilt.has_own_library() else prebuilt.find()


def is_dispatched() -> bool:
    """Whether llama.cpp's kernels are in separate libraries, of which the one for this processor was loaded."""
    beneath = beneath_declarations()
    return beneath is not None and beneath.backends is not None


def llama_cpp() -> str:
    """The version of llama.cpp, for files that no other version may read: saved states and self-test verdicts."""
    beneath = beneath_declarations()
    return beneath.name if beneath is not None else " ".join(prebuilt.DECLARATIONS)


def sleeping_threads(environment: MutableMapping[str, str]) -> None:
    """Let OpenMP's threads sleep while they wait, if llama.cpp was built with it; the user's own settings stay.

    By default they spin, and compete with every other program for the core: on two busy cores an answer took 0.5 to 2.2 s with two
    spinning threads and 0.04 s with sleeping ones. But a thread that sleeps at each of the several hundred barriers of a token must
    be woken at each: with two threads a token of SmolLM2-135M took 25 ms, and 11 ms if they spin briefly before they sleep; a cold
    prompt of 500 tokens took the embedded model 202 ms, and 179 ms. Only GNU's library has a setting for that. Both variables are
    read once, when the library is loaded.
    """
    environment.setdefault("OMP_WAIT_POLICY", "passive")
    environment.setdefault("GOMP_SPINCOUNT", SPINS)


_errors: deque[str] = deque(maxlen=20)


def forget_errors() -> None:
    """Start collecting error messages, before a call that may fail."""
    _errors.clear()


def first_error() -> str:
    """llama.cpp's first error message since then; later messages mostly only say "failed to load"."""
    return _errors[0] if _errors else "it gave no reason"


@cache
def _log_callback(api: Any) -> Any:
    """The C callback, kept alive by the cache."""
    lines: list[str] = []

    def write(level: int, text: bytes | None, _: object) -> None:
        lines.append((text or b"").decode("utf-8", errors="replace"))
        if lines[-1].endswith("\n") or len(lines) > 100:
            line = "".join(lines).rstrip()
            aborted = any(part in line for part in _OF_AN_ABORT)
            if level == 4 and not aborted:
                _errors.append(line)
            log.log(logging.DEBUG if aborted else _LEVELS.get(level, logging.DEBUG), "%s", line)
            lines.clear()

    return api.llama_log_callback(write)


def strlen_callback() -> tuple[Any, Any]:
    """An abort callback without Python: (C function, two-byte flag buffer). Setting ``flag[0] = 1`` aborts a decode.

    llama.cpp calls its abort callback before every node of the graph, several hundred times a batch; a Python callback would take
    the GIL each time. ``strlen`` of the buffer is 0 or 1, which is exactly the C boolean wanted.
    """
    api = load()
    flag = (ctypes.c_char * 2)()
    standard = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
    address = ctypes.cast(standard.strlen, ctypes.c_void_p).value or 0
    return ctypes.cast(address, api.ggml_abort_callback), flag
