"""A llama-server without a configured address is found at the first default port of two that has one; other ports get no text."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from codestral_ls.backends import usual_ports
from codestral_ls.backends.address import ServerAddress
from codestral_ls.backends.base import FimRequest
from codestral_ls.backends.llama_server import LlamaServer
from codestral_ls.config.sections import LlamaServerOptions, NetworkOptions
from codestral_ls.errors import BackendNeedsKey, BackendUnavailable
from support.backends.standin_servers import running

REQUEST = FimRequest("p", "s", 8, source="untitled:x", timeout=5.0, raw=True)


class Stand:
    """A stand-in of llama-server's routes that keeps the requested paths. ``state`` is the HTTP status of /props."""

    def __init__(self, text: str, state: int = 200, props: object = None) -> None:
        self.text = text
        self.state = state
        self.props = {"default_generation_settings": {"n_ctx": 512}} if props is None else props
        self.asked: list[str] = []
        self.routes: Any = {
            ("GET", "/props"): self.told,
            ("GET", "/v1/models"): self.models,
            ("POST", "/completion"): self.complete,
        }

    async def told(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.json_response(self.props, status=self.state)

    async def models(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.json_response({"data": [{"id": self.text}]})

    async def complete(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.Response(text=f'data: {{"content": "{self.text}", "stop": true}}\n\n', content_type="text/event-stream")


def backend(*addresses: str) -> LlamaServer:
    usual = tuple(ServerAddress(address) for address in addresses)
    return LlamaServer(LlamaServerOptions(), NetworkOptions(proxy="off"), usual=usual)


async def text_of(server: LlamaServer) -> str:
    return "".join([piece.text async for piece in server.stream(REQUEST)])


def test_both_ports_are_usual_and_the_newer_one_is_first() -> None:
    assert [str(address) for address in usual_ports.USUAL] == ["http://127.0.0.1:9931", "http://127.0.0.1:8080"]
    assert LlamaServerOptions().address == "auto"


async def test_the_first_port_wins_and_the_second_is_taken_where_it_has_none(unused_tcp_port: int) -> None:
    first, second = Stand("first"), Stand("second")
    async with running(first.routes) as one, running(second.routes) as other:
        both = backend(one, other)
        assert await text_of(both) == "first"
        assert await both.models() == ("first",)
        await both.aclose()
        assert second.asked == []
        late = backend(f"http://127.0.0.1:{unused_tcp_port}", other)
        await late.start()
        assert (await late.health()).state == "ready"
        assert await text_of(late) == "second"
        await late.aclose()
    assert late.info().remote is False


@pytest.mark.parametrize("props", [[1], {"name": "a web shop"}, "<html>"])
async def test_another_program_at_the_port_gets_no_text(props: object) -> None:
    shop = Stand("shop", props=props)
    async with running(shop.routes) as address:
        server = backend(address, address)
        with pytest.raises(BackendUnavailable, match=r"No llama-server answers .* llama_server\.address"):
            await text_of(server)
        assert (await server.health()).state == "offline"
        await server.aclose()
    assert set(shop.asked) == {"/props"}


async def test_nobody_listens(unused_tcp_port: int) -> None:
    address = f"http://127.0.0.1:{unused_tcp_port}"
    server = backend(address, address)
    with pytest.raises(BackendUnavailable, match="No llama-server answers"):
        await text_of(server)
    await server.aclose()


async def test_a_server_that_wants_a_key_or_loads_says_so() -> None:
    locked, loading = Stand("x", state=401), Stand("x", state=503)
    async with running(locked.routes) as one, running(loading.routes) as other:
        server = backend(one, one)
        with pytest.raises(BackendNeedsKey):
            await text_of(server)
        await server.aclose()
        server = backend(other, other)
        with pytest.raises(BackendUnavailable, match="HTTP 503"):
            await text_of(server)
        loading.state = 200
        assert await text_of(server) == "x"
        await server.aclose()


async def test_another_users_port_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = Stand("theirs"), Stand("ours")
    async with running(theirs.routes) as one, running(ours.routes) as other:
        port = int(one.rsplit(":", 1)[1])
        monkeypatch.setattr(usual_ports, "is_strangers_port", lambda asked, _own: asked == port)
        server = backend(one, other)
        assert await text_of(server) == "ours"
        await server.aclose()
    assert theirs.asked == []


async def test_a_server_that_moves_to_the_other_port_is_found_again() -> None:
    second = Stand("second")
    async with running(second.routes) as other:
        async with running(Stand("first").routes) as one:
            server = backend(one, other)
            assert await text_of(server) == "first"
        with pytest.raises(BackendUnavailable):
            await text_of(server)
        assert await text_of(server) == "second"
        await server.aclose()
