"""The boundary of the host's port: no request ends the host, silences it, or gets its own text into the log.

A sample is tested here; ``python -m benchmarks.trust`` sends 5,000 requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from aiohttp import web

from benchmarks.trusting.host_requests import attack, peak, routes, running
from codestral_ls.host.bodies import SMALL, Bodies
from codestral_ls.host.scheduler import QueueFullError
from support.trust.hostile_http import request


async def test_fuzzed_requests_neither_end_nor_silence_the_host() -> None:
    outcome = await attack(75, seed=5)
    assert (outcome.deaths, outcome.silences, outcome.let_in) == (0, 0, 0), outcome.faults
    assert outcome.faults == []
    assert outcome.statuses[401] > 0
    assert outcome.log < 20_000


@pytest.mark.parametrize("path", sorted(path for method, path in routes() if method == "POST" and path != "/unload"))
async def test_a_body_with_broken_compression_is_refused(tmp_path: Path, path: str) -> None:
    async with running(tmp_path) as host:
        reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
        writer.write(request(("POST", path), b"no gzip at all", ("Content-Encoding: gzip",)))
        async with asyncio.timeout(60.0):
            status = (await reader.readline()).split()[1]
        writer.close()
    assert status == b"400"


class Silent:
    """A body whose bytes stop coming before its end."""

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = [*chunks]

    async def iter_any(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk
        await asyncio.Event().wait()


async def test_bodies_together_are_bounded_and_small_ones_get_in_all_the_same() -> None:
    bodies = Bodies(most=3 * SMALL)
    big, small = (web_request(b"x" * size) for size in (2 * SMALL, SMALL // 2))
    async with bodies.read(big) as first:
        assert len(first) == bodies.held == 2 * SMALL
        with pytest.raises(QueueFullError):
            async with bodies.read(web_request(b"x" * SMALL, b"x" * SMALL)):
                pass
        async with bodies.read(small) as second:
            assert len(second) == SMALL // 2
        assert bodies.held == 2 * SMALL
    assert bodies.held == 0
    async with bodies.read(web_request(b"x" * SMALL, b"x" * SMALL)) as third:
        assert len(third) == 2 * SMALL


async def test_a_body_that_stops_coming_is_given_up() -> None:
    bodies = Bodies(patience=0.01)
    with pytest.raises(TimeoutError):
        async with bodies.read(cast("web.Request", SimpleNamespace(content=Silent(b"x" * 1_000)))):
            pass
    assert bodies.held == 0


def web_request(*chunks: bytes) -> web.Request:
    async def iter_any() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return cast("web.Request", SimpleNamespace(content=SimpleNamespace(iter_any=iter_any)))


async def test_many_large_bodies_at_once_leave_the_host_answering(tmp_path: Path) -> None:
    body = b'{"model": "m", "prompt": "' + b"x" * (20 << 20) + b'"}'
    async with running(tmp_path) as host:

        async def send() -> int:
            reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
            with contextlib.suppress(ConnectionError):
                writer.write(request(("POST", "/v1/fim/completions"), body))
                await writer.drain()
            try:
                return int((await reader.readline()).split()[1])
            except (ConnectionError, IndexError):
                return 0
            finally:
                writer.close()

        async with asyncio.timeout(100.0):
            answers = await asyncio.gather(*(send() for _ in range(24)))
        assert peak(host.process.pid) < 900, "megabytes: 24 bodies alone would be 480, and their parsed text as much again"
        reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
        writer.write(request(("GET", "/health"), b""))
        async with asyncio.timeout(60.0):
            assert (await reader.readline()).split()[1] in (b"200", b"503")
        writer.close()
    assert set(answers) <= {0, 200, 429, 503}
    assert 429 in answers or 0 in answers


FEW_FILES = (
    sys.executable,
    "-c",
    "import os, resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)); os.execv(sys.argv[1], sys.argv[1:])",
)


@pytest.mark.parametrize("begun", [b"", b"POST /v1/fim", b"POST /v1/fim/completions HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_three_hundred_half_open_connections_do_not_deafen_the_host(tmp_path: Path, begun: bytes) -> None:
    async with running(tmp_path, FEW_FILES) as host:
        held = []
        for _ in range(300):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", host.port)
                writer.write(begun)
                held.append(writer)
        for _ in range(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
            writer.write(request(("GET", "/health"), b""))
            async with asyncio.timeout(60.0):
                assert (await reader.readline()).split()[1] in (b"200", b"503")
            writer.close()
        for writer in held:
            writer.close()
    assert len(held) > 200
    assert host.log.stat().st_size < 20_000


def test_every_route_is_attacked() -> None:
    known = routes()
    assert {("POST", "/v1/fim/completions"), ("POST", "/unload"), ("GET", "/health"), ("GET", "/metrics")} <= set(known)
