"""Codestral through the mistralai SDK: codestral.mistral.ai and Mistral's general API, each with its own key.

The SDK is imported on first use, in a thread (0.3-1.1 s). There are no retries here: only the caller knows whether an answer is
still wanted, and a user who types has asked again before a retry could help.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

from codestral_ls.backends import fim_wire
from codestral_ls.backends.address import in_clear, parse_address
from codestral_ls.backends.base import BackendInfo, FimRequest, Health, Piece
from codestral_ls.backends.events import EventReader
from codestral_ls.backends.failures import from_os_error, from_status, health_from, not_the_protocol
from codestral_ls.backends.keys import ApiKey, KeySource
from codestral_ls.backends.mistral_quirks import FirstPiece, sent_suffix
from codestral_ls.backends.outgoing import Outgoing
from codestral_ls.backends.server_json import read_json
from codestral_ls.backends.stream_assembly import StreamPart, assemble
from codestral_ls.config.sections import CodestralOptions, MistralOptions, NetworkOptions
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

if TYPE_CHECKING:
    import httpx2
    from mistralai.client import Mistral

_log = logging.getLogger(__name__)
REGIONS = {"global": "https://api.mistral.ai", "eu": "https://api.eu.mistral.ai", "us": "https://api.us.mistral.ai"}
_HEALTH_SECONDS = 0.9  # the seam promises an answer within a second
_FIRST_SECONDS = 6.0  # soon after the start a late health check is not an outage: the SDK alone takes up to a second to import
_ENDING_SECONDS = 0.25  # seconds between [DONE] and the end of the body
_PING_SECONDS = 45.0  # seconds, shorter than the usual minute after which servers and firewalls drop an idle connection
_CONTEXT_TOKENS = 32_768  # the API takes 128k; a keystroke can pay for and wait for far less


class MistralApi:
    """The API at one address. ``section`` ("codestral" or "mistral") names its options in messages."""

    def __init__(
        self,
        section: str,
        options: CodestralOptions | MistralOptions,
        network: NetworkOptions,
        clock: Clock = monotonic,
    ) -> None:
        region = REGIONS[options.region] if isinstance(options, MistralOptions) else ""
        self._section = section
        self._options = options
        self._network = network
        self._clock = clock
        self._address = parse_address(options.server_url or region, f"{section}.server_url")
        self._name = "The Codestral API" if section == "codestral" else "Mistral's API"
        variable = "CODESTRAL_API_KEY" if section == "codestral" else "MISTRAL_API_KEY"
        self._key = ApiKey(
            KeySource(variable, options.key_command, section), in_clear=in_clear(self._address, network.allow_plain_http)
        )
        self._current_key: str | None = None
        self._client: httpx2.AsyncClient | None = None
        self._sdk: Mistral | None = None
        self._loading = asyncio.Lock()
        self._closed = False
        self._warm: asyncio.Task[None] | None = None
        self._began = clock()
        self._used = 0.0  # when the connection was used last, on the clock
        self._wanted = 0.0  # when an answer was last requested

    def info(self) -> BackendInfo:
        """Remote, unless the address is this machine's (a test, a tunnel)."""
        remote = not self._address.is_local
        return BackendInfo(self._section, self._options.model, remote, context_tokens=_CONTEXT_TOKENS)

    async def start(self) -> None:
        """Import the SDK and open the connection in the background."""
        self._keep_warm()

    def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the answer. A prewarm (``max_tokens`` 0) opens the connection and is free. Raises: BackendError."""
        return assemble(self._parts(request), request.stop, self._name)

    async def _parts(self, request: FimRequest) -> AsyncGenerator[StreamPart, None]:
        self._keep_warm()
        if request.max_tokens <= 0:
            yield StreamPart(finish_reason="length")
            return
        first = FirstPiece(request.prefix, request.suffix)
        deadline = self._clock() + min(request.timeout, self._options.timeout_seconds)
        async with self._translated():
            sdk = await self._within(deadline, self._loaded())
            async with aclosing(self._values(sdk, request, deadline)) as values:
                async for value in values:
                    part = fim_wire.read(value, self._name)
                    text = first.feed(part.text) + (first.end() if part.finish_reason else "")
                    yield StreamPart(text, part.finish_reason, part.usage, part.logprobs, part.mean_logprob)

    async def _values(self, sdk: Mistral, request: FimRequest, deadline: float) -> AsyncGenerator[Any, None]:
        """The JSON values of the answer: its events, or the one body in which some gateways send the whole answer."""
        from mistralai.client.errors import MistralError

        try:
            stream = await self._opened(sdk, request, deadline)
        except MistralError as error:
            if error.status_code != 200 or "json" not in error.headers.get("content-type", ""):
                raise
            yield read_json(error.body)
            return
        async with stream as events:
            self._used = self._clock()
            async with aclosing(self._events(events.response, deadline)) as values:
                async for value in values:
                    yield value

    async def _opened(self, sdk: Mistral, request: FimRequest, deadline: float) -> Any:
        """The SDK's open stream of events.

        When cancelled between the arrival of the response's head and its own return, the SDK leaves the response open and the
        connection in use.
        """
        from codestral_ls.backends.sdk_transport import noting_responses

        with noting_responses() as responses:
            try:
                opening = sdk.fim.stream_async(**self._arguments(request), timeout_ms=self._left_ms(deadline))
                return await self._within(deadline, opening)
            except BaseException:
                for response in responses:
                    await response.aclose()
                raise

    async def _events(self, response: httpx2.Response, deadline: float) -> AsyncGenerator[Any, None]:
        """The JSON values of the events in an open response's body, which is read to its end to keep the connection.

        The SDK's own reading makes a new pydantic model for every event: a whole answer of 16 pieces took 17 ms of processor
        time with it and takes 3 ms without (mistralai 3.7; 100 answers of the stand-in in ``benchmarks/backends.py``).
        """
        reader = EventReader()
        chunks = response.aiter_bytes()
        ended = False
        while True:
            try:
                chunk = await self._within(deadline, anext(chunks, b""))
            except Exception:
                if ended:
                    return  # the answer is complete; only the end of its body is not
                raise
            for data in reader.feed(chunk) if chunk else reader.end():
                if data == "[DONE]":
                    ended, deadline = True, min(deadline, self._clock() + _ENDING_SECONDS)
                else:
                    yield read_json(data)
            if not chunk:
                return

    def _arguments(self, request: FimRequest) -> dict[str, Any]:
        """The SDK's arguments: the fields of the FIM API."""
        arguments: dict[str, Any] = {
            "model": self._options.model,
            "prompt": _whole(request.prefix),
            "suffix": _whole(sent_suffix(request.suffix)),
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
        }
        if request.stop:
            arguments["stop"] = list(request.stop)
        if request.seed is not None:
            arguments["random_seed"] = request.seed
        if request.cache_key:
            arguments["prompt_cache_key"] = request.cache_key
        return arguments

    async def outgoing(self, request: FimRequest) -> Outgoing:
        """The request that ``stream`` would send: built by the SDK itself and caught before it leaves."""
        from codestral_ls.backends.sdk_transport import Captured, open_capturing_client

        self._current_key = await self._key.get() or "no-key"
        client = await asyncio.to_thread(open_capturing_client)
        async with client:
            sdk = await asyncio.to_thread(self._new_sdk, client)
            try:
                async with await sdk.fim.stream_async(**self._arguments(request)):
                    pass
            except Captured as captured:
                sent = captured.request
                headers = {name.title(): value for name, value in sent.headers.items()}
                headers["Authorization"] = "Bearer ***"
                return Outgoing(sent.method, str(sent.url).partition("#")[0], headers, sent.content.decode())
        raise BackendProtocolError("The SDK sent nothing.")

    async def health(self) -> Health:
        """Ready if it accepts the key."""
        try:
            await self._key.require()
            await self._get_models(_HEALTH_SECONDS)
        except BackendTimeout as error:
            if not self._used and self._clock() - self._began < _FIRST_SECONDS:
                # Most of the time went into importing the SDK and opening the first connection.
                return Health("loading", f"{self._name} is being connected to.")
            return health_from(error)
        except BackendError as error:
            return health_from(error)
        return Health("ready")

    async def models(self) -> tuple[str, ...]:
        """The names it lists. Raises: BackendError."""
        try:
            return tuple(str(entry["id"]) for entry in (await self._get_models(5.0))["data"])
        except (KeyError, TypeError) as error:
            raise BackendProtocolError(f"{self._name} has no list of models.") from error

    async def aclose(self) -> None:
        """Close the connections and end the background task. Idempotent."""
        self._closed = True
        if self._warm is not None:
            self._warm.cancel()
            await asyncio.wait([self._warm])
        client, self._client, self._sdk = self._client, None, None
        if client is not None:
            await client.aclose()

    async def _get_models(self, timeout: float) -> Any:
        """The answer of /v1/models, which also keeps the connection warm. Raises: BackendError."""
        deadline = self._clock() + timeout
        async with self._translated():
            await self._within(deadline, self._loaded())
            assert self._client is not None
            headers = {"Authorization": f"Bearer {self._current_key}"}
            response = await self._within(deadline, self._client.get(f"{self._address}/v1/models", headers=headers))
            self._used = self._clock()
            if response.status_code != 200:
                raise self._refusal(response.status_code, response.text, response.headers)
            return read_json(response.content)

    async def _loaded(self) -> Mistral:
        """The SDK with the present key. Raises: BackendNeedsKey, ConfigError."""
        self._current_key = await self._key.require()
        async with self._loading:
            if self._closed:
                raise BackendUnavailable(f"{self._name} is no longer used: the backend is closed.")
            if self._sdk is not None:
                return self._sdk
            client, sdk = await asyncio.to_thread(self._load)
            self._client, self._sdk = client, sdk
            return sdk

    def _load(self) -> tuple[httpx2.AsyncClient, Mistral]:
        from codestral_ls.backends.sdk_transport import open_client

        client = open_client(self._address.url, self._network)
        return client, self._new_sdk(client)

    def _new_sdk(self, client: httpx2.AsyncClient) -> Mistral:
        from mistralai.client import Mistral

        from codestral_ls.backends.sdk_transport import NoLogger, NoSyncClient

        sdk = Mistral(
            api_key=lambda: self._current_key,
            server_url=self._address.url,
            client=NoSyncClient(),
            async_client=client,
            debug_logger=NoLogger(),
        )
        _ = sdk.fim  # the SDK imports these when they are first touched; better here, in a thread
        return sdk

    def _keep_warm(self) -> None:
        self._wanted = self._clock()
        if (self._warm is None or self._warm.done()) and not self._closed:
            self._warm = asyncio.get_running_loop().create_task(self._stay_warm())

    async def _stay_warm(self) -> None:
        """Use the connection now and then, until no answer was wanted for ``keep_warm_minutes``."""
        while self._clock() - self._wanted < 60.0 * self._network.keep_warm_minutes:
            if self._clock() - self._used >= _PING_SECONDS or not self._used:
                try:
                    await self._get_models(2.0 * self._network.connect_seconds)
                except BackendError as error:
                    _log.debug("keeping warm: %s", error)  # the next request will tell the user
            await asyncio.sleep(_PING_SECONDS)

    @asynccontextmanager
    async def _translated(self) -> AsyncGenerator[None, None]:
        """Every foreign exception inside becomes a BackendError."""
        try:
            yield
        except BackendError:
            raise
        except TimeoutError as error:
            raise BackendTimeout(f"{self._name} did not answer in time.") from error
        except ConfigError as error:
            raise BackendRefused(str(error)) from error
        except OSError as error:
            raise from_os_error(self._name, str(self._address), error) from error
        except ValueError as error:  # bytes that are not UTF-8 or not JSON
            raise not_the_protocol(self._name, "") from error
        except Exception as error:
            raise self._foreign(error) from error

    def _foreign(self, error: Exception) -> BackendError:
        """The error that an exception of the SDK or its HTTP library means; both are imported only when one of them raised."""
        import httpx2
        from mistralai.client.errors import MistralError, NoResponseError

        if isinstance(error, MistralError) and error.status_code != 200:
            return self._refusal(error.status_code, error.body, error.headers)
        if isinstance(error, MistralError):
            return not_the_protocol(self._name, error.headers.get("content-type", ""))
        if isinstance(error, httpx2.ConnectTimeout):
            return BackendUnavailable(f"{self._name}: no connection to {self._address} in time.")
        if isinstance(error, httpx2.TimeoutException):
            return BackendTimeout(f"{self._name} did not answer in time.")
        if isinstance(error, httpx2.ProxyError):
            return BackendUnavailable(f"The proxy refused: {error}. Check network.proxy.")
        if isinstance(error, httpx2.RemoteProtocolError | httpx2.ReadError):
            return BackendConnectionLost(f"{self._name} closed the connection.")
        if isinstance(error, httpx2.TransportError | NoResponseError):
            return from_os_error(self._name, str(self._address), error)
        raise error  # a fault of ours: it must not look like the network's

    def _refusal(self, status: int, body: str, headers: Any) -> BackendError:
        hint = self._key.source.hint
        error = from_status(self._name, status, body, headers, key_hint=hint, key=self._current_key)
        if isinstance(error, BackendNeedsKey):
            self._key.forget()
        return error

    def _left_ms(self, deadline: float) -> int:
        return max(1, int(1000 * (deadline - self._clock())))

    async def _within(self, deadline: float, awaitable: Awaitable[Any]) -> Any:
        """Wait at most until ``deadline``. Raises: TimeoutError."""
        async with asyncio.timeout(max(0.0, deadline - self._clock())):
            return await awaitable


def _whole(text: str) -> str:
    """The text without lone surrogates (a file's broken characters), which the SDK cannot encode."""
    return text.encode("utf-8", "replace").decode()
