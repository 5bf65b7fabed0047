"""Language servers that start within a twentieth of a second, for tests that are not about the start
(`support.lsp.server_nursery`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from support.lsp.lsp_client import Editor, private_environment, private_folder, serving

SYSTEM_HAS_FORKS = hasattr(os, "fork") and hasattr(socket, "send_fds")


@cache
def _nursery() -> socket.socket:
    """The socket to this process's nursery, which ends when this process does."""
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "support.lsp.server_nursery", str(its.fileno())]
    process = subprocess.Popen(command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL)
    process.returncode = 0  # not waited for: it ends when the socket is closed
    its.close()
    return mine


class ForkedServer:
    """A server's process, with the part of `asyncio.subprocess.Process` that tests use."""

    def __init__(self, process_id: int, stdin: asyncio.StreamWriter, stdout: asyncio.StreamReader, stderr: asyncio.StreamReader,
                 news: asyncio.StreamReader) -> None:  # fmt: skip
        self.pid = process_id
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self.returncode: int | None = None
        self._end = asyncio.create_task(self._hear_of_end(news))

    async def _hear_of_end(self, news: asyncio.StreamReader) -> int:
        self.returncode = int(await news.readline())
        return self.returncode

    async def wait(self) -> int:
        """Wait until it has ended; return the exit code, negative for a signal."""
        return await asyncio.shield(self._end)

    def send_signal(self, number: int) -> None:
        """Send it a signal if it has not ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


@contextlib.asynccontextmanager
async def forked_serving(
    variables: Mapping[str, str] | None = None, arguments: Sequence[str] = (), folder: Path | None = None
) -> AsyncIterator[Editor]:
    """Like `serving`, with a forked server; where the system cannot fork, an ordinary server."""
    if not SYSTEM_HAS_FORKS:
        async with serving(variables, arguments, folder=folder) as editor:
            yield editor
        return
    with private_folder() as made, contextlib.ExitStack() as closing:
        ours, theirs = _pipes()
        request = {"words": ["serve", *arguments], "environment": private_environment(folder or made, **(variables or {}))}
        socket.send_fds(_nursery(), [json.dumps(request).encode()], theirs)
        for descriptor in theirs:
            os.close(descriptor)
        loop = asyncio.get_running_loop()
        transport, flow = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(ours[0], "wb", 0))
        closing.callback(transport.close)
        writer = asyncio.StreamWriter(transport, flow, None, loop)
        stdout, stderr, news = [await _reader(descriptor, closing) for descriptor in ours[1:]]
        process = ForkedServer(int(await news.readline()), writer, stdout, stderr, news)
        editor = Editor(process, stdout, writer)
        try:
            yield editor
            await editor.close()
        finally:
            process.kill()
            await process.wait()


def _pipes() -> tuple[list[int], list[int]]:
    """Both ends of the pipes for a server's input, output and errors, and of the pipe for news of it."""
    (its_input, our_input), *others = (os.pipe() for _ in range(4))
    return [our_input, *(ours for ours, _ in others)], [its_input, *(its for _, its in others)]


async def _reader(descriptor: int, closing: contextlib.ExitStack) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=1 << 26)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    closing.callback(transport.close)
    return reader
