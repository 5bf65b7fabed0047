"""A copy of a project in one file that has no name: unpacked for every run, and gone with the process, however that ends.

Version control, caches, environments, secrets and large files are left out. A link stays a link.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from codestral_ls.errors import GenerateError
from codestral_ls.fence.unpack import LENGTH
from codestral_ls.system.bounded import read_bounded

_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".hg", ".svn", ".venv", "venv", "env", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
    "node_modules", "target", ".cache", ".env", ".env.*", ".envrc", ".netrc", ".npmrc", ".pypirc", "*.pem", "*.key", "id_rsa*",
    "id_ed25519*", "id_ecdsa*",
)  # fmt: skip
_LARGEST_FILE = 20 << 20
_MOST_FILES = 50_000
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Packed:
    """A packed project: its ``file`` and how many ``megabytes`` it has unpacked."""

    file: BinaryIO
    megabytes: int


@contextlib.contextmanager
def packed(root: Path) -> Iterator[Packed]:
    """The project at ``root``. Raises: GenerateError if it is too large or cannot be read."""
    try:
        with tempfile.TemporaryFile() as file:
            entries: list[tuple[str, str, int, int, int, str]] = []
            total = 0
            with tempfile.TemporaryFile() as contents:
                for path, name in _walked(root):
                    status = path.lstat()
                    mode, when = stat.S_IMODE(status.st_mode), status.st_mtime_ns
                    if stat.S_ISLNK(status.st_mode):
                        entries.append((name, "link", mode, when, 0, os.readlink(path)))
                    elif stat.S_ISDIR(status.st_mode):
                        entries.append((name, "folder", mode, when, 0, ""))
                    elif stat.S_ISREG(status.st_mode) and status.st_size <= _LARGEST_FILE:
                        data = _read(path)
                        if data is not None:
                            contents.write(data)
                            entries.append((name, "file", mode, when, len(data), ""))
                            total += len(data) + 4096
                    if len(entries) > _MOST_FILES or total > _MOST_BYTES:
                        raise GenerateError(
                            f"The project has more than {_MOST_FILES:,} files or {_MOST_BYTES >> 20:,} MB, too many for a copy in "
                            "which tests run. Name a folder inside it that is a project of its own."
                        )
                head = json.dumps(entries).encode()
                file.write(LENGTH.pack(len(head)) + head)
                contents.seek(0)
                shutil.copyfileobj(contents, file, 1 << 20)
            file.flush()
            yield Packed(file, (total >> 20) + 1)
    except OSError as error:
        raise GenerateError(f"No copy of the project could be made: {error}") from error


def _walked(root: Path) -> Iterator[tuple[Path, str]]:
    """All wanted files below ``root``, folders before their content. Links to folders are not followed."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        with contextlib.suppress(PermissionError):
            names = sorted(os.listdir(folder))
            skipped = _LEFT_OUT(str(folder), names)
            for name in names:
                path = folder / name
                if name in skipped:
                    continue
                yield path, path.relative_to(root).as_posix()
                if path.is_dir() and not path.is_symlink():
                    waiting.append(path)


def _read(path: Path) -> bytes | None:
    with contextlib.suppress(OSError):
        return read_bounded(path, _LARGEST_FILE, follow_links=False)
    return None
