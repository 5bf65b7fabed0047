"""The HTTP client for the mistralai SDK: our proxies, our authorities, no redirects.

Imports httpx2 (the SDK's HTTP library) at its top, so it is itself imported on first use only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpx2

from codestral_ls.backends.network import proxy_for, trust
from codestral_ls.config.sections import NetworkOptions

_log = logging.getLogger(__name__)
_DEPRECATION = "x-model-deprecation-timestamp"
KEPT_OPEN = 64
"""Idle connections that are kept. The callers decide how many requests run at once."""
_MOST_MODELS = 500
"""Classes of the SDK that are kept."""
_noted: ContextVar[list[httpx2.Response] | None] = ContextVar("noted", default=None)


def open_client(url: str, network: NetworkOptions) -> httpx2.AsyncClient:
    """A client for the server at ``url``. Reads certificate authorities: call it off the event loop.

    Raises: ConfigError (a proxy or a file of authorities that cannot be used).
    """
    _keep_models()
    proxy = proxy_for(url, network)
    keep = 60.0 * network.keep_warm_minutes
    context = trust(network)
    through: httpx2.Proxy | None = None
    if proxy is not None:
        through = httpx2.Proxy(proxy, ssl_context=context if proxy.startswith("https:") else None)
    transport = httpx2.AsyncHTTPTransport(
        verify=context,
        proxy=through,
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=KEPT_OPEN, keepalive_expiry=keep),
    )
    # trust_env stays off: network.py chooses proxies, and ~/.netrc holds no key of ours. Redirects are not followed: they would
    # carry text and key to an address that nobody configured.
    return httpx2.AsyncClient(transport=_Transport(transport), trust_env=False, follow_redirects=False)


@contextmanager
def noting_responses() -> Iterator[list[httpx2.Response]]:
    """The responses that clients of ``open_client`` get from this task inside the block, to close them at its end."""
    responses: list[httpx2.Response] = []
    token = _noted.set(responses)
    try:
        yield responses
    finally:
        _noted.reset(token)


class Captured(Exception):
    """Raised instead of sending, with the request that would have been sent."""

    def __init__(self, request: httpx2.Request) -> None:
        super().__init__("captured")
        self.request = request


def open_capturing_client() -> httpx2.AsyncClient:
    """A client that sends nothing and raises ``Captured``."""

    def capture(request: httpx2.Request) -> httpx2.Response:
        raise Captured(request)

    return httpx2.AsyncClient(transport=httpx2.MockTransport(capture), trust_env=False)


class _Transport(httpx2.AsyncBaseTransport):
    """Passes requests on, and avoids two of the SDK's faults."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        if (noted := _noted.get()) is not None:
            noted.append(response)
        if _DEPRECATION in response.headers:
            # The SDK's hook for this header reads a streamed body as JSON and fails, so we log the warning here instead.
            _log.warning("The model will be withdrawn on %s.", response.headers[_DEPRECATION])
            del response.headers[_DEPRECATION]
        if response.status_code != 200:
            await response.aread()  # the SDK fails on an error without a body, unless that was read before
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def _keep_models() -> None:
    """Make the SDK create each of its wrapping pydantic classes only once.

    It creates them anew for every value that it reads or writes: eight for a chat answer, a millisecond each, which is half of
    our own time for an answer.
    """
    from mistralai.client.utils import serializers

    make = getattr(serializers, "create_model", None)
    if make is not None and not isinstance(make, _KeptModels):
        vars(serializers)["create_model"] = _KeptModels(make)


class _KeptModels:
    """Replaces pydantic's ``create_model``: the same class for the same name and fields."""

    def __init__(self, make: Callable[..., type]) -> None:
        self._make = make
        self._made: dict[Hashable, type] = {}

    def __call__(self, name: str, **fields: Any) -> type:
        body = fields.get("body")
        if set(fields) != {"body", "__config__"} or not isinstance(body, tuple):
            return self._make(name, **fields)
        try:
            # equal types may differ in the order of a union, so their spelling counts too
            key = name, body[0], "" if isinstance(body[0], type) else repr(body[0])
            made = self._made.get(key)
        except TypeError:  # annotated with something that cannot be hashed
            return self._make(name, **fields)
        if made is None:
            made = self._make(name, **fields)
            if len(self._made) < _MOST_MODELS:
                self._made[key] = made
        return made


class NoSyncClient:
    """Replaces the synchronous HTTP client that the SDK would build, certificates and all, and never use."""

    def send(self, *_: Any, **__: Any) -> Any:
        """Never called. Raises: NotImplementedError."""
        raise NotImplementedError

    build_request = send

    def close(self) -> None:
        """Nothing to close."""


class NoLogger:
    """Replaces the SDK's debug log, which would write the key: nothing is logged."""

    def debug(self, *_: Any, **__: Any) -> None:
        """Drop it."""
