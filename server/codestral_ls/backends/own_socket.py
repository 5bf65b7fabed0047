"""A connection to a Unix socket that is this user's own: what listens at its path may have been put there by somebody else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

from codestral_ls.errors import ConfigError
from codestral_ls.system.peer import is_own_peer
from codestral_ls.system.private_files import owned_socket

if TYPE_CHECKING:
    from aiohttp.client import ClientTimeout
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.tracing import Trace


class StrangersSocketError(aiohttp.ClientError):
    """The socket, its folder, or the process behind it is another user's. The text is a sentence."""


class OwnSocketConnector(aiohttp.UnixConnector):
    """Connects only to a socket of this user's, in a folder of theirs, and to a process of theirs."""

    async def _create_connection(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> ResponseHandler:
        try:
            owned_socket(Path(self.path))
        except ConfigError as error:
            raise StrangersSocketError(str(error)) from None
        protocol = await super()._create_connection(req, traces, timeout)
        transport = protocol.transport
        connection: Any = transport.get_extra_info("socket") if transport is not None else None
        if connection is None or not is_own_peer(connection):
            protocol.close()
            raise StrangersSocketError(f"Another user listens on {self.path}; nothing is sent there. Remove it.")
        return protocol
