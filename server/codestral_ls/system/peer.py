"""Who is at the other end of a private channel, according to the kernel: a Unix socket's user, the owner of a pipe's process."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import sys
from typing import Any

_LOCAL_PEERCRED_DARWIN = 0x001  # sys/un.h
_SOL_LOCAL_DARWIN = 0


def is_own_peer(transport: asyncio.BaseTransport) -> bool:
    """True if the other end is a process of this user (or of root, who may do anything anyway).

    Also True for a channel that is not private, such as TCP: there a token decides. False if the system cannot be asked.
    """
    pipe: Any = transport.get_extra_info("pipe")
    if sys.platform == "win32" and pipe is not None:
        return _is_own_pipe(pipe.handle)
    connection: Any = transport.get_extra_info("socket")
    if connection is None:
        return False
    return connection.family != getattr(socket, "AF_UNIX", None) or _is_own_socket(connection)


def peer_user(connection: socket.socket) -> int | None:
    """The user id of the process that made the other end; None if the system does not say. Raises: OSError."""
    if sys.platform == "linux":
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", told)[1])
    if sys.platform == "darwin":
        told = connection.getsockopt(_SOL_LOCAL_DARWIN, _LOCAL_PEERCRED_DARWIN, 76)  # struct xucred: version, uid, …
        return int(struct.unpack_from("2I", told)[1])
    return None


def _is_own_socket(connection: socket.socket) -> bool:
    if sys.platform == "win32":
        return False  # asyncio has no Unix sockets there, so it is not one of ours
    try:
        user = peer_user(connection)
    except OSError:
        return False
    return user is None or user in (os.getuid(), 0)


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _ASK = (_kernel.GetNamedPipeServerProcessId, _kernel.GetNamedPipeClientProcessId)
    for _function in _ASK:
        _function.argtypes, _function.restype = (wintypes.HANDLE, ctypes.POINTER(wintypes.ULONG)), wintypes.BOOL

    def _is_own_pipe(handle: int) -> bool:
        """True if both ends belong to processes of this user, whichever of the two is ours."""
        import psutil

        mine = psutil.Process().username()
        for ask in _ASK:
            process = wintypes.ULONG()
            if not ask(handle, ctypes.byref(process)):
                return False
            if process.value == os.getpid():
                continue
            try:
                if psutil.Process(process.value).username() != mine:
                    return False
            except psutil.Error:  # the system does not let us ask about another user's process
                return False
        return True
