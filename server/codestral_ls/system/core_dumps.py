"""No core dumps, and no access to a process that holds a key.

A process that dies would leave the user's code, and perhaps a key, in a file or with a crash reporter; and where the system
lets any process of the user read another's memory, a malicious one could read a key that a password manager gave only to us.
"""

from __future__ import annotations

import sys

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def forbid_core_dumps() -> None:
    """Forbid core dumps of this process and all that it starts."""
    if sys.platform == "win32":  # Windows has no such limit
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    # Linux sends a core to a program named in core_pattern whatever the limit is, unless it is 1 byte (core(5)).
    wanted = 1 if hard == resource.RLIM_INFINITY or hard >= 1 else 0
    resource.setrlimit(resource.RLIMIT_CORE, (wanted, hard))


def hide_memory() -> None:
    """Keep other processes of this user out of this process's memory and environment, as ssh-agent does; only Linux has it.

    From here on only root can attach a debugger or a profiler. Processes that this one starts are as open as any program.
    """
    forbid_core_dumps()
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
