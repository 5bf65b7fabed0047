"""Opens what is beneath a folder without following a link in any part of its path.

A workspace's folder can become a link after it was listed: a pulled commit replaces it, or another user may write there. Each
part is opened from the folder before it, which stays open, so that what is checked is what is read. Windows cannot open files
this way: there the path is compared with where it leads, and an exchange right after that is not noticed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codestral_ls.system.bounded import OPENING, UnfitFileError, read_bounded, read_opened

_HOLDS = os.open in os.supports_dir_fd and os.scandir in os.supports_fd and hasattr(os, "O_NOFOLLOW")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = OPENING | getattr(os, "O_DIRECTORY", 0) | _NO_LINK
_PASSING = getattr(os, "O_PATH", 0)
"""A folder on the way need not be readable."""


def read_beneath(root: Path, relative: str, most_bytes: int) -> bytes:
    """The bytes of the regular file at ``relative`` (parts joined by ``/``), of at most ``most_bytes``.

    Raises: UnfitFileError (a link on the way, not a regular file, or larger), OSError, ValueError (a NUL in the path).
    """
    folder, _, name = relative.rpartition("/")
    if not _HOLDS:
        _refuse_links(root, relative)
        return read_bounded(root / relative, most_bytes, follow_links=False)
    with _opened(root, folder, _PASSING) as parent:
        return read_opened(_part(name), most_bytes, parent)


@contextmanager
def entries_beneath(root: Path, folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    """What the folder at ``folder`` (relative to ``root``, empty for itself) holds.

    Its entries may be asked for their status while it is open. Raises: UnfitFileError (a link on the way), OSError, ValueError.
    """
    if not _HOLDS:
        _refuse_links(root, folder)
        with os.scandir(root / folder) as found:
            yield found
        return
    with _opened(root, folder, 0) as descriptor, os.scandir(descriptor) as found:
        yield found


def is_real(path: Path) -> bool:
    """True if no part of ``path`` is a link: for a path that was resolved when it was found. What is missing is no link."""
    return os.path.normcase(os.path.realpath(path)) == os.path.normcase(path)


@contextmanager
def _opened(root: Path, folder: str, last: int) -> Iterator[int]:
    """A descriptor of the folder; ``last`` are flags for opening it."""
    parts = [_part(part) for part in folder.split("/") if part]
    # The user chose the root, which may be a link.
    descriptor = os.open(root, (_FOLDER & ~_NO_LINK) | (_PASSING if parts else last))
    try:
        for number, part in enumerate(parts, 1):
            inner = os.open(part, _FOLDER | (last if number == len(parts) else _PASSING), dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _part(name: str) -> str:
    if name in ("", ".", ".."):
        raise UnfitFileError("is not beneath its folder")
    return name


def _refuse_links(root: Path, relative: str) -> None:
    if not is_real(Path(os.path.realpath(root), *(_part(part) for part in relative.split("/") if part))):
        raise UnfitFileError("is reached through a link")
