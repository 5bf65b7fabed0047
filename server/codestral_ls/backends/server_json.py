"""JSON that a server sent, of bounded length and depth."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import aiohttp

LONGEST = 1_000_000
"""Bytes of a body that are read if the answer is only a few values."""


def read_json(text: str | bytes) -> Any:
    """The value of ``text``. Raises: ValueError, also if it is nested deeper than the interpreter can follow."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


async def read_body(response: aiohttp.ClientResponse, longest: int = LONGEST) -> Any:
    """The value of a response's body. Raises: ValueError (no JSON, or more than ``longest`` bytes), aiohttp.ClientError."""
    found = bytearray()
    while chunk := await response.content.readany():
        found += chunk
        if len(found) > longest:
            response.close()
            raise ValueError(f"longer than {longest:,} bytes")
    return read_json(bytes(found))
