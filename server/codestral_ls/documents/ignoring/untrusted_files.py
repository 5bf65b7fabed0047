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

from codestral_ls.system.bounded import OPENING

MOST_BYTES = 250_000
"""Bytes of the largest file that is read."""
REMEMBERED = 4_000
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL})

T = TypeVar("T")


class Unusable(Exception):
    """The file is there but cannot be read as expected."""


class TooLarge(Unusable):
    """It is larger than what is read."""


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
            return None if _is_absent(error) else self._unusable
        if stat.S_ISLNK(status.st_mode):
            return None
        known = self._known.get(file)
        if known is None or known.stamp != _stamp(status):
            # Between two looks it can become another file, a link or a pipe: what counts is what was opened.
            try:
                content, status = _opened(file, MOST_BYTES, follow=self._follow)
                value = self._read(content)
            except (OSError, ValueError, Unusable):
                value = self._unusable
            known = self._known[file] = _KnownFile(_stamp(status), value)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known.value


def _is_absent(error: OSError | ValueError) -> bool:
    return isinstance(error, ValueError) or error.errno in _ABSENT


def _stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns


def read_regular(file: str | Path, most: int | None = None) -> bytes:
    """The bytes of a regular file of at most ``most`` bytes (None: `MOST_BYTES`).

    Raises: TooLarge, Unusable (not a regular file), OSError (missing, not allowed), ValueError (not a valid file name).
    """
    return _opened(file, MOST_BYTES if most is None else most, follow=True)[0]


def _opened(file: str | Path, most: int, *, follow: bool) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file, and the status of the file that they are from. Raises: as ``read_regular``."""
    if not stat.S_ISREG(os.stat(file, follow_symlinks=follow).st_mode):  # noqa: PTH116 - opening a device can have effects
        raise Unusable(f"{file} is not a regular file")
    descriptor = os.open(file, OPENING | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
    with os.fdopen(descriptor, "rb") as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Unusable(f"{file} is not a regular file")
        content = opened.read(most + 1)
    if len(content) > most:
        raise TooLarge(f"{file} is larger than {most:,} bytes")
    return content, status
