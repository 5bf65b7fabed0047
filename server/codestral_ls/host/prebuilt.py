"""A prebuilt llama.cpp library, used with llama-cpp-python's declarations.

llama-cpp-python has no wheels on the usual index, and compiling takes minutes. Two others hold llama.cpp's C functions: our own
package of libraries (``engine_package.py``: Linux, Windows and macOS), and the wheels of xllamacpp (Linux on x86-64 and Arm), whose
extension exports them. Versions whose headers agree are named here; the declarations in use are compared again when the library is
loaded (``layouts.py``). If llama-cpp-python was compiled, its own library is used.
"""

from __future__ import annotations

import importlib
import importlib.util
import platform
import sys
from collections.abc import Collection
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from codestral_ls.errors import ModelError
from codestral_ls.host import engine_package, engine_sources
from codestral_ls.host.layouts import another_layout, lacking
from codestral_ls.host.shared_libraries import ADVICE, Library, load_backends

DECLARATIONS = ("llama-cpp-python", "0.3.36")
"""The package whose Python files declare the functions, and its version (llama.cpp 0c1e570)."""
WHEEL = ("xllamacpp", "2026.9.11063")
"""The package with the library, and the version whose headers agree (llama.cpp b11063)."""
PROCESSOR = frozenset(("avx2", "fma", "f16c", "bmi2"))
"""What xllamacpp's library for x86-64 is compiled for (``llama_print_system_info``)."""


@dataclass(frozen=True, slots=True)
class Prebuilt:
    """Installed libraries: who made them, the files (llama's first), and the folder of backends loaded at run time."""

    name: str
    files: tuple[Path, ...]
    backends: Path | None = None
    processor: frozenset[str] = frozenset()


def find() -> Prebuilt | None:
    """The installed libraries that fit the declarations, our own package first; nothing is imported."""
    package = engine_package.installed()
    if package is not None and package.llama_cpp in engine_sources.SUITED:
        return Prebuilt(f"{package.source}, llama.cpp {package.llama_cpp}", package.libraries, package.folder)
    spec = importlib.util.find_spec(WHEEL[0]) if sys.platform == "linux" and version_of(WHEEL[0]) == WHEEL[1] else None
    found = Path(spec.origin).parent / "xllamacpp.abi3.so" if spec is not None and spec.origin else None
    if found is None or not found.is_file():
        return None
    return Prebuilt(" ".join(WHEEL), (found,), processor=PROCESSOR)


def has_own_library() -> bool:
    """Whether llama-cpp-python was compiled here and has a llama.cpp of its own; nothing is imported."""
    spec = importlib.util.find_spec("llama_cpp")
    folders = spec.submodule_search_locations if spec is not None and spec.submodule_search_locations else ()
    return any(any((Path(folder) / "lib").glob("*llama*")) for folder in folders)


def version_of(package: str) -> str:
    """The installed version, "" if there is none."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def unsuited(needed: Collection[str], machine: str, flags: Collection[str]) -> str:
    """Why a library compiled for ``needed`` would not run on a processor with ``flags``, "" if it would. Pure."""
    missing = sorted(set(needed) - set(flags)) if machine == "x86_64" else []
    if not missing:
        return ""
    return f"The prebuilt llama.cpp needs a processor with {', '.join(missing).upper()}, which this one lacks. {ADVICE}"


def processor_flags() -> frozenset[str]:
    """The processor's features (x86 on Linux); empty if the system does not say."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("flags"):
                return frozenset(line.partition(":")[2].split())
    except OSError:
        pass
    return frozenset()


def enter(prebuilt: Prebuilt) -> Library:
    """Check that llama-cpp-python's declarations fit ``prebuilt``, and load its library. Raises: ModelError, OSError."""
    package, wanted = DECLARATIONS
    if version_of(package) != wanted:
        raise ModelError(f"The prebuilt llama.cpp goes with {package} {wanted}, not {version_of(package)}. {ADVICE}")
    if reason := unsuited(prebuilt.processor, platform.machine(), processor_flags()):
        raise ModelError(reason)
    library = Library(prebuilt.files)
    if missing := lacking(library):
        raise ModelError(f"The prebuilt llama.cpp has no {missing}. {ADVICE}")
    extensions = importlib.import_module("llama_cpp._ctypes_extensions")
    extensions.load_shared_library = lambda _name, _folder: library  # type: ignore[attr-defined]
    return library


def prove(prebuilt: Prebuilt, library: Library, api: Any) -> None:
    """Compare the loaded library with the declarations in ``api``, and load its backends. Raises: ModelError."""
    if reason := another_layout(api, library):
        raise ModelError(f"The prebuilt llama.cpp does not fit its declarations: {reason}. {ADVICE}")
    if prebuilt.backends is not None:
        load_backends(library, prebuilt.backends)
