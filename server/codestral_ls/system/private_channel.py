"""A channel between processes of one user: a Unix socket in a folder of theirs, on Windows a named pipe.

Both ends ask the system who the other one is (``peer.py``): on Windows anybody may make a pipe of any name. asyncio has Unix
sockets only on POSIX and named pipes only on Windows. The protocol spoken over the channel is unknown here.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from codestral_ls.errors import ConfigError
from codestral_ls.system.peer import is_own_peer
from codestral_ls.system.private_files import owned_socket

MOST_SOCKET_BYTES = 103 if sys.platform == "darwin" else 107
"""A Unix socket's address without its final NUL."""
PIPES = "\\\\.\\pipe\\"
"""Where Windows keeps all named pipes; it has no folders."""


class Listener(Protocol):
    """Accepts connections until it is closed."""

    def close(self) -> None:
        """Accept no more."""


class StrangersChannelError(Exception):
    """The channel, its folder, or the process at its other end belongs to another user. The text is a sentence."""


def channel(folder: Path, name: str, *, windows: bool = sys.platform == "win32") -> str:
    """The address of the channel ``name`` of the user whose private folder is ``folder``. Pure."""
    if not windows:
        return str(folder / f"{name}.sock")
    return f"{PIPES}codestral-ls-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}-{name}"


def is_pipe(address: str) -> bool:
    """True if ``address`` is a named pipe's. Pure."""
    return address.startswith(PIPES)


def unfit(address: str) -> str:
    """Why nothing can listen at ``address``, as a sentence; "" if something can. Pure."""
    if is_pipe(address) or len(os.fsencode(address)) <= MOST_SOCKET_BYTES:
        return ""
    return (
        f"{address} is too long for a Unix socket (at most {MOST_SOCKET_BYTES} bytes); "
        "set XDG_RUNTIME_DIR to a folder with a shorter name."
    )


async def connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Both directions to the process of this user that listens at ``address``. Raises: StrangersChannelError, OSError."""
    reader, writer = await _opened(address)
    if not is_own_peer(writer.transport):
        writer.transport.abort()
        raise StrangersChannelError(f"Another user listens on {address}; nothing is sent there. Remove it.")
    return reader, writer


def check_before(address: str) -> None:
    """The checks before a connection is made. Raises: StrangersChannelError if somebody else made the socket."""
    if is_pipe(address):
        return
    try:
        owned_socket(Path(address))
    except ConfigError as error:
        raise StrangersChannelError(str(error)) from None


def gone(address: str) -> None:
    """Remove what a listener left behind; a pipe vanishes with its process."""
    if not is_pipe(address):
        Path(address).unlink(missing_ok=True)


if sys.platform == "win32":

    async def listen(make: Callable[[], asyncio.Protocol], address: str, backlog: int) -> Listener:
        """Serve with the protocols that ``make`` makes; a pipe has no ``backlog``. Raises: OSError."""
        del backlog
        loop = cast("asyncio.ProactorEventLoop", asyncio.get_running_loop())
        [server] = await loop.start_serving_pipe(cast("Callable[[], asyncio.StreamReaderProtocol]", make), address)
        return server

    async def _opened(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        loop = cast("asyncio.ProactorEventLoop", asyncio.get_running_loop())
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.create_pipe_connection(lambda: protocol, address)
        return reader, asyncio.StreamWriter(cast("asyncio.WriteTransport", transport), protocol, reader, loop)

else:

    async def listen(make: Callable[[], asyncio.Protocol], address: str, backlog: int) -> Listener:
        """Serve with the protocols that ``make`` makes, for this user alone. Raises: OSError."""
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            server.bind(address)
        except OSError:
            server.close()
            raise
        finally:
            os.umask(before)
        return await asyncio.get_running_loop().create_unix_server(make, sock=server, backlog=backlog)

    async def _opened(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(address)
