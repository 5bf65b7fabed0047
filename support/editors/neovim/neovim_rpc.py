"""Neovim's msgpack-RPC over its Unix socket. Each call sends a request, waits for the answer and raises errors.

Synchronous, because the terminal has an event loop already.
"""

from __future__ import annotations

import socket
from typing import Any

import msgpack

ANSWER_SECONDS = 20.0


class NeovimError(Exception):
    """Neovim answered with an error, or did not answer in time."""


class NeovimRpc:
    """The connection to the Neovim that listens at ``path``."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(ANSWER_SECONDS)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.unpacker = msgpack.Unpacker(raw=False, strict_map_key=False, unicode_errors="surrogateescape")
        self.calls = 0

    def call(self, method: str, *arguments: Any) -> Any:
        """The result of an API function. Raises: NeovimError."""
        self.calls += 1
        self.socket.sendall(msgpack.packb([0, self.calls, method, list(arguments)]))
        while True:
            for message in self.unpacker:
                if message[0] == 1 and message[1] == self.calls:
                    if message[2] is not None:
                        raise NeovimError(str(message[2]))
                    return message[3]
            try:
                data = self.socket.recv(65536)
            except OSError as error:
                raise NeovimError(f"{method}: no answer: {error}") from error
            if not data:
                raise NeovimError(f"{method}: Neovim has gone")
            self.unpacker.feed(data)

    def lua(self, code: str, *arguments: Any) -> Any:
        """Run a chunk of Lua and return its result."""
        return self.call("nvim_exec_lua", code, list(arguments))

    def tell(self, method: str, *arguments: Any) -> None:
        """Call without waiting for an answer."""
        self.socket.sendall(msgpack.packb([2, method, list(arguments)]))

    def close(self) -> None:
        self.socket.close()
