"""A remote backend with its door: requests are masked and admitted, answers counted and unmasked.

The code that puts a prompt together applies the same rules to other files; the door checks the document itself once more, because
after the door its text has left the machine.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from codestral_ls.backends.abilities import abilities_of, models_of, outgoing_of
from codestral_ls.backends.base import Backend, BackendInfo, FimRequest, Health, Piece, Usage
from codestral_ls.backends.door import Door, expected_tokens
from codestral_ls.backends.outgoing import Outgoing


class Guard:
    """``inner``, which is only asked through ``door``."""

    def __init__(self, inner: Backend, door: Door) -> None:
        self.inner = inner
        self._door = door

    def info(self) -> BackendInfo:
        """The inner backend's facts."""
        return self.inner.info()

    async def start(self) -> None:
        """Start the inner backend."""
        await self.inner.start()

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the unmasked answer. Raises: BackendError, LimitReached and BackendWithheld among them."""
        sent = self._door.sealed(request)
        info = self.inner.info()
        prompt_tokens, room = expected_tokens(info, sent)
        expected = prompt_tokens + room
        if request.max_tokens > 0:
            await self._door.admit(request, expected)
        unmasker = self._door.unmasker()
        usage: Usage | None = None
        received = 0
        try:
            async with aclosing(self.inner.stream(sent)) as pieces:
                async for piece in pieces:
                    received += bool(piece.text)
                    usage = piece.usage or usage
                    text = piece.text
                    if unmasker is not None:
                        text = unmasker.feed(text) + (unmasker.end() if piece.finish_reason else "")
                    if text or piece.finish_reason:
                        yield replace(piece, text=text)
        finally:
            # An abandoned request is paid for too: without the server's count, we use our estimate.
            if usage is None and received:
                usage = Usage(prompt_tokens, prompt_tokens, 0, received)
            if usage is not None and usage.prompt_tokens:
                self._door.count(info, usage, expected)

    async def outgoing(self, request: FimRequest) -> Outgoing | None:
        """The request that the inner backend would send, masked; None if it cannot tell. Raises: BackendError."""
        return await outgoing_of(self.inner, self._door.sealed(request))

    async def models(self) -> tuple[str, ...]:
        """The names the inner backend lists, if it can. Raises: BackendError."""
        return await models_of(self.inner)

    async def abilities(self) -> tuple[str, ...]:
        """The abilities of the inner backend's server, if it reports them. Raises: BackendError."""
        return await abilities_of(self.inner)

    async def health(self) -> Health:
        """The inner backend's state."""
        return await self.inner.health()

    async def aclose(self) -> None:
        """Close the inner backend and write the last counts."""
        await self.inner.aclose()
        await self._door.aclose()
