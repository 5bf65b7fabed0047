"""The boundary of the host's port: no request ends the host, silences it, or gets its own text into the log.

A sample; 5,000 requests are ``python -m benchmarks.trust``.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.trusting.host_requests import attack, routes, running
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


def test_every_route_is_attacked() -> None:
    known = routes()
    assert {("POST", "/v1/fim/completions"), ("POST", "/unload"), ("GET", "/health"), ("GET", "/metrics")} <= set(known)
