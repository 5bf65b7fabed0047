"""What the editor sends is read ahead only so far: an editor that floods the server waits instead of filling its memory."""

from __future__ import annotations

import os

import pytest

from codestral_ls.lsp import transport
from codestral_ls.lsp.transport import READ_BYTES, StandardInput
from support.waiting import until

CHUNKS = 3
PIPE_BYTES = 1 << 20
"""More than any system keeps in a pipe by itself."""


def filled(descriptor: int) -> int:
    """How many bytes can be written until the pipe is full."""
    sent = 0
    while True:
        try:
            sent += os.write(descriptor, b"x" * READ_BYTES)
        except BlockingIOError:
            return sent


@pytest.mark.skipif(os.name == "nt", reason="pipes of Windows cannot be written without waiting")
async def test_an_editor_that_floods_the_server_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_CHUNKS", CHUNKS)
    source, sink = os.pipe()
    os.set_blocking(sink, False)
    incoming = StandardInput(source)
    sent = 0

    def flooded() -> bool:
        nonlocal sent
        sent += filled(sink)
        return incoming._chunks.qsize() >= CHUNKS

    await until(flooded, "as much waiting as may")
    for _ in range(3):
        sent += filled(sink)
    assert incoming._chunks.qsize() == CHUNKS
    assert sent <= READ_BYTES * CHUNKS + PIPE_BYTES
    arrived = 0
    while arrived < sent:
        arrived += len(await incoming.read())
    assert os.write(sink, b"more") == 4
    os.close(sink)
    assert [await incoming.read(), await incoming.read()] == [b"more", b""]
    os.close(source)
