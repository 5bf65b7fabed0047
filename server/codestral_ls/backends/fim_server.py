"""Any server of Mistral's FIM API over plain HTTP: another machine's ``codestral-ls host --listen``, a gateway.

Mistral's own API, with its quirks and keys, is in ``mistral.py``.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from codestral_ls.backends import fim_wire
from codestral_ls.backends.address import in_clear, parse_address
from codestral_ls.backends.base import BackendInfo, FimRequest, Health, Piece
from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.keys import ApiKey, KeySource
from codestral_ls.backends.openai_models import health, model_names
from codestral_ls.backends.outgoing import Outgoing
from codestral_ls.backends.stream_assembly import StreamPart, assemble
from codestral_ls.config.sections import FimServerOptions, NetworkOptions


class FimServer:
    """Speaks Mistral's FIM API to ``options.address``."""

    def __init__(self, options: FimServerOptions, network: NetworkOptions) -> None:
        self._options = options
        address = parse_address(options.address, "fim_server.address")
        key = ApiKey(
            KeySource("CODESTRAL_FIM_SERVER_KEY", options.key_command, "fim_server"),
            in_clear=in_clear(address, network.allow_plain_http),
        )
        self._exchange = Exchange(f"The FIM server at {address}", address, network, key)

    def info(self) -> BackendInfo:
        """Remote unless the address is this machine's."""
        options = self._options
        remote = not self._exchange.address.is_local
        return BackendInfo("fim_server", options.model, remote, context_tokens=options.context_tokens)

    async def start(self) -> None:
        """Open the connection in the background."""
        self._exchange.connect_soon("/v1/models")

    def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the answer. Raises: BackendError."""
        return assemble(self._parts(request), request.stop, self._exchange.name)

    async def _parts(self, request: FimRequest) -> AsyncGenerator[StreamPart, None]:
        name = self._exchange.name
        values = self._exchange.stream(
            fim_wire.PATH,
            fim_wire.body(request, self._options.model),
            timeout=min(request.timeout, self._options.timeout_seconds),
            headers=fim_wire.headers(request),
            is_last=fim_wire.is_last,
        )
        async with aclosing(values):
            async for value in values:
                yield fim_wire.read(value, name)

    async def outgoing(self, request: FimRequest) -> Outgoing:
        """The request that ``stream`` would send."""
        body = fim_wire.body(request, self._options.model)
        return await self._exchange.outgoing(fim_wire.PATH, body, fim_wire.headers(request))

    async def health(self) -> Health:
        """Ready if it lists its models."""
        return await health(self._exchange)

    async def models(self) -> tuple[str, ...]:
        """The names it lists. Raises: BackendError."""
        return await model_names(self._exchange)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._exchange.aclose()
