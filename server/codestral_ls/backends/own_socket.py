"""A connection to the private channel of this user's host, which checks that nobody else put a listener there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.client_proto import ResponseHandler

from codestral_ls.system.peer import is_own_peer
from codestral_ls.system.private_channel import StrangersChannelError, check_before

if TYPE_CHECKING:
    from aiohttp.client import ClientTimeout
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.tracing import Trace

if sys.platform == "win32":
    _Connector = aiohttp.NamedPipeConnector
else:
    _Connector = aiohttp.UnixConnector


class StrangersSocketError(aiohttp.ClientError):
    """The socket, its folder, or the listening process belongs to another user. The text is a sentence."""


class OwnSocketConnector(_Connector):
    """Connects only to a socket of this user's, in a folder of theirs, and to a process of theirs; on Windows to their pipe."""

    async def _create_connection(self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> ResponseHandler:
        try:
            check_before(self.path)
        except StrangersChannelError as error:
            raise StrangersSocketError(str(error)) from None
        protocol = await super()._create_connection(req, traces, timeout)
        if protocol.transport is None or not is_own_peer(protocol.transport):
            protocol.close()
            raise StrangersSocketError(f"Another user listens on {self.path}; nothing is sent there. Remove it.")
        return protocol
