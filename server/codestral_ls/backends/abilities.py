"""What only some backends can do: show a request, list the server's models, report its abilities.

A backend has an ability if it has the method; guards and routers have all of them and pass the question on.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.backends.outgoing import Outgoing


@runtime_checkable
class ShowsRequests(Protocol):
    """A backend that can show the HTTP request it would send."""

    async def outgoing(self, request: FimRequest) -> Outgoing | None:
        """The HTTP request for ``request``, None if nothing would leave the machine. Sends nothing. Raises: BackendError."""
        ...


@runtime_checkable
class ListsModels(Protocol):
    """A backend whose server lists its models."""

    async def models(self) -> tuple[str, ...]:
        """The names that the server lists. Raises: BackendError."""
        ...


@runtime_checkable
class ReportsAbilities(Protocol):
    """A backend whose server reports what it can do."""

    async def abilities(self) -> tuple[str, ...]:
        """The server's abilities, each in a few words for the user. Raises: BackendError."""
        ...


async def outgoing_of(backend: Backend, request: FimRequest) -> Outgoing | None:
    """The HTTP request that ``backend`` would send; None if it sends none or cannot show it. Raises: BackendError."""
    return await backend.outgoing(request) if isinstance(backend, ShowsRequests) else None


async def models_of(backend: Backend) -> tuple[str, ...]:
    """The models that the server of ``backend`` lists; none if it cannot. Raises: BackendError."""
    return await backend.models() if isinstance(backend, ListsModels) else ()


async def abilities_of(backend: Backend) -> tuple[str, ...]:
    """What the server of ``backend`` reports; nothing if it cannot. Raises: BackendError."""
    return await backend.abilities() if isinstance(backend, ReportsAbilities) else ()
