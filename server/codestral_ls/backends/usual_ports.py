"""Finds the llama-server of this machine where the user gave no address: it listens on one of its two default ports.

No text goes to a port before its server has answered as a llama-server does: other programs use port 8080 too. A port at which
another user of this machine listens is passed over.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from codestral_ls.backends.address import ServerAddress
from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.running_servers import LLAMA_SERVER_PORTS, is_llama_server
from codestral_ls.config.sections import NetworkOptions
from codestral_ls.errors import BackendBusy, BackendError, BackendNeedsKey, BackendTimeout, BackendUnavailable
from codestral_ls.system.port_owner import is_strangers_port
from codestral_ls.timing import Clock, monotonic

USUAL = tuple(ServerAddress(f"http://127.0.0.1:{port}") for port in LLAMA_SERVER_PORTS)
SECONDS = 1.0
"""Seconds for each port: a server on this machine answers at once, or is busy loading its model."""


def is_automatic(address: str) -> bool:
    """Whether the option's value leaves it to us to find the server."""
    return address.strip() == "auto"


def server_name(address: ServerAddress) -> str:
    """The server at ``address`` in a sentence."""
    return f"llama-server at {address}"


class UsualPorts:
    """Moves ``exchange`` to the first of ``addresses`` at which a llama-server answers; does nothing if there is only one."""

    def __init__(
        self, exchange: Exchange, network: NetworkOptions, addresses: Sequence[ServerAddress], clock: Clock = monotonic
    ) -> None:
        self._exchange = exchange
        self._network = network
        self._addresses = addresses
        self._clock = clock
        self._looking = asyncio.Lock()
        self._found = len(addresses) == 1

    async def find(self, timeout: float) -> float:
        """Look for a server, if that has not been done yet. Returns the seconds that it took.

        Raises: BackendError: no server answers, or the only one that does is not ready or wants a key.
        """
        if self._found:
            return 0.0
        began = self._clock()
        async with self._looking:
            if not self._found:
                await self._look(timeout)
        return self._clock() - began

    def forget(self) -> None:
        """Look again before the next request: the server may have been restarted, on the other port."""
        self._found = len(self._addresses) == 1

    async def _look(self, timeout: float) -> None:
        trouble: BackendError | None = None
        own = os.getuid() if hasattr(os, "getuid") else None
        for address in self._addresses:
            if await asyncio.to_thread(is_strangers_port, urlsplit(address.url).port or 0, own):
                continue
            exchange = Exchange(server_name(address), address, self._network, self._exchange.key)
            try:
                props = await exchange.get_json("/props", timeout=min(SECONDS, timeout / len(self._addresses)))
            except (BackendBusy, BackendNeedsKey, BackendTimeout) as error:
                trouble = trouble or error  # a server, but it does not answer now
                continue
            except BackendUnavailable as error:
                trouble = error if error.refusal and trouble is None else trouble
                continue
            except BackendError:
                continue
            finally:
                await exchange.aclose()
            if is_llama_server(props):
                self._exchange.move(exchange.name, address)
                self._found = True
                return
        ports = " or ".join(str(address).rsplit(":", 1)[-1] for address in self._addresses)
        raise trouble or BackendUnavailable(
            f"No llama-server answers at port {ports} of this machine. Start it, or set llama_server.address."
        )
