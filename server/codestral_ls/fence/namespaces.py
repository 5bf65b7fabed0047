"""The mounts made with the kernel's own namespaces: users, mounts, processes, network. Linux 5.12 or newer, no root needed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
from collections.abc import Sequence
from pathlib import Path

from codestral_ls.fence import system_calls as calls
from codestral_ls.fence.file_system import Mount

_NEW_MOUNTS, _NEW_CGROUP, _NEW_UTS, _NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000  # linux/sched.h
_NEW_USERS, _NEW_PROCESSES, _NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXECUTION, _BIND, _RECURSIVE = 1, 2, 4, 8, 4096, 16384  # linux/mount.h
_REMOUNT, _PRIVATE = 32, 1 << 18
_INODES = 200_000
_BASE = "/tmp"  # noqa: S108 - any folder that every system has; hidden in the new namespace alone


def enter(steps: Sequence[Mount]) -> None:
    """Continue as process 1 of new namespaces with a file system of these ``steps``; the old process waits and ends in the same
    way.

    Raises: OSError if the system does not allow it.
    """
    user, group = os.getuid(), os.getgid()
    flags = _NEW_USERS | _NEW_MOUNTS | _NEW_PROCESSES | _NEW_NETWORK | _NEW_IPC | _NEW_UTS | _NEW_CGROUP
    calls.unshare(flags)
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    calls.prctl(calls.PR_SET_PDEATHSIG, signal.SIGKILL)
    calls.prctl(calls.PR_SET_DUMPABLE, 0)
    with contextlib.suppress(OSError):
        socket.sethostname("fence")
    _loopback_up()
    _build(steps)


def _build(steps: Sequence[Mount]) -> None:
    calls.mount("", "/", "", _PRIVATE | _RECURSIVE)
    calls.mount("tmpfs", _BASE, "tmpfs", _NO_SUID | _NO_DEVICES, "mode=0755,size=4m")
    Path(_BASE, "new").mkdir()
    Path(_BASE, "old").mkdir()
    calls.pivot_root(_BASE, f"{_BASE}/old")
    os.chdir("/")
    calls.mount("tmpfs", "/new", "tmpfs", _NO_SUID | _NO_DEVICES, "mode=0755,size=4m")
    for step in steps:
        _make(step, f"/new{step.target}")
    calls.mount("", "/new", "", _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEVICES)
    os.chdir("/new")
    calls.pivot_root(".", ".")  # the old root is on top of the new one until it is removed
    calls.unmount(".")
    os.chdir("/")
    with contextlib.suppress(OSError):
        Path("/proc/sys/user/max_user_namespaces").write_text("0")


def _make(step: Mount, target: str) -> None:
    if step.kind == "link":
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).symlink_to(step.source)
    elif step.kind == "disk":
        Path(target).mkdir(parents=True, exist_ok=True)
        data = f"mode=0700,size={step.source}m,nr_inodes={_INODES}"
        calls.mount("tmpfs", target, "tmpfs", _NO_SUID | _NO_DEVICES, data)
    elif step.kind == "proc":
        Path(target).mkdir(parents=True, exist_ok=True)
        calls.mount("proc", target, "proc", _NO_SUID | _NO_DEVICES | _NO_EXECUTION)
    else:
        source = f"/old{step.source}"
        if not Path(target).exists():
            if Path(source).is_dir():
                Path(target).mkdir(parents=True, exist_ok=True)
            else:
                Path(target).parent.mkdir(parents=True, exist_ok=True)
                Path(target).touch()
        calls.mount(source, target, "", _BIND | _RECURSIVE)
        if step.kind == "read":
            calls.make_read_only(target, _READ_ONLY | _NO_SUID | _NO_DEVICES)


def _loopback_up() -> None:
    """``ip link set lo up`` without ``ip``: tests may use the loopback network."""
    import fcntl

    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        request = struct.pack("16sH14s", b"lo", 0x1 | 0x40, b"")  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(device, 0x8914, request)  # SIOCSIFFLAGS
