"""System calls that ``os`` has no function for, with their failures as OSError. Linux only."""

from __future__ import annotations

import ctypes
import os
import struct

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24  # linux/prctl.h
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
_MOUNT_SETATTR, _LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 442, 444, 445, 446  # the same on every machine
_CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000

_library = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *values: int) -> None:
    """prctl(2)."""
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    _done(_library.prctl(option, *padded))


def set_filter(program: bytes) -> None:
    """Install a seccomp filter; ``program`` are instructions of 8 bytes."""
    code = ctypes.create_string_buffer(program, len(program))
    holder = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    _done(_library.prctl(PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.c_void_p(ctypes.addressof(holder)), 0, 0))


def unshare(flags: int) -> None:
    """unshare(2)."""
    _done(_library.unshare(flags))


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """mount(2)."""
    words = [os.fsencode(word) if word else None for word in (source, target, kind)]
    _done(_library.mount(*words, ctypes.c_ulong(flags), data.encode() if data else None), target)


def make_read_only(target: str, attributes: int) -> None:
    """mount_setattr(2): set mount attributes on a mount and all below it."""
    values = struct.pack("QQQQ", attributes, 0, 0, 0)
    words = (_AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, values, ctypes.c_size_t(len(values)))
    _done(_library.syscall(_MOUNT_SETATTR, *words), target)


def pivot_root(new: str, old: str) -> None:
    """pivot_root(2)."""
    _done(_library.pivot_root(os.fsencode(new), os.fsencode(old)), new)


def unmount(target: str) -> None:
    """umount2(2), lazily."""
    _done(_library.umount2(os.fsencode(target), 2), target)


def drop_capabilities() -> None:
    """Drop all capabilities, so that no new program can regain one."""
    for capability in range(64):
        if _library.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _done(_library.capset(header, bytes(24)))


def landlock_version() -> int:
    """The kernel's version of Landlock; 0 without it."""
    return max(0, int(_library.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)))


def landlock_create(attributes: bytes) -> int:
    """The descriptor of a new set of rules."""
    return _done(_library.syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0))


def landlock_allow(rules: int, folder: int, access: int) -> None:
    """Allow ``access`` beneath an open folder."""
    _done(_library.syscall(_LANDLOCK_ADD, rules, 1, struct.pack("=Qi", access, folder), 0))


def landlock_restrict(rules: int) -> None:
    """Enforce the rules for this process and all that it starts."""
    _done(_library.syscall(_LANDLOCK_RESTRICT, rules, 0))


def _done(result: int, name: str = "") -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name or None)
    return result
