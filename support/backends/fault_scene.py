"""Plays one row of the fault table: a server with this fault, a router in front of it, and keystrokes with a deadline."""

from __future__ import annotations

import asyncio
import datetime
import os
import socket
import ssl
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import mistralai.client.fim
import mistralai.client.sdk  # noqa: F401
import trustme

from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.backends.fim_server import FimServer
from codestral_ls.backends.mistral import MistralApi
from codestral_ls.backends.router import RoutedBackend, Router
from codestral_ls.config.sections import CodestralOptions, FimServerOptions, NetworkOptions
from codestral_ls.errors import BackendError
from support.backends.fault_rows import FaultRow, Place
from support.backends.standin_api import StandIn

Transport = Literal["sdk", "http"]
DEADLINE = 0.6  # seconds of one keystroke
PATIENT = 30.0  # for rows without a time-out: a busy machine must not cause one


@dataclass
class Played:
    """The errors of all keystrokes, the messages to the user, the requests of the first keystroke, and the seconds waited."""

    errors: list[BackendError] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    first_requests: int = 0
    waited: list[float] = field(default_factory=list)
    text: str = ""


async def play(row: FaultRow, transport: Transport, keystrokes: int, deadline: float) -> Played:
    """Complete ``keystrokes`` times with the row's server, one after the other, each with a deadline of ``deadline`` seconds."""
    played = Played()
    standin = StandIn("return a + b")
    standin.always = row.fault
    with mock.patch.dict(os.environ, {"CODESTRAL_API_KEY": row.key, "CODESTRAL_FIM_SERVER_KEY": row.key}):
        async with _placed(row.place, standin) as (address, ca_file):
            network = NetworkOptions(ca_file=ca_file, connect_seconds=PATIENT, allow_plain_http=True)
            backend = _backend(transport, address, row.model, network)
            router = Router([RoutedBackend("The server", backend)], tell=played.told.append)
            try:
                for number in range(keystrokes):
                    began = time.monotonic()
                    try:
                        await _typed(router, played, deadline)
                    except BackendError as error:
                        played.errors.append(error)
                    played.waited.append(time.monotonic() - began)
                    if number == 0:
                        played.first_requests = len(standin.seen)
            finally:
                await router.aclose()
    return played


async def _typed(router: Router, played: Played, deadline: float) -> None:
    request = FimRequest("def add(a, b):\n    ", "\n", timeout=deadline)
    async with asyncio.timeout(deadline + 20.0):  # far beyond the deadline: only a hang lasts this long
        async for piece in router.stream(request):
            played.text += piece.text


def _backend(transport: Transport, address: str, model: str, network: NetworkOptions) -> Backend:
    if transport == "sdk":
        return MistralApi("codestral", CodestralOptions(server_url=address, model=model, timeout_seconds=PATIENT), network)
    return FimServer(FimServerOptions(address=address, model=model, timeout_seconds=PATIENT), network)


@asynccontextmanager
async def _placed(place: Place, standin: StandIn) -> AsyncGenerator[tuple[str, str], None]:
    """The address of a server in that place, and the file of a certificate authority to trust (or "")."""
    async with AsyncExitStack() as stack:
        if place == "up":
            yield await stack.enter_async_context(standin.running()), ""
        elif place == "no_name":
            stack.enter_context(_no_name("no-such-host.invalid"))
            yield "http://no-such-host.invalid:9", ""
        elif place == "no_port":
            with closing(socket.create_server(("127.0.0.1", 0))) as taken:
                port = taken.getsockname()[1]
            yield f"http://127.0.0.1:{port}", ""
        elif place == "silent":
            taken = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
            yield f"http://127.0.0.1:{taken.getsockname()[1]}", ""
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            context, ca_file = certificate(place, Path(folder))
            yield await stack.enter_async_context(standin.running(tls=context)), ca_file


def certificate(place: Place | Literal["good"], folder: Path) -> tuple[ssl.SSLContext, str]:
    """A server's TLS context with a good, expired, future or unknown certificate, and the file with its certificate authority."""
    authority = trustme.CA()
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    dates: dict[str, Any] = {}
    if place == "expired":
        dates = {"not_before": now - 9 * day, "not_after": now - day}
    elif place == "not_yet":
        dates = {"not_before": now + day, "not_after": now + 9 * day}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1", **dates).configure_cert(context)
    if place == "untrusted":
        return context, ""
    ca_file = folder / "company.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    return context, str(ca_file)


@contextmanager
def _no_name(host: str) -> Iterator[None]:
    """Make sure that ``host`` has no address, whatever resolver this machine has."""
    real = socket.getaddrinfo

    def resolve(name: Any, *arguments: Any, **more: Any) -> Any:
        if name in (host, host.encode()):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(name, *arguments, **more)

    with mock.patch("socket.getaddrinfo", resolve):
        yield
