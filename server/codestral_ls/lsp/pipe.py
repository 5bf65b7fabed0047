"""``serve --pipe``: a private channel to one editor of the same user, for clients that cannot start a server as their child.

LSP has no password, so the system decides who may connect: the Unix socket has mode 0600 in a folder that only the user can open,
and the kernel names the user at the other end; a named pipe is checked in the same way. If a socket exists at the path, the
editor created it and waits for us (as VS Code's clients do); otherwise we create it and wait for an editor (as Neovim's
``vim.lsp.rpc.connect`` expects).
"""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from codestral_ls.config.paths import runtime_dir
from codestral_ls.errors import ConfigError
from codestral_ls.system import private_channel
from codestral_ls.system.peer import is_own_peer
from codestral_ls.system.private_files import owned_folder

log = logging.getLogger(__name__)


class Streams(NamedTuple):
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


def pipe_path(text: str) -> Path:
    """The channel's path: absolute, or a bare name in this user's runtime folder (on Windows a pipe's name).

    Raises: ConfigError.
    """
    path = Path(text)
    if private_channel.is_pipe(str(path)) or path.is_absolute():
        return path
    if path.name != text:
        raise ConfigError(f"--pipe {text}: name an absolute path, or a bare name.")
    return Path(private_channel.PIPES + text) if sys.platform == "win32" else runtime_dir() / path


async def open_pipe(path: Path) -> Streams:
    """The connection to the editor: to its channel, or the first connection to ours. Raises: ConfigError."""
    if sys.platform == "win32":
        if not private_channel.is_pipe(str(path)):
            raise ConfigError(f"--pipe {path}: is not a named pipe ({private_channel.PIPES}NAME).")
    else:
        try:
            found = path.lstat()  # noqa: ASYNC240 - once, before anything is served
        except OSError:
            return await _first_caller(path)
        if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.getuid():
            raise ConfigError(f"--pipe {path}: is not a socket of yours.")
    try:
        reader, writer = await private_channel.connect(str(path))
    except FileNotFoundError:
        return await _first_caller(path)
    except private_channel.StrangersChannelError:
        raise ConfigError(f"--pipe {path}: another user listens there.") from None
    except OSError as error:
        raise ConfigError(f"--pipe {path}: nobody listens there ({error.strerror or error}). Remove it.") from None
    return Streams(reader, writer)


async def _first_caller(path: Path) -> Streams:
    if not private_channel.is_pipe(str(path)):
        _private(path.parent)
    accepted: asyncio.Queue[Streams] = asyncio.Queue()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if is_own_peer(writer.transport) and accepted.empty():
            accepted.put_nowait(Streams(reader, writer))
        else:
            log.warning("a connection of another user, or a second one, was refused")
            writer.close()

    try:
        listener = await private_channel.listen(lambda: _protocol(accept), str(path), 1)
    except OSError as error:
        raise ConfigError(f"--pipe {path} cannot be made: {error.strerror or error}.") from None
    try:
        log.info("waiting for an editor on %s", path)
        streams = await accepted.get()
        listener.close()
    finally:
        private_channel.gone(str(path))  # no second editor may connect
    return streams


def _protocol(accept: Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]) -> asyncio.Protocol:
    return asyncio.StreamReaderProtocol(asyncio.StreamReader(), accept)


def _private(folder: Path) -> None:
    """Raises: ConfigError if other users can write to ``folder``."""
    if sys.platform == "win32" or folder == runtime_dir():
        owned_folder(folder)
        return
    try:
        found = folder.lstat()
    except OSError as error:
        raise ConfigError(f"--pipe: {folder}: {error.strerror or error}.") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ConfigError(f"--pipe: {folder} is not a folder of yours alone (chmod 700). A bare name goes into {runtime_dir()}.")
