"""What the editor sends is read ahead only so far: an editor that floods the server waits instead of filling its memory."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from codestral_ls.lsp import transport
from codestral_ls.lsp.transport import READ_BYTES, StandardInput

CHUNKS = 3


async def written(descriptor: int, data: bytes) -> int:
    """How many bytes of ``data`` can be written before nothing more is taken."""
    sent, last = 0, time.monotonic()
    while sent < len(data) and time.monotonic() - last < 0.5:
        try:
            sent += os.write(descriptor, data[sent : sent + READ_BYTES])
            last = time.monotonic()
        except BlockingIOError:
            await asyncio.sleep(0.01)
    return sent


@pytest.mark.skipif(os.name == "nt", reason="pipes of Windows cannot be written without waiting")
async def test_an_editor_that_floods_the_server_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_CHUNKS", CHUNKS)
    source, sink = os.pipe()
    os.set_blocking(sink, False)
    data = b"x" * (READ_BYTES * (CHUNKS + 20))
    incoming = StandardInput(source)
    sent = await written(sink, data)
    assert sent <= READ_BYTES * (CHUNKS + 2), "so many bytes wait in the queue and in the pipe"
    arrived = 0
    while arrived < sent:
        arrived += len(await incoming.read())
    assert await written(sink, b"more") == 4, "and once they are read there is room again"
    os.close(sink)
    rest = [await incoming.read(), await incoming.read()]
    assert rest == [b"more", b""]
    os.close(source)
