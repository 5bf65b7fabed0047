"""The backend for users who have not chosen one yet: it answers nothing and says how to choose one.

It is not an error at start-up: an editor without a backend keeps working.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator

from codestral_ls.backends.base import BackendInfo, FimRequest, Health, Piece
from codestral_ls.errors import BackendUnavailable

_MESSAGE = 'No completion backend is chosen. Set backend.primary to "local" or "codestral".'


class NoBackend:
    """Refuses every request with the same sentence."""

    def info(self) -> BackendInfo:
        """A backend without a model."""
        return BackendInfo(name="none", model="", remote=False)

    async def start(self) -> None:
        """Nothing to start."""

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:  # noqa: ARG002 - the seam's signature
        """Raises: BackendUnavailable, always."""
        raise BackendUnavailable(_MESSAGE)
        yield Piece("")  # makes this function a generator

    async def health(self) -> Health:
        """Paused, with a message that says what to do."""
        return Health("paused", _MESSAGE)

    async def aclose(self) -> None:
        """Nothing to close."""
