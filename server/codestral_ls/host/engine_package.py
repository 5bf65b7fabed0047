"""llama.cpp's libraries as a package of ours, ``codestral_ls_engine``: ``codestral-ls local install`` makes it; it is not
published.

The package contains only files: the libraries, a backend for each kind of processor (and GPU), of which llama.cpp takes the best
when it starts, and ``engine.json``, which records their source. ``engine_wheel.py`` makes the wheel.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "codestral_ls_engine"
DISTRIBUTION = "codestral-ls-engine"
MANIFEST = "engine.json"


@dataclass(frozen=True, slots=True)
class EnginePackage:
    """The installed package: its folder, its libraries (llama's first), and its source."""

    folder: Path
    libraries: tuple[Path, ...]
    llama_cpp: str
    source: str


def installed() -> EnginePackage | None:
    """The package of this environment; None if there is none or it is damaged. Nothing is imported."""
    spec = find_spec(PACKAGE)
    return read(Path(spec.origin).parent) if spec is not None and spec.origin else None


def read(folder: Path) -> EnginePackage | None:
    """The package in ``folder``, by its manifest; None if the manifest is invalid or names a file that is missing."""
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
        names = [str(name) for name in said["libraries"]]
        llama_cpp, source = str(said["llama_cpp"]), str(said["source"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    libraries = tuple(folder / Path(name).name for name in names)
    if not libraries or not all(path.is_file() for path in libraries):
        return None
    return EnginePackage(folder, libraries, llama_cpp, source)
