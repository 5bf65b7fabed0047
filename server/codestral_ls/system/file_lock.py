"""Locks on files that end with the process that holds them, however it ends.

POSIX has ``flock``; Windows locks the first byte of the file. There is no waiting: a lock is taken at once or not at all.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)


def take(path: Path) -> int | None:
    """A descriptor that holds the lock at ``path`` until it is closed; None if another process or descriptor has it.

    The file is made if it is missing, for its user alone, and stays. Raises: OSError if it cannot be opened.
    """
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        if _lock(descriptor):
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:  # EACCES: somebody else has it
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
