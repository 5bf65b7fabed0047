"""Folders and files of this program that only their user may read.

They hold pieces of the user's code (indexes, logs, evaluated prompts, journals) and their costs. Folders get
0700 and files 0600, also those that an earlier version left open; on Windows an access list that names the user, the
administrators and the system. What another user made first is not used, and no link in a file's place is followed.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

from codestral_ls.errors import ConfigError

_OPENING = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a named pipe in the file's place must not be waited for
)


def private_folder(folder: Path) -> Path:
    """Create ``folder`` and missing folders above it, accessible only to this user; returns it.

    Raises: OSError (cannot be created, or belongs to another user).
    """
    _made(folder)
    _refuse_others(folder)
    _close_to_others(folder, 0o700)
    return folder


def private_if_new(folder: Path) -> Path:
    """Create ``folder`` and missing folders above it for this user alone; what exists is left as it is. Returns ``folder``.

    Raises: OSError.
    """
    _made(folder)
    return folder


def private_file(path: Path, *, own_folder: bool = True) -> Path:
    """Create ``path`` for this user alone, empty if it is new; returns it.

    Missing folders are created for this user alone; an existing folder is left as it is. It must belong to this user unless the
    user named it (``own_folder`` False). Raises: OSError (cannot be created, is not a regular file, or file or folder belong to
    another user).
    """
    _made(path.parent)
    if own_folder:
        _refuse_others(path.parent)
    descriptor = os.open(path, _OPENING, 0o600)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "is not a regular file", str(path))
        if not _is_callers(found):
            raise _others(path)
    finally:
        os.close(descriptor)
    _close_to_others(path, 0o600)
    return path


def is_of_others(folder: Path) -> bool:
    """True if ``folder`` exists and belongs to another user, who could have put anything into it."""
    try:
        _refuse_others(folder)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def owned_folder(folder: Path) -> None:
    """Make sure that ``folder`` exists, is not a link and belongs to this user alone. Raises: ConfigError, a sentence.

    For folders that another user must not have made first: those of a socket or of a lock.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or not _is_mine(found):
            raise ConfigError(f"{folder} is not a folder of yours; set XDG_RUNTIME_DIR to one that is.")
        _close_to_others(folder, 0o700)
    except OSError as error:
        raise ConfigError(f"The folder {folder} for the host's socket cannot be made: {error.strerror}.") from None


def owned_socket(path: Path) -> bool:
    """True if ``path`` is a socket of this user in a folder of this user alone; False if there is none.

    Raises: ConfigError, a sentence, if somebody else made the folder or the socket.
    """
    try:
        folder = path.parent.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(folder.st_mode) or not _is_mine(folder):
        raise ConfigError(
            f"{path.parent} is not a folder of yours, so what listens in it is not asked. "
            "Remove it, or set XDG_RUNTIME_DIR to a folder of yours."
        )
    try:
        _close_to_others(path.parent, 0o700)
        found = path.lstat()
    except OSError:
        return False
    if not stat.S_ISSOCK(found.st_mode) or not _is_mine(found):
        raise ConfigError(f"{path} is not a socket of yours, so it is not used. Remove it.")
    return True


def _others(path: Path) -> PermissionError:
    return PermissionError(errno.EPERM, "belongs to another user", str(path))


def _made(folder: Path) -> None:
    missing = []
    while not folder.exists() and folder != folder.parent:
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


if sys.platform == "win32":
    from codestral_ls.system.access_list import belongs_to_user, keep_for_user

    def _refuse_others(folder: Path) -> None:
        if not belongs_to_user(folder):
            raise _others(folder)

    def _close_to_others(path: Path, mode: int) -> None:
        if belongs_to_user(path):
            keep_for_user(path, folder=mode == 0o700)

    def _is_mine(_: os.stat_result) -> bool:
        return True  # Windows finds the owner by the path; ``_close_to_others`` asks it

    _is_callers = _is_mine

else:

    def _refuse_others(folder: Path) -> None:
        if not _is_callers(folder.stat()):
            raise _others(folder)

    def _close_to_others(path: Path, mode: int) -> None:
        found = path.stat()
        if _is_mine(found) and found.st_mode & 0o077:
            path.chmod(mode)

    def _is_mine(found: os.stat_result) -> bool:
        return found.st_uid == os.getuid()

    def _is_callers(found: os.stat_result) -> bool:
        """Whether the owner is this user, or the user who became root by sudo and kept the home folder."""
        return _is_mine(found) or (os.getuid() == 0 and str(found.st_uid) == os.environ.get("SUDO_UID"))
