"""Ollama through /api/generate with a suffix, which its template turns into the model's own order.

``raw`` is not used: Ollama's model files know whether and how a model can insert.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from codestral_ls.backends.address import in_clear, parse_address
from codestral_ls.backends.base import BackendInfo, FimRequest, Health, Piece, Usage
from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.failures import health_from
from codestral_ls.backends.keys import ApiKey, KeySource
from codestral_ls.backends.outgoing import Outgoing
from codestral_ls.backends.running_servers import FoundServer, ServerQuestions
from codestral_ls.backends.stream_assembly import StreamPart, assemble
from codestral_ls.config.sections import NetworkOptions, OllamaOptions
from codestral_ls.errors import BackendError, BackendProtocolError
from codestral_ls.fim.naming import family_of_name

_PATH = "/api/generate"
SECONDS = 5.0
"""Seconds for the question what the model is."""


class Ollama:
    """Speaks to the Ollama at ``options.address``."""

    def __init__(self, options: OllamaOptions, network: NetworkOptions) -> None:
        self._options = options
        address = parse_address(options.address, "ollama.address")
        # Ollama has no keys of its own; a gateway in front of it may want one.
        key = ApiKey(KeySource("CODESTRAL_OLLAMA_KEY", "", "ollama"), in_clear=in_clear(address, network.allow_plain_http))
        self._exchange = Exchange(f"Ollama at {address}", address, network, key)
        self._prefill_rate: float | None = None
        self._model: FoundServer | None = None
        self._describing: asyncio.Task[None] | None = None

    def info(self) -> BackendInfo:
        """Its facts, with the prefill rate of Ollama's last timings."""
        options = self._options
        remote = not self._exchange.address.is_local
        read = self._model.style if self._model is not None else family_of_name(options.model)
        context = options.context_tokens
        if self._model is not None and self._model.context:
            context = min(context, self._model.context)  # it was trained with no more
        style = (read or "") if options.style == "auto" else options.style
        return BackendInfo("ollama", options.model, remote, style, context, prefill_rate=self._prefill_rate)

    async def start(self) -> None:
        """Open the connection and read what the model is, in the background."""
        self._describe_soon()

    @property
    def described(self) -> bool:
        """Whether Ollama has said what the model is."""
        return self._model is not None

    def _describe_soon(self) -> None:
        """No request waits for this: Ollama's template writes the prompt, the style only limits other files' text."""
        if self._model is None and (self._describing is None or self._describing.done()):
            self._describing = asyncio.get_running_loop().create_task(self._describe())

    async def _describe(self) -> None:
        questions = ServerQuestions(self._exchange, str(self._exchange.address), SECONDS)
        self._model = await questions.ollama_model(self._options.model)

    def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the answer. Raises: BackendError."""
        return assemble(self._parts(request), request.stop, self._exchange.name)

    async def _parts(self, request: FimRequest) -> AsyncGenerator[StreamPart, None]:
        timeout = min(request.timeout, self._options.timeout_seconds)
        prewarm = request.max_tokens <= 0
        self._describe_soon()
        values = self._exchange.stream(_PATH, self._body(request), timeout=timeout, framing="lines", is_last=_is_last)
        async with aclosing(values):
            async for value in values:
                part = self._read(value)
                # 0 tokens would mean no limit to Ollama, so a prewarm asks for one and drops it.
                yield StreamPart("", part.finish_reason, part.usage) if prewarm else part

    def _body(self, request: FimRequest) -> dict[str, Any]:
        options: dict[str, Any] = {
            "num_predict": max(1, request.max_tokens),
            "temperature": request.temperature,
            "stop": list(request.stop),
            "num_ctx": self._options.context_tokens,
        }
        if request.seed is not None:
            options["seed"] = request.seed
        return {
            "model": self._options.model,
            # Without a prompt Ollama only loads the model; without a suffix it treats the prompt as a chat message.
            "prompt": request.prefix or "\n",
            "suffix": request.suffix or "\n",
            "stream": True,
            "keep_alive": self._options.keep_alive,
            "options": options,
        }

    def _read(self, value: Any) -> StreamPart:
        """One line, by Ollama's API reference. Raises: BackendProtocolError."""
        try:
            if "error" in value:
                raise BackendProtocolError(f"{self._exchange.name} failed: {str(value['error'])[:200]}")
            if not value["done"]:
                return StreamPart(value["response"])
            prompt = int(value.get("prompt_eval_count", 0))
            milliseconds = value.get("prompt_eval_duration", 0) / 1e6
            if prompt >= 64 and milliseconds > 0:
                self._prefill_rate = 1000.0 * prompt / milliseconds
            usage = Usage(
                prompt_tokens=prompt,
                evaluated_tokens=prompt,
                completion_tokens=int(value.get("eval_count", 0)),
                prefill_ms=milliseconds,
                decode_ms=value.get("eval_duration", 0) / 1e6,
            )
            return StreamPart(value.get("response", ""), "length" if value.get("done_reason") == "length" else "stop", usage)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BackendProtocolError(f"{self._exchange.name} sent a line that is not Ollama's.") from error

    async def outgoing(self, request: FimRequest) -> Outgoing:
        """The request that ``stream`` would send."""
        return await self._exchange.outgoing(_PATH, self._body(request))

    async def health(self) -> Health:
        """Ready if the model is there."""
        try:
            names = await self.models(0.9)
        except BackendError as error:
            return health_from(error)
        wanted = self._options.model
        if not any(name in (wanted, f"{wanted}:latest") for name in names):
            return Health("error", f'{self._exchange.name} has no model "{wanted}". Run `ollama pull {wanted}`.')
        return Health("ready")

    async def models(self, timeout: float = 5.0) -> tuple[str, ...]:
        """The names of the models that were pulled. Raises: BackendError."""
        value = await self._exchange.get_json("/api/tags", timeout=timeout)
        try:
            return tuple(str(entry["name"]) for entry in value["models"])
        except (KeyError, TypeError) as error:
            raise BackendProtocolError(f"{self._exchange.name} has no list of models at /api/tags.") from error

    async def abilities(self) -> tuple[str, ...]:
        """The model's abilities as Ollama reports them ("completion", "insert", …). Raises: BackendError."""
        value = await self._exchange.post_json("/api/show", {"model": self._options.model}, timeout=5.0)
        told = value.get("capabilities") if isinstance(value, dict) else None
        return tuple(str(ability) for ability in told or ())

    async def aclose(self) -> None:
        """Close the connections."""
        if self._describing is not None:
            self._describing.cancel()
            await asyncio.wait([self._describing])
        await self._exchange.aclose()


def _is_last(value: Any) -> bool:
    return isinstance(value, dict) and value.get("done") is True
