"""A server closes a kept-alive connection just when it is used again: the request is sent again, but only then."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import pytest

from codestral_ls.backends.address import parse_address
from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.kept_alive import send, traced
from codestral_ls.backends.keys import ApiKey, KeySource
from codestral_ls.config.sections import NetworkOptions
from codestral_ls.errors import BackendConnectionLost, BackendError, BackendUnavailable

DEADLINE = 60.0
BODY = b'{"told": true}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


class Server:
    """Answers the first ``good`` requests of every connection; to the next one it sends ``bad`` and closes the connection."""

    def __init__(self, good: int, bad: bytes = b"", *, reset: bool = False) -> None:
        self.good, self.bad, self.reset = good, bad, reset
        self.seen: list[tuple[int, int]] = []
        self.connections = 0
        self.open: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Exchange, None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        address = parse_address(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "test")
        exchange = Exchange("The server", address, NetworkOptions(), ApiKey(KeySource("NO_SUCH_VARIABLE", "", "test")))
        try:
            yield exchange
        finally:
            await exchange.aclose()
            server.close()
            if self.open:
                await asyncio.wait(self.open, timeout=DEADLINE)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.open.add(task)
        task.add_done_callback(self.open.discard)
        self.connections += 1
        connection, count = self.connections, 0
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                await reader.readexactly(length)
                count += 1
                self.seen.append((connection, count))
                if count > self.good:
                    writer.write(self.bad)
                    await writer.drain()
                    return
                writer.write(ANSWER)
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            if self.reset:
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def ask(exchange: Exchange) -> Any:
    return await exchange.post_json("/x", {"a": 1}, timeout=DEADLINE)


@pytest.mark.parametrize("reset", [False, True])
async def test_a_request_on_a_connection_that_was_closed_is_sent_again_on_a_fresh_one(reset: bool) -> None:
    server = Server(1, reset=reset)

    async with server.running() as exchange:
        for _ in range(3):
            assert await ask(exchange) == json.loads(BODY)
    assert server.seen == [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)]


@pytest.mark.parametrize("bad", [b"H", b"HTTP/1.1 200 OK\r\nContent-", ANSWER[:-3]])
async def test_it_is_not_sent_again_when_some_of_the_answer_came(bad: bytes) -> None:
    server = Server(1, bad)

    async with server.running() as exchange:
        await ask(exchange)
        with pytest.raises(BackendError):
            await ask(exchange)
    assert server.seen == [(1, 1), (1, 2)]


@pytest.mark.parametrize("reset", [False, True])
async def test_a_fresh_connection_that_breaks_is_not_tried_again(reset: bool) -> None:
    server = Server(0, reset=reset)

    async with server.running() as exchange:
        with pytest.raises(BackendConnectionLost):
            await ask(exchange)
    assert server.seen == [(1, 1)]


async def test_a_session_that_is_closed_while_it_asks_has_lost_the_connection() -> None:
    asked, ended = asyncio.Event(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
            await reader.readuntil(b"\r\n\r\n")
            asked.set()
            await reader.read()  # until the client disconnects
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    session = aiohttp.ClientSession(trace_configs=[traced()])
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    async with asyncio.timeout(DEADLINE):
        await (await send(session, "POST", url)).read()
        waiting = asyncio.create_task(send(session, "POST", url))
        await asked.wait()
        await session.close()
        with pytest.raises(aiohttp.ClientError):
            await waiting
        await ended.wait()
        server.close()


async def test_a_server_that_is_gone_is_said_to_be_gone() -> None:
    server = Server(1)
    async with server.running() as exchange:
        await ask(exchange)
        address = exchange.address
    other = Exchange("The server", address, NetworkOptions(), ApiKey(KeySource("NO_SUCH_VARIABLE", "", "test")))
    with pytest.raises(BackendUnavailable, match="Is it running"):
        await ask(other)
    await other.aclose()
