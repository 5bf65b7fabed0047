"""Rules of Landlock (Linux 5.13), for systems without user namespaces, such as most containers and Ubuntu.

Landlock does not cover sockets, System V memory, permissions and, before its version 6, signals: ``seccomp.py`` refuses those.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterable

from codestral_ls.fence import system_calls as calls

# linux/landlock.h
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1, 2, 4, 8
_REMOVE_FOLDER, _REMOVE_FILE, _MAKE_FOLDER, _MAKE_FILE, _MAKE_SOCKET, _MAKE_FIFO, _MAKE_LINK = 16, 32, 128, 256, 512, 1024, 4096
_REFER, _TRUNCATE, _CONTROL_DEVICES = 1 << 13, 1 << 14, 1 << 15
_ALL_OF_VERSION_1 = (1 << 13) - 1
_CONNECT_AND_BIND, _SCOPES = 3, 3
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _CONTROL_DEVICES
SIGNALS_SINCE = 6
"""The version that keeps signals inside."""


def restrict(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> None:
    """From now on only ``readable`` can be read and run, and only ``writable`` changed. Raises: OSError."""
    version = calls.landlock_version()
    if version < 1:
        raise OSError("the kernel has no Landlock")
    handled = _ALL_OF_VERSION_1
    for since, access in ((2, _REFER), (3, _TRUNCATE), (5, _CONTROL_DEVICES)):
        handled |= access if version >= since else 0
    attributes = struct.pack("=Q", handled)
    if version >= 4:
        attributes += struct.pack("=Q", _CONNECT_AND_BIND)
    if version >= SIGNALS_SINCE:
        attributes += struct.pack("=Q", _SCOPES)
    rules = calls.landlock_create(attributes)
    read = _EXECUTE | _READ_FILE | _READ_FOLDER
    change = read | _WRITE_FILE | _REMOVE_FOLDER | _REMOVE_FILE | _MAKE_FOLDER | _MAKE_FILE | _MAKE_SOCKET | _MAKE_FIFO
    change |= _MAKE_LINK | _REFER | _TRUNCATE
    for paths, access in ((readable, read), (writable, change), (devices, _READ_FILE | _WRITE_FILE)):
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                _allow(rules, path, access & handled)
    calls.landlock_restrict(rules)
    os.close(rules)


def _allow(rules: int, path: str, access: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        is_folder = os.path.isdir(path)
        calls.landlock_allow(rules, descriptor, access if is_folder else access & _OF_FILES)
    finally:
        os.close(descriptor)


def is_available() -> bool:
    """True if this kernel enforces Landlock."""
    return calls.landlock_version() > 0
