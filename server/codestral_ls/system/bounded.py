"""Reads untrusted files: only regular files of a sensible size, without ever waiting.

A clone may hold a link to ``/dev/zero``, a named pipe that nobody writes to, or a file of many gigabytes.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

LARGEST = 1_000_000
"""Bytes of a configuration or ignore file; a larger file is something else."""

OPENING = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a named pipe, a terminal or a kernel log must not wait
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
"""Flags with which an untrusted file is opened."""


class UnfitFileError(OSError):
    """The file is not a regular one, or too large. The text is the end of a sentence: "is not a regular file"."""


def read_bounded(path: Path, most_bytes: int = LARGEST, *, follow_links: bool = True) -> bytes:
    """The bytes of the regular file at ``path``. Raises: UnfitFileError, OSError, ValueError (a NUL in the path).

    The opened file is checked, so a file that is exchanged meanwhile is checked, too.
    """
    return read_opened(path, most_bytes, follow_links=follow_links)


def read_opened(path: Path | str, most_bytes: int, parent: int | None = None, *, follow_links: bool = False) -> bytes:
    """The same for a ``path`` that counts from the opened folder ``parent``. Raises: as ``read_bounded``."""
    flags = OPENING if follow_links else OPENING | getattr(os, "O_NOFOLLOW", 0)
    before = os.stat(path, dir_fd=parent, follow_symlinks=follow_links)
    if not stat.S_ISREG(before.st_mode):  # opening some devices has effects of its own
        raise UnfitFileError("is not a regular file")
    descriptor = os.open(path, flags, dir_fd=parent)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise UnfitFileError("is not a regular file")
        if found.st_size > most_bytes:
            raise UnfitFileError(f"is larger than {most_bytes:,} bytes")
        chunks: list[bytes] = []
        left = most_bytes + 1
        while left > 0 and (chunk := os.read(descriptor, min(left, 1 << 20))):
            chunks.append(chunk)
            left -= len(chunk)
    finally:
        os.close(descriptor)
    if left <= 0:  # a file of /proc reports no size
        raise UnfitFileError(f"is larger than {most_bytes:,} bytes")
    return b"".join(chunks)
