"""What stands before every remote backend: private files withheld, secrets masked, limits kept, tokens counted.

Other files' text is chosen by the same rules where a prompt is put together; the file being typed in is looked at here once
more, because behind this module it has left the machine.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from codestral_ls.backends.base import Backend, BackendInfo, FimRequest, Health, Piece, Usage
from codestral_ls.backends.limits import Limits
from codestral_ls.backends.outgoing import Outgoing
from codestral_ls.backends.secrets import Mask, Unmasker
from codestral_ls.documents.privacy import FileRules
from codestral_ls.errors import BackendWithheld


class Guard:
    """``inner`` with masked requests. ``mask`` None sends text as it is; the document's name is never sent either way.

    ``rules`` say which files are private; a request's ``cache_key`` is its document's address.
    """

    def __init__(self, inner: Backend, limits: Limits, mask: Mask | None, names: Mask, rules: FileRules) -> None:
        self.inner = inner
        self._rules = rules
        self._limits = limits
        self._mask = mask
        self._names = names

    def info(self) -> BackendInfo:
        """The inner backend's."""
        return self.inner.info()

    async def start(self) -> None:
        """Start the inner backend."""
        await self.inner.start()

    def masked(self, request: FimRequest) -> FimRequest:
        """The request as it may leave the machine. Raises: BackendWithheld (the file is private)."""
        path = _path_of(request.cache_key)
        why = self._rules.why_private(path) if path is not None else ""
        if why:
            raise BackendWithheld(f"Nothing of this file is sent: {why}.")
        prefix, suffix = request.prefix, request.suffix
        if self._mask is not None:
            prefix, suffix = self._mask.mask(prefix, suffix)
        name = self._names.digest(request.cache_key)[:32] if request.cache_key else ""
        return replace(request, prefix=prefix, suffix=suffix, cache_key=name)

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the unmasked answer. Raises: BackendError, LimitReached and BackendWithheld among them."""
        sent = self.masked(request)
        info = self.inner.info()
        prompt_tokens = int((len(sent.prefix) + len(sent.suffix)) / info.chars_per_token) + 3
        expected = prompt_tokens + max(0, request.max_tokens)
        if request.max_tokens > 0:
            await self._limits.admit(request, expected)
        unmasker = Unmasker(self._mask) if self._mask is not None else None
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
                self._limits.count(info, usage, expected)

    async def outgoing(self, request: FimRequest) -> Outgoing | None:
        """What the inner backend would send, masked; None where it cannot tell. Raises: BackendError."""
        outgoing = getattr(self.inner, "outgoing", None)
        return None if outgoing is None else await outgoing(self.masked(request))

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
        await self._limits.aclose()


def _path_of(name: str) -> Path | None:
    """The file that a document's address names; None for documents that are no files."""
    parts = urlsplit(name)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" and parts.path else None
