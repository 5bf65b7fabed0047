"""Two operations of the kernel that ``os`` does not offer: exchange two file names in one step, and find out whether a file is
being written.

Both answer "no" if the system or its file system cannot do them; the caller then uses the second-best way.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_AT_FDCWD = -100  # fcntl.h
_RENAME_EXCHANGE = 2  # linux/fs.h; renameat2(2)
_RENAME_SWAP = 2  # sys/stdio.h of macOS; renamex_np(2)
_CANNOT = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names of one folder atomically. False if that cannot be done here. Raises: OSError."""
    call = _exchange_call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))


def has_writers(path: Path) -> bool | None:
    """True if any process has the file open for writing; None if the kernel does not tell (not Linux, another's file, NFS).

    A read lease is only granted on a file that nobody has open for writing (fcntl(2), "Leases").
    """
    if sys.platform != "linux":
        return None
    import fcntl

    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # were the lease broken, SIGIO would end this process
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    finally:
        os.close(descriptor)


@functools.cache
def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    """The C function that exchanges two names: glibc 2.28's and musl 1.2's, or macOS's."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            rename = library.renameat2
            return lambda one, other: int(rename(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE))
        if sys.platform == "darwin":
            rename = library.renamex_np
            return lambda one, other: int(rename(one, other, _RENAME_SWAP))
    except (OSError, AttributeError, TypeError):
        return None
    return None
