"""``serve --pipe``: a Unix socket to one editor of the same user, for clients that cannot start a server as their child.

LSP has no password, so who may connect is decided by the system: the socket is 0600 in a folder of the user's alone, and
the user at the other end is asked of the kernel. Where the path is a socket already, the editor made it and waits for us
(as VS Code's clients do); else we make it and wait for an editor (as Neovim's ``vim.lsp.rpc.connect`` wants it).
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import stat
from pathlib import Path
from typing import NamedTuple

from codestral_ls.config.paths import runtime_dir
from codestral_ls.errors import ConfigError
from codestral_ls.system.peer import is_own_peer
from codestral_ls.system.private_files import owned_folder

log = logging.getLogger(__name__)


class Streams(NamedTuple):
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


def pipe_path(text: str) -> Path:
    """The socket's path: absolute, or a bare name in this user's runtime folder. Raises: ConfigError."""
    if not hasattr(socket, "AF_UNIX"):
        raise ConfigError("--pipe needs a system with Unix sockets; use --stdio.")
    path = Path(text)
    if not path.is_absolute() and path.name != text:
        raise ConfigError(f"--pipe {text}: name an absolute path, or a bare name.")
    return path if path.is_absolute() else runtime_dir() / path


async def open_pipe(path: Path) -> Streams:
    """The connection to the one editor: to its socket, or the first on ours. Raises: ConfigError."""
    try:
        found = path.lstat()  # noqa: ASYNC240 - once, before anything is served
    except OSError:
        return await _first_caller(path)
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.getuid():
        raise ConfigError(f"--pipe {path}: is not a socket of yours.")
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except OSError as error:
        raise ConfigError(f"--pipe {path}: nobody listens there ({error.strerror or error}). Remove it.") from None
    if not is_own_peer(writer.get_extra_info("socket")):
        writer.close()
        raise ConfigError(f"--pipe {path}: another user listens there.")
    return Streams(reader, writer)


async def _first_caller(path: Path) -> Streams:
    _private(path.parent)
    accepted: asyncio.Queue[Streams] = asyncio.Queue()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if is_own_peer(writer.get_extra_info("socket")) and accepted.empty():
            accepted.put_nowait(Streams(reader, writer))
        else:
            log.warning("a connection of another user, or a second one, was refused")
            writer.close()

    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        server.bind(str(path))
    except OSError as error:
        server.close()
        raise ConfigError(f"--pipe {path} cannot be made: {error.strerror or error}.") from None
    finally:
        os.umask(before)
    try:
        listener = await asyncio.start_unix_server(accept, sock=server)
        log.info("waiting for an editor on %s", path)
        streams = await accepted.get()
        listener.close()
    finally:
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - nobody else is to connect
    return streams


def _private(folder: Path) -> None:
    """Raises: ConfigError where other users can reach into ``folder``."""
    if folder == runtime_dir():
        owned_folder(folder)
        return
    try:
        found = folder.lstat()
    except OSError as error:
        raise ConfigError(f"--pipe: {folder}: {error.strerror or error}.") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ConfigError(f"--pipe: {folder} is not a folder of yours alone (chmod 700). A bare name goes into {runtime_dir()}.")
