"""The local backend: finds or starts the model host and speaks Mistral's FIM API with it over its Unix socket.

It never waits for a model: while the host starts, a request fails at once with BackendUnavailable.
A host that crashed is started again after a growing pause; one that refused its model is not, until the file changes.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import aiohttp

from codestral_ls.backends import fim_wire, host_wire
from codestral_ls.backends.base import BackendInfo, FimRequest, Health, Occupancy, Piece
from codestral_ls.backends.host_process import HostProcess
from codestral_ls.backends.kept_alive import send, traced
from codestral_ls.backends.own_socket import OwnSocketConnector, StrangersSocketError
from codestral_ls.backends.patience import Patience
from codestral_ls.backends.server_json import read_body
from codestral_ls.config.host_address import host_address
from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import (
    BackendBusy,
    BackendLoading,
    BackendProtocolError,
    BackendRefused,
    BackendTimeout,
    BackendUnavailable,
)
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger("codestral_ls.backends.host")

LOADING = "The model is loading."
RETURNS = "The model host had ended after a long idle time; it is being started."
GONE = "The model host is not running; it is being started again."
SILENT = "The model host does not answer. Its log is {log}."
HEALTH_SECONDS = 0.9
COMPLETE = "http://host/v1/fim/completions"


class HostClient:
    """A ``Backend`` that uses the model host. Call ``start`` in the event loop that will use it."""

    def __init__(self, options: LocalOptions, *, process: HostProcess | None = None, clock: Clock = monotonic) -> None:
        self._options = options
        self._address = host_address(options)
        self._process = process or HostProcess(options, self._address, clock=clock)
        self._client = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._session: aiohttp.ClientSession | None = None
        self._bringing: asyncio.Task[None] | None = None
        self._health = Health("offline", "The model host has not been started yet.")
        self._info = BackendInfo("local", options.model, remote=False, continues=True)
        self._clock = clock
        self._loading_since: float | None = None
        self._unloaded = False
        self._occupancy: Occupancy | None = None
        self._trouble: Exception | None = None
        self._hangs = False
        self._closed = False

    def info(self) -> BackendInfo:
        """The host's last report on its model."""
        return self._info

    async def start(self) -> None:
        """Find the host or begin to start it; returns at once. Idempotent."""
        if not self._closed and not self._is_bringing:
            self._bringing = asyncio.create_task(self._bring_up())

    @property
    def _is_bringing(self) -> bool:
        return self._bringing is not None and not self._bringing.done()

    async def health(self) -> Health:
        """Ask the host, for at most a second; if it cannot be asked, return what is known."""
        known = await self._look()
        if known is None:
            await self.start()
            return self._health
        if known.state == "loading":
            await self.start()
        return known

    async def occupancy(self) -> Occupancy | None:
        """The host's present figures; None if none answers."""
        return self._occupancy if await self._look() is not None else None

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the answer. Raises: BackendError."""
        if self._closed:
            raise BackendUnavailable("The model host's client is closed.")
        patience = Patience(request.timeout)
        try:
            asked = send(self._open(), "POST", COMPLETE, json=host_wire.body(request), headers=self._headers(request))
            response = await patience.wait(asked)
            self._process.heard()  # a machine too busy to report its health in time may still answer
            try:
                if response.status != 200:
                    await patience.wait(self._refuse(response))
                async with aclosing(host_wire.pieces(response, patience)) as pieces:
                    async for piece in pieces:
                        yield piece
            finally:
                response.release() if response.content.is_eof() else response.close()
        except TimeoutError:
            raise BackendTimeout(f"The model host did not answer within {request.timeout:g} s.") from None
        except aiohttp.ClientError as error:
            await self._lost(error)

    async def aclose(self) -> None:
        """Close the connection; the host stays for other windows and ends when idle. Idempotent."""
        self._closed = True
        task, self._bringing = self._bringing, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        self._process.forget()

    # ---- finding and starting ----

    async def _bring_up(self) -> None:
        """Look for a host, start one, and wait until it reports that it is ready or that it refuses."""
        while not self._closed:
            known = await self._look()
            if self._unloaded:
                await self._wake()
            if known is not None and known.state != "loading" and self._loading_since is None:
                if known.state == "ready":
                    self._process.worked()
                return
            if known is None and isinstance(self._trouble, StrangersSocketError):
                self._health = Health("error", str(self._trouble))  # no host is started next to another user's
                return
            if known is None:
                health = await self._process.ensure(self._health)
                # If a second host is started while the first one hangs, it ends at once: that does not count as loading.
                self._hangs = self._hangs and isinstance(self._trouble, TimeoutError)
                if not (self._hangs and health.state == "loading"):
                    self._health = health
                if self._health.state == "error" and self._process.refused:
                    return
            await asyncio.sleep(0.05 if self._process.young else 0.5)

    async def _wake(self) -> None:
        """Make a host whose model was unloaded load it again: any request does that, and is answered at once."""
        body = host_wire.body(FimRequest("", "", 0))
        with suppress(aiohttp.ClientError, TimeoutError):  # the next look shows its state
            async with asyncio.timeout(HEALTH_SECONDS), self._open().post(COMPLETE, json=body):
                pass

    async def _look(self) -> Health | None:
        """The host's own report; None when no host answers, and then its last known state says so."""
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                async with self._open().get("http://host/health") as response:
                    body = await read_body(response)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self._not_heard(error)
            return None
        if not isinstance(body, dict):
            self._not_heard(ValueError("no JSON object"))
            return None
        self._process.heard()
        self._health = self._read_health(body)
        return self._health

    def _read_health(self, body: dict[str, object]) -> Health:
        status, message = body.get("status"), str(body.get("message", ""))
        self._unloaded = status == "unloaded"
        memory, idle = body.get("memory_bytes"), body.get("idle_seconds")
        self._occupancy = None
        if isinstance(memory, int) and isinstance(idle, int | float):
            self._occupancy = Occupancy(memory, idle, status == "ready")
        if status != "loading" and not (self._unloaded and self._is_bringing):
            self._loading_since = None
        if status == "ready":
            rate = body.get("prefill_rate")
            context = body.get("context_tokens")
            self._info = BackendInfo(
                "local",
                str(body.get("model", self._options.model)),
                remote=False,
                prompt_style=str(body.get("family", "codestral")),
                context_tokens=context if isinstance(context, int) else 8192,
                prefill_rate=float(rate) if isinstance(rate, int | float) and rate > 0 else None,
                continues=True,
            )
            return Health("ready", message)
        if status == "refused":
            self._process.refuse(message)
            return Health("error", message)
        if self._unloaded and not self._is_bringing:
            return Health("ready")
        limit = self._options.start_timeout_seconds
        if self._loading_since is None:
            self._loading_since = self._clock()
        elif self._clock() - self._loading_since > limit:
            return Health("error", f"The model has been loading for more than {limit:g} s; see {self._address.log}.")
        progress = body.get("progress")
        return Health("loading", LOADING, float(progress) if isinstance(progress, int | float) else None)

    def _not_heard(self, trouble: Exception) -> None:
        self._trouble = trouble
        if self._health.state == "ready":
            self._health = self._without_host(trouble)

    def _without_host(self, trouble: Exception) -> Health:
        """What to report about a host that was ready and cannot be asked any more."""
        self._hangs = isinstance(trouble, TimeoutError)
        if self._hangs or isinstance(trouble, ValueError):
            return Health("offline", SILENT.format(log=self._address.log))
        if isinstance(getattr(trouble, "os_error", None), FileNotFoundError):  # a host that ends removes its socket
            return Health("loading", RETURNS, 0.0)
        return Health("offline", GONE)

    async def _lost(self, error: aiohttp.ClientError) -> None:
        """The connection failed: the host is gone or ending. Raises: BackendUnavailable, BackendRefused."""
        if isinstance(error, StrangersSocketError):
            self._health = Health("error", str(error))
            raise BackendRefused(str(error)) from None
        if self._process.refused:
            raise BackendRefused(self._health.message) from None
        if self._health.state == "ready":
            log.warning("lost the model host: %s", error)
            self._health = self._without_host(error)
        await self.start()
        if self._health.state == "loading":
            raise BackendLoading(self._health.message) from None
        raise BackendUnavailable(self._health.message or "The model host is being started.") from None

    async def _refuse(self, response: aiohttp.ClientResponse) -> None:
        """Raises: the error that the host's status means."""
        try:
            body = await read_body(response)
        except ValueError:
            body = None
        body = body if isinstance(body, dict) else {}
        message = str(body.get("message") or f"The model host answered with status {response.status}.")
        if response.status == 429:
            after = response.headers.get("Retry-After", "")
            raise BackendBusy(message, float(after) if after.isdigit() else None)
        if body.get("type") == "model_refused":
            self._process.refuse(message)
            self._health = Health("error", message)
            raise BackendRefused(message)
        if response.status == 503:
            await self.start()
            raise BackendLoading(message) if body.get("type") == "loading" else BackendUnavailable(message)
        if response.status in (401, 413, 422):
            raise BackendRefused(f"The model host refused the request: {body.get('detail') or message}")
        raise BackendProtocolError(message)

    # ---- the wire ----

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = OwnSocketConnector(path=str(self._address.socket), limit=0)
            timeout = aiohttp.ClientTimeout(total=None)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trace_configs=[traced()])
        return self._session

    def _headers(self, request: FimRequest) -> dict[str, str]:
        return {**fim_wire.headers(request), "X-Codestral-Client": self._client}
