"""Ways to a server in real networks: a proxy, a company's certificate authority, IPv6 and Unix sockets."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.backends.fim_server import FimServer
from codestral_ls.backends.mistral import MistralApi
from codestral_ls.config.sections import CodestralOptions, FimServerOptions, NetworkOptions
from codestral_ls.errors import BackendError, BackendUnavailable
from support.backends.fault_scene import Transport, certificate
from support.backends.standin_api import KEY, StandIn

REQUEST = FimRequest("def add(a, b):\n    ", "\n", timeout=20.0)
TRANSPORTS: tuple[Transport, ...] = ("sdk", "http")


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CODESTRAL_API_KEY", "CODESTRAL_FIM_SERVER_KEY"):
        monkeypatch.setenv(name, KEY)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def backend(transport: Transport, address: str, network: NetworkOptions | None = None) -> Backend:
    network = network or NetworkOptions(allow_plain_http=True)  # the names are those of remote servers, but the servers are here
    if transport == "sdk":
        return MistralApi("codestral", CodestralOptions(server_url=address), network)
    return FimServer(FimServerOptions(address=address, model="codestral-latest"), network)


async def answer(one: Backend) -> str:
    try:
        async with aclosing(one.stream(REQUEST)) as pieces:
            return "".join([piece.text async for piece in pieces])
    finally:
        await one.aclose()


class Proxy:
    """A forward proxy that leads all CONNECT tunnels and plain requests to one port. ``asked`` keeps their first lines."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[str, None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield f"http://me:word@127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            line, _, rest = head.partition(b"\r\n")
            password = b"proxy-authorization: basic" in rest.lower()
            self.asked.append(line.decode() + (" with a password" if password else ""))
            there, out = await asyncio.open_connection("127.0.0.1", self.port)
            if line.startswith(b"CONNECT"):
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                method, url, version = line.split(b" ")
                path = b"/" + url.split(b"/", 3)[3]
                out.write(b" ".join((method, path, version)) + b"\r\n" + rest)
            await asyncio.gather(_pipe(reader, out), _pipe(there, writer))
        finally:
            writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_remote_server_is_reached_through_the_proxy(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    standin = StandIn("return a + b")
    async with standin.running() as address:
        proxy = Proxy(int(address.rpartition(":")[2]))
        async with proxy.running() as proxy_address:
            monkeypatch.setenv("HTTP_PROXY", proxy_address)
            assert await answer(backend(transport, "http://api.example:8000")) == "return a + b"
            # The backend also checks the server with a GET; if that goes first over a connection, the next request over it is not
            # in ``asked``.
            assert any(" http://api.example:8000/" in line for line in proxy.asked)
            assert all("with a password" in line for line in proxy.asked)
            monkeypatch.setenv("NO_PROXY", "api.example")
            count = len(proxy.asked)
            with pytest.raises(BackendError):
                await answer(backend(transport, "http://api.example:8000"))
            assert len(proxy.asked) == count


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_tls_goes_through_the_proxy_in_a_tunnel(
    transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, ca_file = certificate("good", tmp_path)
    standin = StandIn("return a + b")
    async with standin.running(tls=context) as address:
        proxy = Proxy(int(address.rpartition(":")[2]))
        async with proxy.running() as proxy_address:
            monkeypatch.setenv("HTTPS_PROXY", proxy_address)
            network = NetworkOptions(ca_file=ca_file)
            one = backend(transport, "https://api.example", network)
            with pytest.raises(BackendUnavailable, match="certificate"):
                await answer(one)  # the tunnel ends at a server with a different name
            assert proxy.asked[-1].startswith("CONNECT api.example:443")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_localhost_never_goes_through_a_proxy(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    standin = StandIn("return a + b")
    async with standin.running() as address:
        assert await answer(backend(transport, address)) == "return a + b"
        assert await answer(backend(transport, address.replace("localhost", "127.0.0.1"))) == "return a + b"


@pytest.mark.parametrize("how", ["option", "environment"])
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_companys_authority_is_trusted(
    transport: Transport, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, ca_file = certificate("good", tmp_path)
    network = NetworkOptions()
    if how == "option":
        network = NetworkOptions(ca_file=ca_file)
    else:
        monkeypatch.setenv("SSL_CERT_FILE", ca_file)
    async with StandIn("return a + b").running(tls=context) as address:
        assert await answer(backend(transport, address, network)) == "return a + b"


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6 loopback")
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_ipv6(transport: Transport) -> None:
    async with StandIn("return a + b").running(host="::1") as address:
        assert "[::1]" in address
        assert await answer(backend(transport, address)) == "return a + b"


async def test_a_unix_socket(tmp_path: Path) -> None:
    standin = StandIn("return a + b")
    async with standin.running(socket=str(tmp_path / "s")) as address:
        one = FimServer(FimServerOptions(address=address, model="codestral-latest"), NetworkOptions())
        assert not one.info().remote
        assert await one.models() == ("codestral-latest", "codestral-2508")
        assert (await one.outgoing(REQUEST)).url == f"{address} /v1/fim/completions"
        assert await answer(one) == "return a + b"


async def test_a_redirect_is_not_followed() -> None:
    for transport in TRANSPORTS:
        standin = StandIn("x")
        async with standin.running() as address:
            standin.redirect = f"{address}/elsewhere"
            with pytest.raises(BackendError):
                await answer(backend(transport, address))
            assert [seen.path for seen in standin.seen] == ["/v1/fim/completions"]
