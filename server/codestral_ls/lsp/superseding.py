"""Ends requests whose answer nobody can use any more, because their document has changed since they arrived.

A client may cancel such a request, and most do, but it need not; an answer for an old text would be dropped in any case. The
generation continues as after a cancellation, because the next request may fit it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class OpenRequests:
    """The requests for text that are being answered, by document."""

    def __init__(self) -> None:
        self._limits: dict[str, set[asyncio.Timeout]] = {}

    @contextmanager
    def until_changed(self, uri: str) -> Iterator[asyncio.Timeout]:
        """Give a time limit that expires when ``changed`` is called for this document; to be used with ``async with``."""
        limit = asyncio.timeout(None)
        limits = self._limits.setdefault(uri, set())
        limits.add(limit)
        try:
            yield limit
        finally:
            limits.discard(limit)
            if not limits and self._limits.get(uri) is limits:
                del self._limits[uri]

    def changed(self, uri: str) -> None:
        """The document's text has changed: let every request for the old text end at once."""
        now = asyncio.get_running_loop().time()
        for limit in self._limits.pop(uri, ()):
            limit.reschedule(now)
