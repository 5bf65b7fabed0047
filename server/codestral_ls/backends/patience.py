"""A time limit for several waits together; the time between them does not count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class Patience:
    """``seconds`` for all waits together."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    async def wait(self, awaited: Awaitable[T]) -> T:
        """Wait for at most the time left. Raises: TimeoutError when it is used up, and what ``awaited`` raises."""
        time = asyncio.get_running_loop().time
        began = time()
        try:
            async with asyncio.timeout(max(0.0, self.left)):
                return await awaited
        finally:
            self.left -= time() - began
