"""Replaces a file's text without losing anything, not even what an editor saves at the same moment.

The new text is written next to the file, with the file's owner, permissions and attributes, and synced to the disk. Then the two
files exchange names, and the old file is compared with what was read: if it differs, somebody saved meanwhile, and it is put back.
Files that would lose something by this (hard links, read-only files, another's files) are left alone with a reason.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from pathlib import Path

from codestral_ls.generate.editing.exchanging import exchange, has_writers
from codestral_ls.generate.editing.source import MAX_BYTES, FileLeftAlone, SourceFile, digest_of
from codestral_ls.system.bounded import UnfitFileError, read_bounded

_GRACE = 0.02
"""Seconds to wait for a save that has looked up the old file but has not opened it yet."""
_GRACE_UNSEEN = 0.1
"""The same if the kernel does not report whether a program writes."""
_LONGEST_SAVE = 2.0
"""Seconds that a program may take to save; then the file is left to it."""
_CHANGED = "it changed while its text was being written"


def beside_of(path: Path, digest: str) -> Path:
    """The file in which a new text with that digest is written before it replaces ``path``.

    Its name can be computed from the journal, so that a run that was killed leaves nothing behind for good.
    """
    real = Path(os.path.realpath(path))
    return real.with_name(f".{real.name[:80]}.{digest[:12]}.tmp")


def why_not_replaced(path: Path) -> str:
    """Why the file at ``path`` cannot be replaced without loss, as the end of a sentence; "" if it can. Raises: OSError."""
    real = Path(os.path.realpath(path))
    status = real.stat()
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file"
    if status.st_nlink > 1:
        return "it has a second name (a hard link), which would keep the old text"
    if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(real, os.W_OK):
        return "it is read-only"
    if not os.access(real.parent, os.W_OK):
        return "its folder is read-only"
    return ""


def replace_if_unchanged(source: SourceFile, data: bytes) -> None:
    """Atomically replace the file with ``data``, if its bytes are still those that were read; safe from a power cut.

    A link is followed, so that it stays a link. Raises: FileLeftAlone (changed meanwhile, cannot be written, or would lose
    something).
    """
    path = Path(os.path.realpath(source.path))
    digest = digest_of(data)
    beside = beside_of(path, digest)
    try:
        if reason := why_not_replaced(path):
            raise FileLeftAlone(reason)
        try:
            _write_beside(path, beside, data)
            if _digest_at(path) != source.digest:
                raise FileLeftAlone(_CHANGED)
            if stat.S_IMODE(path.stat().st_mode) != source.mode:
                raise FileLeftAlone("its permissions changed meanwhile")
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        if exchange(beside, path):
            _settle(path, beside, source, digest)
        else:  # a file system without exchange: what is saved at this very moment is lost
            beside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise FileLeftAlone(f"it cannot be written: {reason_of(error)}") from error


def create(path: Path, data: bytes) -> None:
    """Create a file that does not exist yet, with its folders; atomically if hard links can be made. Raises: FileLeftAlone."""
    beside = beside_of(path, digest_of(data))
    try:
        made = _make_folders(path.parent)
        try:
            _write_new(beside, data, 0o666)
            try:
                os.link(beside, path)  # unlike a rename, this fails if somebody else created the file first
            except FileExistsError:
                raise
            except OSError:  # a file system without hard links
                _write_new(path, data, 0o666)
        finally:
            beside.unlink(missing_ok=True)
        for folder in [path.parent, *made]:
            _sync_folder(folder)
    except OSError as error:
        raise FileLeftAlone(f"it cannot be written: {reason_of(error)}") from error


def tidy(path: Path, digest_before: str, digest_after: str) -> None:
    """Remove what a run that was killed while it replaced ``path`` left behind; what somebody saved meanwhile is put back."""
    beside = beside_of(path, digest_after)
    with contextlib.suppress(OSError):
        saved = _digest_at(beside) not in (digest_before, digest_after)
        if saved and _digest_at(path) == digest_after:
            exchange(beside, Path(os.path.realpath(path)))
        beside.unlink(missing_ok=True)


def reason_of(error: OSError) -> str:
    """The system's reason in the user's words; a full disk is called that."""
    if error.errno == errno.ENOSPC:
        return "the disk is full"
    if error.errno == errno.EDQUOT:
        return "your share of the disk is used up"
    return error.strerror or str(error)


def _digest_at(path: Path) -> str:
    """The digest of the file; of a pipe or a large file a digest that no file has. Raises: OSError."""
    try:
        return digest_of(read_bounded(path, MAX_BYTES))
    except UnfitFileError:
        return ""


def _settle(path: Path, beside: Path, source: SourceFile, digest: str) -> None:
    """After the exchange: delete the old file, or put back what was saved meanwhile. Raises: FileLeftAlone, OSError.

    ``expected`` is the content of ``path`` before the last exchange. If something else comes out, it was saved since, is newer,
    and is put back, until the newest is at ``path``.
    """
    expected = source.digest
    busy = _wait_for_writers(beside)
    found = _digest_at(beside)
    if not busy and found == expected and stat.S_IMODE(beside.stat().st_mode) == source.mode:
        beside.unlink()
        return
    expected = digest
    while True:
        exchange(beside, path)
        put_back = found
        _wait_for_writers(beside)
        found = _digest_at(beside)
        if found == expected:
            beside.unlink()
            raise FileLeftAlone("another program keeps it open to write to it" if busy else _CHANGED)
        expected = put_back


def _wait_for_writers(path: Path) -> bool:
    """Wait until no program writes to the file; True if one still does after a long time."""
    end = time.monotonic() + _LONGEST_SAVE
    time.sleep(_GRACE)
    while (writing := has_writers(path)) and time.monotonic() < end:
        time.sleep(_GRACE)
    if writing is None:
        time.sleep(_GRACE_UNSEEN)
    return bool(writing)


def _write_beside(path: Path, beside: Path, data: bytes) -> None:
    """Write the new text with all attributes of ``path``. Raises: FileLeftAlone if one cannot be kept, OSError."""
    before = path.stat()
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if hasattr(os, "fchown"):
            new = os.fstat(descriptor)
            if (new.st_uid, new.st_gid) != (before.st_uid, before.st_gid):
                try:
                    os.fchown(descriptor, before.st_uid, before.st_gid)
                except OSError as error:
                    raise FileLeftAlone("it belongs to another user or group, which would be lost") from error
        _copy_attributes(path, descriptor)
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
        os.fsync(descriptor)


def _copy_attributes(path: Path, descriptor: int) -> None:
    """Extended attributes, access lists among them. Raises: FileLeftAlone."""
    if sys.platform != "linux":  # Python has the functions only there
        return
    try:
        names = os.listxattr(path)
    except OSError:  # a file system without any
        return
    for name in names:
        value = os.getxattr(path, name)
        try:
            os.setxattr(descriptor, name, value)
        except OSError as error:
            with contextlib.suppress(OSError):  # a label of the system's that every file of the folder has
                if os.getxattr(descriptor, name) == value:
                    continue
            raise FileLeftAlone(f"its attribute {name} would be lost") from error


def _write_new(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder with those above it; returns the folders in which one was made."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
    return [one.parent for one in missing]


def _sync_folder(folder: Path) -> None:
    """Sync a folder's entries to the disk, if the system can (Windows cannot)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
