"""The fetched models on this machine: one folder of GGUF files, each with a note of its source.

``fetch.py`` fetches them; ``catalogue.py`` has the table of known models.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.config.host_address import models_dir
from codestral_ls.config.suggest import did_you_mean
from codestral_ls.errors import ModelError
from codestral_ls.system.bounded import read_bounded
from codestral_ls.system.private_files import private_file


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model file in the folder. ``origin`` is the note from the time it was fetched (repository, file, sha256, licence)."""

    name: str
    path: Path
    size_bytes: int
    origin: Mapping[str, str]


def fetched() -> list[Fetched]:
    """The models in the folder, by name. Raises: ModelError when it cannot be read."""
    try:
        paths = sorted(path for path in models_dir().glob("*.gguf") if path.is_file())
        return [Fetched(path.stem, path, path.stat().st_size, _origin(path)) for path in paths]
    except OSError as error:
        raise ModelError(f"The folder {models_dir()} cannot be read: {error.strerror}.") from None


def note(path: Path, origin: Mapping[str, str]) -> None:
    """Write the source of ``path`` into a note next to it. Raises: OSError."""
    private_file(_note_path(path), own_folder=False).write_text(json.dumps(dict(origin), indent=2) + "\n", encoding="utf-8")


def remove(name: str) -> int:
    """Remove a fetched model and return the number of bytes freed. Raises: ModelError."""
    found = {model.name: model for model in fetched()}
    if name == "embedded":
        raise ModelError("The embedded model is part of the package and cannot be removed.")
    if name not in found:
        raise ModelError(f'There is no fetched model "{name}"{did_you_mean(name, found) or "."}')
    model = found[name]
    try:
        model.path.unlink()
        _note_path(model.path).unlink(missing_ok=True)
    except OSError as error:
        raise ModelError(f"{model.path} cannot be removed: {error.strerror}.") from None
    return model.size_bytes


def _note_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _origin(path: Path) -> dict[str, str]:
    """The note; empty for a file that the user put there."""
    try:
        said = json.loads(read_bounded(_note_path(path)))
    except (OSError, ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in said.items()} if isinstance(said, dict) else {}
