"""No core dumps: a process that dies would leave the user's code, and perhaps a key, in a file or with a crash reporter."""

from __future__ import annotations


def forbid_core_dumps() -> None:
    """For this process and all that it starts."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    # Linux hands a core to a program named in core_pattern whatever the limit is, but not where it is 1 byte (core(5)).
    wanted = 1 if hard == resource.RLIM_INFINITY or hard >= 1 else 0
    resource.setrlimit(resource.RLIMIT_CORE, (wanted, hard))
