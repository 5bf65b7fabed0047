"""Runs one command inside limits; a script of its own, started as ``python -I limited.py SECONDS MEGABYTES -- COMMAND…``.

Limits of CPU time, memory, file size and open files; no core dumps. In a network namespace of its own the loopback device is
brought up, so that tests may talk to themselves. Deliberately imports nothing of this package and nothing that is slow.
"""

from __future__ import annotations

import os
import sys

FILE_BYTES = 64 * 1024 * 1024
OPEN_FILES = 1024


def main() -> None:
    """Set the limits and become the command."""
    seconds, megabytes = int(float(sys.argv[1])) + 1, int(sys.argv[2])
    command = sys.argv[sys.argv.index("--") + 1 :]
    if os.environ.pop("CODESTRAL_LS_OWN_NETWORK", ""):
        _loopback_up()
    try:
        import resource
    except ImportError:  # Windows: only the time limit of who started us
        os.execvp(command[0], command)  # noqa: S606 - the command is ours
    for name, most in (
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_AS", megabytes * 1024 * 1024),
        ("RLIMIT_FSIZE", FILE_BYTES),
        ("RLIMIT_NOFILE", OPEN_FILES),
        ("RLIMIT_CORE", 0),
    ):
        if most or name == "RLIMIT_CORE":
            kind = getattr(resource, name)
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
    os.execvp(command[0], command)  # noqa: S606 - the command is ours


def _loopback_up() -> None:
    """``ip link set lo up`` without ``ip``; a failure leaves a namespace without any device, which is no harm."""
    import fcntl
    import socket
    import struct

    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            request = struct.pack("16sH14s", b"lo", 0x1 | 0x40, b"")  # IFF_UP | IFF_RUNNING
            fcntl.ioctl(device, 0x8914, request)  # SIOCSIFFLAGS
    except OSError:
        pass


if __name__ == "__main__":
    main()
