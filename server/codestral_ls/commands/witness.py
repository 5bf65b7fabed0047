"""Two wrappers around a backend: one remembers its errors, the other only the request it got.

The pipeline turns a failed backend into an empty answer, as an editor wants it; a command wants the error's sentence.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from codestral_ls.backends.abilities import outgoing_of
from codestral_ls.backends.base import Backend, BackendInfo, FimRequest, Health, Piece, Usage
from codestral_ls.backends.outgoing import local_text
from codestral_ls.errors import BackendError


class Witness:
    """``backend`` itself, with the last error it raised in ``error`` and the number of non-empty ``pieces`` it sent.

    A local model sends about one piece per token; that counts them if the filters ended an answer early.
    """

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.error: BackendError | None = None
        self.pieces = 0

    def info(self) -> BackendInfo:
        """The backend's."""
        return self.backend.info()

    async def start(self) -> None:
        """Start the backend."""
        await self.backend.start()

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """The backend's answer. Raises: BackendError, which is remembered."""
        try:
            async with aclosing(self.backend.stream(request)) as pieces:
                async for piece in pieces:
                    self.pieces += bool(piece.text)
                    yield piece
        except BackendError as error:
            self.error = error
            raise

    async def health(self) -> Health:
        """The backend's."""
        return await self.backend.health()

    async def aclose(self) -> None:
        """Close the backend."""
        await self.backend.aclose()


class Decoy(Witness):
    """Looks like ``backend`` and sends nothing: keeps the first request that has text to write."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self.request: FimRequest | None = None

    async def start(self) -> None:
        """Start nothing."""

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """An empty answer."""
        if request.max_tokens and self.request is None:
            self.request = request
        yield Piece("", "stop", Usage())

    async def health(self) -> Health:
        """Always ready."""
        return Health("ready")

    async def rendered(self, request: FimRequest) -> str:
        """What the backend would send for ``request``: its HTTP request, or the request's fields if it has none."""
        sent = await outgoing_of(self.backend, request)
        return local_text(request, self.backend.info().name) if sent is None else sent.text()
