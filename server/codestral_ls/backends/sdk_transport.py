"""The HTTP client that the mistralai SDK is given: our proxies, our authorities, connections that survive an answer.

Imports httpx2 (the SDK's HTTP library) at its top, so it is itself imported on first use only. Deliberately knows
nothing of completions.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx2

from codestral_ls.backends.network import proxy_for, trust
from codestral_ls.config.sections import NetworkOptions

_log = logging.getLogger(__name__)
_ENDING_SECONDS = 0.25  # between [DONE] and the end of the body
_DEPRECATION = "x-model-deprecation-timestamp"


def open_client(url: str, network: NetworkOptions) -> httpx2.AsyncClient:
    """A client for the server at ``url``. Reads certificate authorities: call it off the event loop.

    Raises: ConfigError (a proxy or a file of authorities that cannot be used).
    """
    proxy = proxy_for(url, network)
    keep = 60.0 * network.keep_warm_minutes
    context = trust(network)
    through: httpx2.Proxy | None = None
    if proxy is not None:
        through = httpx2.Proxy(proxy, ssl_context=context if proxy.startswith("https:") else None)
    transport = httpx2.AsyncHTTPTransport(
        verify=context,
        proxy=through,
        limits=httpx2.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=keep),
    )
    # trust_env stays off: proxies are decided in network.py, and ~/.netrc holds no key of ours.
    # Redirects are not followed: they would carry text and key to an address that nobody configured.
    return httpx2.AsyncClient(transport=_Transport(transport), trust_env=False, follow_redirects=False)


class Captured(Exception):
    """Raised in place of sending, with the request that would have been sent."""

    def __init__(self, request: httpx2.Request) -> None:
        super().__init__("captured")
        self.request = request


def open_capturing_client() -> httpx2.AsyncClient:
    """A client that sends nothing and raises ``Captured``."""

    def capture(request: httpx2.Request) -> httpx2.Response:
        raise Captured(request)

    return httpx2.AsyncClient(transport=httpx2.MockTransport(capture), trust_env=False)


class _Transport(httpx2.AsyncBaseTransport):
    """Hands requests on, and answers in a body that is seen to its end."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        if _DEPRECATION in response.headers:
            # The SDK's hook for this header reads a streamed body as JSON and fails, so it is told here instead.
            _log.warning("The model will be withdrawn on %s.", response.headers[_DEPRECATION])
            del response.headers[_DEPRECATION]
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _SeenToItsEnd(response.stream)
        if response.status_code != 200:
            await response.aread()  # the SDK fails on an error without a body, unless that was read before
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _SeenToItsEnd(httpx2.AsyncByteStream):
    """A body whose last bytes are read when it is closed behind ``[DONE]``.

    The SDK stops reading at ``[DONE]``; a body left unread there costs the connection, and the next keystroke a
    handshake. A body closed before (a cancelled request) is closed at once.
    """

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner
        self._chunks: AsyncIterator[bytes] | None = None
        self._tail = b""
        self._ended = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._read():
            yield chunk

    async def _read(self) -> AsyncIterator[bytes]:
        if self._chunks is None:
            self._chunks = aiter(self._inner)
        async for chunk in self._chunks:
            self._tail = (self._tail + chunk)[-32:]
            yield chunk
        self._ended = True

    async def aclose(self) -> None:
        if not self._ended and b"[DONE]" in self._tail:
            try:
                async with asyncio.timeout(_ENDING_SECONDS):
                    async for _ in self._read():
                        pass
            except (TimeoutError, httpx2.TransportError):
                _log.debug("The answer's body did not end behind [DONE].")
        await self._inner.aclose()
