"""The boundary of web pages: a page that reaches a port of this machine is neither answered nor allowed to read a refusal."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from benchmarks.trusting.host_requests import Host, routes, running
from support.trust.hostile_http import TOKEN, Route, request
from support.waiting import until

SECONDS = 60.0
BODY = json.dumps({"model": "m", "prompt": "def f(a):\n    return ", "max_tokens": 2}).encode()
CONTENT_TYPES = (
    *("text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
    *("application/json", "application/octet-stream", ""),
)
"""What a page may send without asking first, and what it may not."""


async def answer(host: Host, data: bytes) -> tuple[int, str]:
    """The status and headers of the host's answer to these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", host.port)
    try:
        writer.write(data)
        async with asyncio.timeout(SECONDS):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
    finally:
        writer.close()
    return int(head.split()[1]), head.lower()


async def ready(host: Host) -> bool:
    """Whether the model is ready; waits while it is being loaded."""

    async def loaded() -> int:
        status = (await answer(host, request(("GET", "/health"))))[0]
        return 0 if status == 503 else status

    return bool(await until(loaded, "the model loaded", SECONDS) == 200)


def from_page(route: Route, port: int) -> list[bytes]:
    """Requests that a page can make a browser send: any content type or origin, and a host name that leads here."""
    origins = ("https://evil.example", "null", f"http://127.0.0.1:{port}", f"http://evil.example:{port}")
    hosts = (f"127.0.0.1:{port}", f"localhost:{port}", f"evil.example:{port}")
    body = BODY if route[0] == "POST" else b""
    sent = []
    for origin in origins:
        for host in hosts:
            for content_type in CONTENT_TYPES if body else ("",):
                kind = f"Content-Type: {content_type}" if content_type else ""
                sent.append(
                    request(route, body, (f"Host: {host}", f"Origin: {origin}", kind, f"Cookie: token={TOKEN}"), authorization="")
                )
    return sent


def upgrades(port: int) -> list[bytes]:
    """The request that opens a WebSocket, and other requests that change the protocol or name another target."""
    web_socket = (
        *(f"Host: 127.0.0.1:{port}", "Origin: https://evil.example", "Connection: Upgrade", "Upgrade: websocket"),
        *("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"Sec-WebSocket-Protocol: bearer, {TOKEN}"),
    )
    http2 = ("Host: x", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")
    sent = [request(("GET", path), headers=web_socket, authorization="") for path in ("/", "/health", f"/health?token={TOKEN}")]
    sent += [request(("GET", path), headers=http2, authorization="") for path in ("/health", "/metrics")]
    targets = (
        f"http://127.0.0.1:{port}/health",
        "http://evil.example/health",
        "//health",
        "/%68ealth",
        "/./health",
        f"/{TOKEN}/health",
    )
    sent += [request((method, path), authorization="") for method in ("GET", "HEAD", "TRACE", "BREW") for path in targets]
    sent += [request(("POST", "/unload"), b"a=1", (f"X-HTTP-Method-Override: {one}",), authorization="") for one in ("GET", "PUT")]
    inner = request(("POST", "/unload"), b"", (), authorization="")
    sent.append(request(("POST", "/v1/completions"), inner, ("Content-Type: text/plain",), authorization=""))
    return sent


@pytest.mark.slow
async def test_no_other_protocol_and_no_other_target_gets_a_page_in(tmp_path: Path) -> None:
    async with running(tmp_path) as host:
        assert await ready(host)
        for data in upgrades(host.port):
            status, head = await answer(host, data)
            assert status in (400, 401, 404, 405), (status, data)
            assert not [word for word in ("access-control", "upgrade:", "sec-websocket", TOKEN) if word in head]
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        assert (await answer(host, preface))[0] in (400, 401)
        assert await ready(host)


@pytest.mark.slow
async def test_a_page_gets_nothing_from_the_host(tmp_path: Path) -> None:
    async with running(tmp_path) as host:
        assert await ready(host)
        pages = 0
        for route in (*routes(), *(("OPTIONS", path) for path in {path for _, path in routes()})):
            asked = (
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization",
                "Access-Control-Request-Private-Network: true",
                "Origin: https://evil.example",
            )
            attacks = [request(route, headers=asked, authorization="")] if route[0] == "OPTIONS" else from_page(route, host.port)
            for data in attacks:
                status, head = await answer(host, data)
                assert status == 401, (status, data)
                assert "access-control" not in head
                pages += 1
        assert pages > 200
        assert await ready(host)  # nobody unloaded the model
