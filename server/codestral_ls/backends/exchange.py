"""Talks to one HTTP server with aiohttp: a warm connection, deadlines on every read, errors in the project's words.

The backends build requests and read answers. The only retry here is for a kept-alive connection that the server had closed: only
the caller knows whether an answer is still wanted.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

from codestral_ls.backends.address import ServerAddress
from codestral_ls.backends.events import EventReader, Framing
from codestral_ls.backends.failures import from_os_error, from_status, not_the_protocol, unless_named
from codestral_ls.backends.kept_alive import send, traced
from codestral_ls.backends.keys import ApiKey
from codestral_ls.backends.network import proxy_for, trust
from codestral_ls.backends.outgoing import Outgoing
from codestral_ls.backends.server_json import read_json
from codestral_ls.config.sections import NetworkOptions
from codestral_ls.errors import (
    BackendConnectionLost,
    BackendError,
    BackendNeedsKey,
    BackendProtocolError,
    BackendRefused,
    BackendTimeout,
    BackendUnavailable,
    ConfigError,
)
from codestral_ls.timing import Clock, monotonic

_ENDING_SECONDS = 0.25  # seconds between an answer's last value and the end of its body
_LONGEST_BODY = 16_000_000  # bytes; more is no answer to any question of ours
_ERROR_BYTES = 20_000  # bytes of an error's body that are read


class Exchange:
    """Requests to one ``address``. ``name`` is the server in a sentence. All methods raise BackendError."""

    def __init__(self, name: str, address: ServerAddress, network: NetworkOptions, key: ApiKey, clock: Clock = monotonic) -> None:
        self.name = name
        self.address = address
        self.key = key
        self._network = network
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self._connecting: asyncio.Task[None] | None = None

    def move(self, name: str, address: ServerAddress) -> None:
        """Speak to another address from now on, called ``name``. Both addresses are TCP, and on this machine."""
        self.name, self.address = name, address

    def connect_soon(self, path: str, first: Callable[[float], Awaitable[object]] | None = None) -> None:
        """Open the connection in the background by requesting ``path``; its result does not matter.

        ``first`` is awaited before, with the seconds that it may take.
        """
        if self._connecting is None:
            self._connecting = asyncio.get_running_loop().create_task(self._connect(path, first))

    async def _connect(self, path: str, first: Callable[[float], Awaitable[object]] | None) -> None:
        with suppress(BackendError):
            if first is not None:
                await first(2.0 * self._network.connect_seconds)
            await self.get_json(path, timeout=2.0 * self._network.connect_seconds)

    async def get_json(self, path: str, *, timeout: float) -> Any:
        """The JSON value at ``path``."""
        return await self._json("GET", path, None, timeout)

    async def post_json(self, path: str, body: Mapping[str, Any], *, timeout: float) -> Any:
        """The JSON value of the answer to ``body``."""
        return await self._json("POST", path, body, timeout)

    async def stream(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        timeout: float,
        framing: Framing = "events",
        headers: Mapping[str, str] | None = None,
        is_last: Callable[[Any], bool] = lambda _value: False,
    ) -> AsyncGenerator[Any, None]:
        """The JSON values of a streamed answer as they arrive; an answer in one JSON body is one value.

        Ends with the body. Closing the generator closes the connection at once, which tells the server to stop.
        ``timeout`` is the number of seconds for everything, connecting included. After ``[DONE]``, or a value for
        which ``is_last``, only a moment is spent on reaching the body's end; once it is reached, the connection can be
        used again.
        """
        deadline = self._clock() + timeout
        ending = False
        async with self._request("POST", path, body, deadline, headers or {}) as response:
            whole = framing == "events" and response.content_type == "application/json"
            if whole:
                yield self._parsed(await self._whole(response, deadline))
                return
            reader = EventReader(framing)
            while True:
                try:
                    chunk = await self._within(deadline, response.content.readany())
                except TimeoutError:
                    if ending:
                        return
                    raise
                for data in reader.feed(chunk) if chunk else reader.end():
                    value = None if data == "[DONE]" else self._parsed(data)
                    if not ending and (value is None or is_last(value)):
                        ending, deadline = True, min(deadline, self._clock() + _ENDING_SECONDS)
                    if value is not None:
                        yield value
                if not chunk:
                    return

    async def outgoing(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Outgoing:
        """What ``stream`` would send for the same arguments, without sending it."""
        shown = {"Content-Type": "application/json", **(headers or {})}
        if await self.key.get():
            shown["Authorization"] = "Bearer ***"
        where = f"{self.address}{path}" if self.address.socket is None else f"{self.address} {path}"
        return Outgoing("POST", where, shown, _encode(body).decode())

    async def aclose(self) -> None:
        """Close the connections. Idempotent."""
        self._closed = True
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _json(self, method: str, path: str, body: Mapping[str, Any] | None, timeout: float) -> Any:
        deadline = self._clock() + timeout
        async with self._request(method, path, body, deadline, {}) as response:
            return self._parsed(await self._whole(response, deadline))

    @asynccontextmanager
    async def _request(
        self, method: str, path: str, body: Mapping[str, Any] | None, deadline: float, headers: Mapping[str, str]
    ) -> AsyncGenerator[aiohttp.ClientResponse, None]:
        """An answer with status 200, its body unread; every foreign exception becomes a BackendError here."""
        try:
            session = await self._within(deadline, self._opened())
            key = await self._within(deadline, self.key.get())
            sent = dict(headers)
            if key:
                sent["Authorization"] = f"Bearer {key}"
            if body is not None:
                sent["Content-Type"] = "application/json"
            response = await self._within(
                deadline,
                send(
                    session,
                    method,
                    self.address.url + path,
                    data=None if body is None else _encode(body),
                    headers=sent,
                    proxy=None if self.address.socket else proxy_for(self.address.url, self._network),
                    allow_redirects=False,  # a redirect would carry text and key to an address nobody configured
                ),
            )
            try:
                if response.status != 200:
                    raise await self._refusal(response, deadline, key)
                if response.content_type == "text/html":
                    raise not_the_protocol(self.name, response.content_type)
                yield response
            finally:
                response.release() if response.content.is_eof() else response.close()
        except BackendError:
            raise
        except ConfigError as error:
            raise BackendRefused(str(error)) from error
        except aiohttp.ConnectionTimeoutError as error:
            to = unless_named(f" to {self.address}", self.name, str(self.address))
            seconds = self._network.connect_seconds
            raise BackendUnavailable(f"{self.name}: no connection{to} within {seconds:g} s.") from error
        except TimeoutError as error:
            raise BackendTimeout(f"{self.name} did not answer in time.") from error
        except aiohttp.ClientPayloadError as error:
            raise BackendConnectionLost(f"{self.name} broke off in the middle of its answer.") from error
        except aiohttp.ServerDisconnectedError as error:
            raise BackendConnectionLost(f"{self.name} closed the connection.") from error
        except aiohttp.ClientHttpProxyError as error:
            raise BackendUnavailable(f"The proxy refused (HTTP {error.status}). Check network.proxy.") from error
        except aiohttp.ClientResponseError as error:
            raise BackendProtocolError(f"{self.name} does not speak HTTP as expected.") from error
        except (aiohttp.ClientError, OSError) as error:
            raise from_os_error(self.name, str(self.address), error) from error

    async def _refusal(self, response: aiohttp.ClientResponse, deadline: float, key: str | None) -> BackendError:
        body = (await self._within(deadline, response.content.read(_ERROR_BYTES))).decode("utf-8", "replace")
        hint = self.key.source.hint
        error = from_status(self.name, response.status, body, response.headers, key_hint=hint, key=key)
        if isinstance(error, BackendNeedsKey):
            self.key.forget()
        return error

    async def _opened(self) -> aiohttp.ClientSession:
        async with self._opening:
            if self._closed:
                raise BackendUnavailable(f"{self.name} is no longer used: the backend is closed.")
            if self._session is None:
                context: ssl.SSLContext | bool = True
                if self.address.url.startswith("https:"):
                    context = await asyncio.to_thread(trust, self._network)
                keep = 60.0 * self._network.keep_warm_minutes
                connector: aiohttp.BaseConnector
                if self.address.socket is not None:
                    # No limit: the callers decide how many requests run at once.
                    connector = aiohttp.UnixConnector(self.address.socket, keepalive_timeout=keep, limit=0)
                else:
                    connector = aiohttp.TCPConnector(ssl=context, keepalive_timeout=keep, limit=0, ttl_dns_cache=300)
                timeouts = aiohttp.ClientTimeout(total=None, sock_connect=self._network.connect_seconds)
                # trust_env stays off: network.py chooses proxies, and ~/.netrc holds no key of ours.
                self._session = aiohttp.ClientSession(connector=connector, timeout=timeouts, trace_configs=[traced()])
        return self._session

    async def _within(self, deadline: float, awaitable: Any) -> Any:
        """Await within the time left until ``deadline`` (on this exchange's clock). Raises: TimeoutError."""
        async with asyncio.timeout(max(0.0, deadline - self._clock())):
            return await awaitable

    async def _whole(self, response: aiohttp.ClientResponse, deadline: float) -> str:
        """The whole body. Raises: BackendProtocolError if it is longer than any answer."""
        found = bytearray()
        while chunk := await self._within(deadline, response.content.readany()):
            found += chunk
            if len(found) > _LONGEST_BODY:
                raise BackendProtocolError(f"{self.name} sent more than {_LONGEST_BODY // 1_000_000} MB in one body.")
        return found.decode("utf-8", "replace")

    def _parsed(self, data: str) -> Any:
        try:
            return read_json(data)
        except ValueError as error:
            raise BackendProtocolError(f"{self.name} sent something that is not JSON.") from error


def _encode(body: Mapping[str, Any]) -> bytes:
    """Compact JSON in UTF-8; lone surrogates (a file's broken characters) become question marks."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
