"""Unpacks a packed project into a folder: the first step inside a fence, so it imports little."""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from pathlib import Path

LENGTH = struct.Struct("<Q")
"""The length of the list of files, with which a packed project begins."""


def unpack(descriptor: int, folder: Path) -> None:
    """Unpack into the existing, empty ``folder``. Raises: OSError."""
    (length,) = LENGTH.unpack(os.pread(descriptor, LENGTH.size, 0))
    entries = json.loads(os.pread(descriptor, length, LENGTH.size))
    place = LENGTH.size + length
    links = []
    for name, kind, mode, when, size, aim in entries:
        path = os.path.join(folder, name)
        if kind == "folder":
            os.mkdir(path, mode | 0o700)
        elif kind == "link":
            links.append((aim, path))
        else:
            new = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode | 0o600)
            _copied(descriptor, place, size, new)
            os.utime(new, ns=(when, when))  # compiled modules in __pycache__ are checked by their source's time
            os.close(new)
            place += size
    for aim, path in links:
        os.symlink(aim, path)


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` by their path in ``folder``, replacing existing ones. Raises: OSError, ValueError (a path outside of it)."""
    real = os.path.realpath(folder)
    for name, data in files.items():
        target = Path(folder, name)
        above = os.path.realpath(target.parent)
        if above != real and not above.startswith(real + os.sep):
            raise ValueError(f"{name} lies outside")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_bytes(data)


def _copied(source: int, place: int, size: int, target: int) -> None:
    while size > 0:
        data = os.pread(source, min(size, 1 << 20), place)
        if not data:
            raise OSError("the copy of the project is cut off")
        os.write(target, data)
        place, size = place + len(data), size - len(data)
