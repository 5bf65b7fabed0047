"""A remote backend behind the door: requests are sealed and admitted, answers counted and unmasked.

Other files' text is chosen by the same rules where a prompt is put together; the file being typed in is judged by the door
once more, because after it the text has left the machine.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from codestral_ls.backends.base import Backend, BackendInfo, FimRequest, Health, Piece, Usage
from codestral_ls.backends.door import Door, expected_tokens
from codestral_ls.backends.outgoing import Outgoing


class Guard:
    """``inner``, asked only through ``door``."""

    def __init__(self, inner: Backend, door: Door) -> None:
        self.inner = inner
        self._door = door

    def info(self) -> BackendInfo:
        """The inner backend's."""
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
            # A request that was given up half-way is paid for, too: without the server's count, ours is an estimate.
            if usage is None and received:
                usage = Usage(prompt_tokens, prompt_tokens, 0, received)
            if usage is not None and usage.prompt_tokens:
                self._door.count(info, usage, expected)

    async def outgoing(self, request: FimRequest) -> Outgoing | None:
        """What the inner backend would send, masked; None where it cannot tell. Raises: BackendError."""
        outgoing = getattr(self.inner, "outgoing", None)
        return None if outgoing is None else await outgoing(self._door.sealed(request))

    async def models(self) -> tuple[str, ...]:
        """The names the inner backend lists, where it can. Raises: BackendError."""
        models = getattr(self.inner, "models", None)
        return () if models is None else tuple(await models())

    async def abilities(self) -> tuple[str, ...]:
        """What the inner backend's server can do, where it tells. Raises: BackendError."""
        abilities = getattr(self.inner, "abilities", None)
        return () if abilities is None else tuple(await abilities())

    async def health(self) -> Health:
        """The inner backend's."""
        return await self.inner.health()

    async def aclose(self) -> None:
        """Close the inner backend and finish the account."""
        await self.inner.aclose()
        await self._door.aclose()
