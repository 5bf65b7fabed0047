"""Small files of a workspace, read without trust: a regular file of sensible size, kept until it changes.

A pipe or a device is never opened, a larger file never read; an unreadable file is distinguished from a missing one.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

MOST_BYTES = 250_000
"""Bytes of the largest file that is read."""
REMEMBERED = 4_000
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL})

T = TypeVar("T")


class Unusable(Exception):
    """The file is there but cannot be read as expected."""


@dataclass(frozen=True, slots=True)
class _KnownFile(Generic[T]):
    stamp: tuple[int, int, int, int]
    value: T


class Kept(Generic[T]):
    """Files turned into values by ``read`` and kept while they do not change. Harmless when two threads ask at once."""

    def __init__(self, read: Callable[[bytes], T], unusable: T, *, follow: bool = True) -> None:
        self._read = read
        self._unusable = unusable
        self._follow = follow
        self._known: OrderedDict[str, _KnownFile[T]] = OrderedDict()

    def get(self, file: str) -> T | None:
        """The file's value; None if there is no such file (or, without ``follow``, if it is a link)."""
        try:
            status = os.stat(file) if self._follow else os.lstat(file)  # noqa: PTH116 - on the way of every key
        except (OSError, ValueError) as error:
            self._known.pop(file, None)
            absent = isinstance(error, ValueError) or error.errno in _ABSENT
            return None if absent else self._unusable
        if stat.S_ISLNK(status.st_mode):
            return None
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns)
        known = self._known.get(file)
        if known is None or known.stamp != stamp:
            try:
                value = self._read(read_regular(file, status))
            except (OSError, ValueError, Unusable):
                value = self._unusable
            known = self._known[file] = _KnownFile(stamp, value)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known.value


def read_regular(file: str | Path, status: os.stat_result | None = None) -> bytes:
    """The bytes of a regular file of at most `MOST_BYTES`.

    Raises: Unusable (not a regular file, or larger), OSError (missing, not allowed), ValueError (not a valid file name).
    """
    status = status or os.stat(file)  # noqa: PTH116
    if not stat.S_ISREG(status.st_mode):
        raise Unusable(f"{file} is not a regular file")
    if status.st_size > MOST_BYTES:
        raise Unusable(f"{file} is larger than {MOST_BYTES:,} bytes")
    # It may have become a pipe since it was looked at: opening one must not wait.
    descriptor = os.open(
        file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    )
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise Unusable(f"{file} is not a regular file")
        content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unusable(f"{file} is larger than {MOST_BYTES:,} bytes")
    return content
