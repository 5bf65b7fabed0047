"""Bytes to and from the editor: standard input and output, or one Unix socket; and the loop that feeds the protocol.

Standard input is read by a thread that never stops reading, so that an editor which writes much and reads late cannot
block itself and us. Bytes only: framing cuts messages, the protocol understands them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Protocol as Structural

from codestral_ls.lsp.framing import Broken, Framing

log = logging.getLogger(__name__)

READ_BYTES = 1 << 18
MOST_CHUNKS = 256
"""The most reads that wait for the event loop: 64 MB. An editor that writes but does not read needs some room."""


class Receiver(Structural):
    """Understands message bodies; False means that one was not JSON."""

    def receive(self, body: bytes) -> bool:
        """Handle one message body."""
        ...


async def pump(read: Callable[[], Awaitable[bytes]], receiver: Receiver, strict: bool = False) -> None:
    """Hand every message that ``read`` brings to ``receiver``, in order, until ``read`` returns no bytes.

    Between two messages the event loop runs once: an ``async`` handler has then run up to its first ``await``, so that
    its first statement saw the documents exactly as they were when its request arrived. ``strict`` returns at the first
    bytes that are not a message; otherwise the next message is looked for.
    """
    framing = Framing()
    while data := await read():
        for event in framing.feed(data):
            if isinstance(event, Broken):
                log.warning("%s", event.reason)
                if strict:
                    return
                continue
            if not receiver.receive(event):
                if strict:
                    return
                framing.resume_inside(event)
            await asyncio.sleep(0)


class StandardInput:
    """Reads file descriptor 0 in a daemon thread; ``read`` returns the bytes that arrived, and no bytes at the end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._room = threading.BoundedSemaphore(MOST_CHUNKS)
        threading.Thread(target=self._read_all, name="stdin", daemon=True).start()

    async def read(self) -> bytes:
        """The next bytes, as soon as there are any."""
        chunk = await self._chunks.get()
        self._room.release()
        return chunk

    def _read_all(self) -> None:
        data = b"x"
        while data:
            self._room.acquire()  # no more is read than is processed: an editor that floods us waits
            try:
                data = os.read(self._descriptor, READ_BYTES)
            except OSError:
                data = b""
            try:
                self._loop.call_soon_threadsafe(self._chunks.put_nowait, data)
            except RuntimeError:  # the event loop is closed, so nobody listens any more
                return


class StandardOutput:
    """Writes whole messages to a file descriptor, blocking: if an editor stops reading, we stop too, as usual with pipes."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes) -> None:
        """Write all of ``data``. Raises: OSError (the editor is gone)."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def close(self) -> None:
        """Do nothing: the descriptor lives as long as the process."""


def take_standard_streams() -> tuple[int, int]:
    """Reserve the protocol's two descriptors for us; returns (to read from, to write to).

    File descriptors 0 and 1 then lead to the null device and to standard error, so that neither a stray ``print`` nor a child
    process can disturb the protocol.
    """
    sys.stdout.flush()
    source, sink = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    return source, sink
