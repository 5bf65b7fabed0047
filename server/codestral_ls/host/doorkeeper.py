"""Who may keep a connection to the host: on a channel only this user's processes, elsewhere only clients that soon send a
request.

An idle connection uses a file descriptor. So a new connection has ten seconds to send its first headers (and its token), only a
few may wait at once, and a further one replaces the oldest of them. aiohttp reads the bytes, not this module.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import cast

from codestral_ls.system.peer import is_own_peer

HEADER_SECONDS = 10.0
MOST_WAITING = 256
"""Connections that have not sent a request yet; many clients may arrive at the same moment."""
MOST_CONNECTIONS = 512
BACKLOG = 64
SPARE_DESCRIPTORS = 64
"""Descriptors for everything except connections and the backlog: model files, logs, the event loop."""
WANTED_DESCRIPTORS = 4096


def raised_limit() -> int:
    """How many connections may be open, after raising the limit of open files as far as the system allows."""
    if sys.platform == "win32":  # Windows has no such limit
        return MOST_CONNECTIONS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, WANTED_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(8, min(MOST_CONNECTIONS, soft - BACKLOG - SPARE_DESCRIPTORS))


class Doorkeeper:
    """Creates the protocol of each new connection; ``make`` creates aiohttp's, which takes over once the connection is admitted."""

    def __init__(self, make: Callable[[], asyncio.Protocol], most: int = MOST_CONNECTIONS) -> None:
        self._make = make
        self._most = most
        self._open: dict[asyncio.BaseTransport, bool] = {}

    def __call__(self) -> asyncio.Protocol:
        """The protocol of a new connection."""
        return _Arriving(self)

    def heard(self, transport: asyncio.BaseTransport | None) -> None:
        """A complete request has arrived over this connection, with the right token if one is required."""
        if transport in self._open:
            self._open[transport] = True

    def admit(self, transport: asyncio.Transport) -> None:
        """Admit the connection, or close it."""
        self._open = {one: heard for one, heard in self._open.items() if not one.is_closing()}
        if not is_own_peer(transport):
            transport.abort()
            return
        waiting = [one for one, heard in self._open.items() if not heard]
        if len(waiting) >= MOST_WAITING or (waiting and len(self._open) >= self._most):
            self._drop(waiting[0])
        elif len(self._open) >= self._most:
            transport.abort()
            return
        self._open[transport] = False
        asyncio.get_running_loop().call_later(HEADER_SECONDS, self._expect, transport)
        protocol = self._make()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)

    def _expect(self, transport: asyncio.BaseTransport) -> None:
        if self._open.get(transport) is False:
            self._drop(transport)

    def _drop(self, transport: asyncio.BaseTransport) -> None:
        del self._open[transport]
        cast("asyncio.Transport", transport).abort()


class _Arriving(asyncio.Protocol):
    """A connection that has not been admitted yet."""

    def __init__(self, keeper: Doorkeeper) -> None:
        self._keeper = keeper

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask whether the connection may come in."""
        self._keeper.admit(cast("asyncio.Transport", transport))
