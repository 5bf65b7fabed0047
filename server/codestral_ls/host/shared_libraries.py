"""Several shared libraries used as one: llama.cpp's functions and ggml's, which some builds have in separate files."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codestral_ls.errors import ModelError

ADVICE = "Compile llama.cpp (`make engine` in a checkout), or choose another backend (`backend.primary`)."


class Library(ctypes.CDLL):
    """The libraries at ``paths``, the one with most functions first. Raises: OSError.

    A function that none of them has is an error when it is called, not when it is declared.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        if sys.platform == "win32":
            os.add_dll_directory(str(paths[0].parent))
        self._others = [ctypes.CDLL(str(path)) for path in reversed(paths[1:])][::-1]  # others need these, so they are loaded first
        super().__init__(str(paths[0]))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_others":
            raise AttributeError(name)
        try:
            return super().__getattr__(name)
        except AttributeError:
            for other in self._others:
                if hasattr(other, name):
                    return getattr(other, name)
            return MissingFunction(name)


class MissingFunction:
    """Accepts a declaration and refuses a call."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *_: object) -> Any:
        """Raises: ModelError."""
        raise ModelError(f"The prebuilt llama.cpp has no function {self._name}. {ADVICE}")


def load_backends(library: ctypes.CDLL, folder: Path) -> None:
    """Make ggml load the best backends from ``folder``, if they are separate libraries: it searches nowhere else by itself."""
    load = library.ggml_backend_load_all_from_path
    load.argtypes, load.restype = [ctypes.c_char_p], None
    load(os.fsencode(folder))
