"""How much the processes of a fence use together, read from ``/proc``; empty where there is none (macOS, Windows)."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path


def everybody() -> list[int]:
    """Every visible process except this one: in a separate namespace, all that the command started."""
    with contextlib.suppress(OSError):
        return [int(name) for name in os.listdir("/proc") if name.isdecimal() and int(name) != os.getpid()]
    return []


def descendants(of: int) -> list[int]:
    """All processes that ``of`` started, directly or indirectly: complete for a process that inherits orphans."""
    found: list[int] = []
    waiting = [of]
    while waiting:
        tasks = f"/proc/{waiting.pop()}/task"
        with contextlib.suppress(OSError):  # it may end between two looks
            for task in os.listdir(tasks):
                with contextlib.suppress(OSError):
                    children = [int(word) for word in Path(tasks, task, "children").read_text().split()]
                    found += children
                    waiting += children
    return found


def memory_of(processes: list[int], limit: int) -> int:
    """Bytes of memory that the processes hold together; exact (shared pages once) only if a first guess is above ``limit``."""
    quick = {process: _own_pages(process) for process in processes}
    if sum(quick.values()) <= limit:
        return sum(quick.values())
    return sum(_proportional(process, quick[process]) for process in processes)


def used_by(folder: str) -> int:
    """Bytes in the files below ``folder``, for a folder that the kernel does not limit.

    Folders nested so deep that their path is too long for the system cannot be looked into and count as more than any limit.
    """
    total = 0
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                        else:
                            total += entry.stat(follow_symlinks=False).st_blocks * 512
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return sys.maxsize
    return total


def tasks_of_user() -> int:
    """Threads that this user runs now: the kernel's limit counts them all."""
    count = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if status.stat().st_uid == os.getuid():
                count += int(status.read_text().partition("Threads:")[2].split()[0])
    return count


def _own_pages(process: int) -> int:
    """Memory that is not part of a file on the disk, shared memory included."""
    try:
        text = Path("/proc", str(process), "status").read_text()
        return sum(int(text.partition(f"\n{name}:")[2].split()[0]) for name in ("RssAnon", "RssShmem")) * 1024
    except (OSError, ValueError, IndexError):
        return 0


def _proportional(process: int, otherwise: int) -> int:
    try:
        text = Path("/proc", str(process), "smaps_rollup").read_text()
        return int(text.partition("\nPss:")[2].split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        return otherwise
