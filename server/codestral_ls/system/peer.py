"""Who is at the other end of a Unix socket, by what the kernel says."""

from __future__ import annotations

import os
import socket
import struct
import sys

_LOCAL_PEERCRED_DARWIN = 0x001  # sys/un.h
_SOL_LOCAL_DARWIN = 0


def peer_user(connection: socket.socket) -> int | None:
    """The user id of the process that made the other end; None where the system does not say. Raises: OSError."""
    if sys.platform == "linux":
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", told)[1])
    if sys.platform == "darwin":
        told = connection.getsockopt(_SOL_LOCAL_DARWIN, _LOCAL_PEERCRED_DARWIN, 76)  # struct xucred: version, uid, …
        return int(struct.unpack_from("2I", told)[1])
    return None


def is_own_peer(connection: socket.socket) -> bool:
    """Whether the other end is a process of this user (or of root, who may do anything anyway)."""
    user = peer_user(connection)
    return user is None or user in (os.getuid(), 0)
