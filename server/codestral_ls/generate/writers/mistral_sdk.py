"""Mistral's SDK for batches: one client of the general API with the key of the ``mistral`` section.

Imported on first use, off the event loop. Together with ``mistral_jobs.py``, ``mistral_chat.py`` and ``backends/mistral.py`` the
only user of the SDK.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from codestral_ls.backends.address import in_clear, parse_address
from codestral_ls.backends.failures import from_status, not_the_protocol
from codestral_ls.backends.keys import ApiKey, KeySource
from codestral_ls.backends.mistral import REGIONS
from codestral_ls.config.sections import Options
from codestral_ls.errors import (
    BackendError,
    BackendTimeout,
    BackendUnavailable,
)

if TYPE_CHECKING:
    import httpx2
    from mistralai.client import Mistral

_NAME = "Mistral's API"


class MistralSdk:
    """The SDK, loaded with ``load``; every call goes through ``translated``."""

    def __init__(self, options: Options) -> None:
        self._options = options
        section = options.mistral
        address = parse_address(section.server_url or REGIONS[section.region], "mistral.server_url")
        self._url = address.url
        self._key = ApiKey(
            KeySource("MISTRAL_API_KEY", section.key_command, "mistral"),
            in_clear=in_clear(address, options.network.allow_plain_http),
        )
        self._used_key = ""
        self._client: httpx2.AsyncClient | None = None
        self._sdk: Mistral | None = None

    async def load(self) -> Mistral:
        """The SDK with its key. Raises: BackendNeedsKey, ConfigError."""
        if self._sdk is not None:
            return self._sdk
        key = self._used_key = await self._key.require()
        self._client, sdk = await asyncio.to_thread(self._make, key)
        self._sdk = sdk
        return sdk

    def _make(self, key: str) -> tuple[httpx2.AsyncClient, Mistral]:
        from mistralai.client import Mistral

        from codestral_ls.backends.sdk_transport import open_client

        client = open_client(self._url, self._options.network)
        return client, Mistral(api_key=key, server_url=self._url, async_client=client)

    @asynccontextmanager
    async def translated(self, seconds: float) -> AsyncIterator[None]:
        """A call of at most ``seconds``; every foreign exception becomes a BackendError."""
        try:
            async with asyncio.timeout(seconds):
                yield
        except BackendError:
            raise
        except TimeoutError as error:
            raise BackendTimeout(f"{_NAME} did not answer in time.") from error
        except OSError as error:
            raise BackendUnavailable(f"{_NAME} cannot be reached: {error}") from error
        except Exception as error:
            raise self._translation(error) from error

    def scrubbed(self, text: str) -> str:
        """A server's own words without the key, in case it repeated it."""
        return text.replace(self._used_key, "***") if self._used_key else text

    async def aclose(self) -> None:
        """Close the connections. Idempotent."""
        client, self._client, self._sdk = self._client, None, None
        if client is not None:
            await client.aclose()

    def _translation(self, error: Exception) -> BackendError:
        """The error that an exception of the SDK or its HTTP library means. Raises our own faults as they are."""
        import httpx2
        from mistralai.client.errors import MistralError, NoResponseError

        if isinstance(error, MistralError):
            hint = self._key.source.hint
            if error.status_code == 200:
                return not_the_protocol(_NAME, error.headers.get("content-type", ""))
            return from_status(_NAME, error.status_code, error.body, error.headers, key_hint=hint, key=self._used_key)
        if isinstance(error, httpx2.TimeoutException):
            return BackendTimeout(f"{_NAME} did not answer in time.")
        if isinstance(error, httpx2.TransportError | NoResponseError):
            return BackendUnavailable(self.scrubbed(f"{_NAME} cannot be reached: {error}"))
        if isinstance(error, ValueError):
            return not_the_protocol(_NAME, "")
        raise error
