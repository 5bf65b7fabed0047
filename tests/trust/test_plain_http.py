"""The boundary of keys on the way: no backend sends one over ``http://`` to another machine, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing, suppress

import pytest

from codestral_ls.backends.abilities import abilities_of, models_of
from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.backends.build_backend import build_one
from codestral_ls.config.load import load_options
from codestral_ls.errors import BackendError
from support.trust.hostile_settings import SERVERS, USERS_KEY, USERS_KEYS
from support.trust.listener import RecordingListener


async def complete(backend: Backend) -> None:
    request = FimRequest("def add(a, b):\n    ", "\n", timeout=5.0, source="file:///nowhere/a.py")
    async with aclosing(backend.stream(request)) as pieces:
        async for _ in pieces:
            pass


async def prepare(backend: Backend) -> None:
    """As an editor's server does before the first request, and when a person asks how it is."""
    await backend.start()
    await backend.health()
    await abilities_of(backend)
    await models_of(backend)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordingListener]:
    """What would lead to the other machine, and records what it is given."""
    for name in USERS_KEYS:
        monkeypatch.setenv(name, USERS_KEY)
    listener = RecordingListener()
    yield listener
    listener.close()


def built(name: str, proxy: RecordingListener, allowed: bool) -> Backend:
    given = {
        SERVERS[name]: "http://gpu.example:8000",
        f"{name}.model": "m",
        "network.proxy": proxy.url,
        "network.allow_plain_http": allowed,
    }
    loaded = load_options(None, None, {}, given={key: value for key, value in given.items() if key != "llama_server.model"})
    assert loaded.problems == ()
    return build_one(name, loaded.options)


@pytest.mark.parametrize("name", SERVERS)
async def test_a_key_does_not_go_in_clear(name: str, proxy: RecordingListener) -> None:
    backend = built(name, proxy, allowed=False)
    with suppress(BackendError):
        await prepare(backend)
    with pytest.raises(BackendError, match=r"network\.allow_plain_http"):
        await complete(backend)
    await backend.aclose()
    assert [came for came in proxy.came if USERS_KEY.encode() in came] == []


@pytest.mark.parametrize("name", SERVERS)
async def test_it_does_where_the_user_allows_it(name: str, proxy: RecordingListener) -> None:
    backend = built(name, proxy, allowed=True)
    with pytest.raises(BackendError):
        await complete(backend)
    await backend.aclose()
    assert [came for came in proxy.came if USERS_KEY.encode() in came], proxy.came


def test_every_backend_that_reaches_a_server_is_tried() -> None:
    from codestral_ls.backends.build_backend import _BUILDERS

    assert set(SERVERS) == set(_BUILDERS) - {"local", "fake", "none"}
