"""Servers with OpenAI's /v1/completions: vLLM, llama-server, LM Studio, TGI, self-hosted gateways.

The FIM prompt is rendered here, as token ids if the server has /tokenize. Chat completions are not used: they cannot continue a
file.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from codestral_ls.backends.address import in_clear, parse_address
from codestral_ls.backends.base import BackendInfo, FimRequest, FinishReason, Health, Piece
from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.fim_prompt import render, without_controls
from codestral_ls.backends.fim_wire import usage_from
from codestral_ls.backends.keys import ApiKey, KeySource
from codestral_ls.backends.openai_models import health, model_names
from codestral_ls.backends.outgoing import Outgoing
from codestral_ls.backends.running_servers import FoundServer, ServerQuestions
from codestral_ls.backends.served_model import ServedModel
from codestral_ls.backends.server_tokens import ServerTokens
from codestral_ls.backends.stream_assembly import StreamPart, assemble
from codestral_ls.config.sections import NetworkOptions, OpenAiOptions
from codestral_ls.errors import BackendProtocolError, BackendRefused, BackendUnavailable
from codestral_ls.fim.family import FamilyFacts
from codestral_ls.timing import Clock, monotonic

_PATH = "/v1/completions"
_STOPS = 4  # OpenAI's limit; further stop strings are applied here


class OpenAiCompatible:
    """Speaks to the server at ``options.address``."""

    def __init__(self, options: OpenAiOptions, network: NetworkOptions, clock: Clock = monotonic) -> None:
        self._options = options
        self._clock = clock
        address = parse_address(options.address, "openai.address")
        key = ApiKey(
            KeySource("CODESTRAL_OPENAI_KEY", options.key_command, "openai"), in_clear=in_clear(address, network.allow_plain_http)
        )
        self._exchange = Exchange(f"The server at {address}", address, network, key)
        self._model = options.model
        self._served = ServedModel(
            self._exchange, options.style, options.context_tokens, self._its_model, setting="openai.style", clock=clock
        )
        self._tokens: ServerTokens | None = None
        self._prompt = options.prompt
        self._tells_usage = True
        self._needs_no_retry = False  # whether a refused request was already tried without stream_options

    def info(self) -> BackendInfo:
        """Remote unless the address is this machine's."""
        remote = not self._exchange.address.is_local
        return BackendInfo("openai", self._model, remote, self._served.style, self._served.context_tokens)

    async def start(self) -> None:
        """Open the connection in the background."""
        self._exchange.connect_soon("/v1/models")

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the answer. Raises: BackendError."""
        request = replace(request, timeout=request.timeout - await self._learn(request.timeout))
        stops = (*request.stop, *self._row.stops)
        try:
            async with aclosing(assemble(self._parts(request), stops, self._exchange.name)) as pieces:
                async for piece in pieces:
                    yield piece
        except BackendUnavailable:
            self._served.forget()
            raise

    @property
    def _row(self) -> FamilyFacts:
        return self._served.row

    async def _learn(self, timeout: float) -> float:
        """Ask the server for its model, if that has not been done yet. Returns the seconds that it took."""
        if self._prompt == "suffix":
            return 0.0  # the server writes the prompt itself
        return await self._served.read(timeout)

    async def _its_model(self, questions: ServerQuestions) -> FoundServer | None:
        return await questions.served(self._options.model)

    async def _parts(self, request: FimRequest) -> AsyncGenerator[StreamPart, None]:
        timeout = min(request.timeout, self._options.timeout_seconds)
        deadline = self._clock() + timeout
        body = await self._body(request, timeout)
        prewarm = request.max_tokens <= 0
        async with aclosing(self._values(body, deadline)) as values:
            async for value in values:
                part = _read(value, self._exchange.name)
                # Servers want at least one token; a prewarm drops it.
                yield StreamPart("", part.finish_reason, part.usage) if prewarm else part

    async def _values(self, body: dict[str, Any], deadline: float) -> AsyncGenerator[Any, None]:
        """The answer's JSON values; requested once more without ``stream_options`` if the server may not know it."""
        try:
            async with aclosing(self._streamed(body, deadline)) as values:
                async for value in values:
                    yield value
        except BackendRefused as error:
            if error.refusal != "request" or "stream_options" not in body or self._needs_no_retry:
                raise
            body = {name: value for name, value in body.items() if name != "stream_options"}
            try:
                async with aclosing(self._streamed(body, deadline)) as values:
                    async for value in values:
                        self._tells_usage = False
                        yield value
            except BackendRefused:
                self._needs_no_retry = True  # the server did not refuse because of this field
                raise

    def _streamed(self, body: dict[str, Any], deadline: float) -> AsyncGenerator[Any, None]:
        return self._exchange.stream(_PATH, body, timeout=deadline - self._clock(), is_last=_is_last)

    async def _body(self, request: FimRequest, timeout: float) -> dict[str, Any]:
        if not self._model:
            self._model = next(iter(await model_names(self._exchange, timeout)), "")
        body: dict[str, Any] = {
            "model": self._model,
            **await self._prompted(request, timeout),
            "max_tokens": max(1, request.max_tokens),
            "temperature": request.temperature,
            "stream": True,
        }
        if self._tells_usage:
            body["stream_options"] = {"include_usage": True}
        stops = (*request.stop, *self._row.stops)[:_STOPS]
        if stops:
            body["stop"] = list(stops)
        if request.seed is not None:
            body["seed"] = request.seed
        if self._options.logprobs:
            body["logprobs"] = 1
        return body

    async def _prompted(self, request: FimRequest, timeout: float) -> dict[str, Any]:
        if self._prompt == "suffix":
            return {"prompt": request.prefix, "suffix": request.suffix}
        if self._prompt != "text":
            if self._tokens is None or self._tokens.row is not self._row:
                self._tokens = ServerTokens(self._exchange, self._row, self._model)
            try:
                prefix, suffix = without_controls(self._row, request.prefix, request.suffix, request.files)
                return {"prompt": await self._tokens.prompt(prefix, suffix, timeout, request.files)}
            except (BackendRefused, BackendProtocolError):
                if self._prompt == "token_ids":
                    raise
                self._prompt = "text"  # "auto", and the server does not tokenize
        return {"prompt": render(self._row, request.prefix, request.suffix, request.files)}

    async def outgoing(self, request: FimRequest) -> Outgoing:
        """The request that ``stream`` would send; asks the server for its model and the token ids."""
        await self._learn(request.timeout)
        return await self._exchange.outgoing(_PATH, await self._body(request, request.timeout))

    async def health(self) -> Health:
        """Ready if it lists the model."""
        return await health(self._exchange, self._options.model)

    async def models(self) -> tuple[str, ...]:
        """The names it lists. Raises: BackendError."""
        return await model_names(self._exchange)

    async def abilities(self) -> tuple[str, ...]:
        """How it takes prompts: as token ids in the model's trained order, or as text. Raises: BackendError."""
        await self._learn(20.0)
        await self._prompted(FimRequest("a", "b"), 5.0)
        said = {"suffix": "fills OpenAI's suffix field in", "text": "takes prompts as text, it cannot tokenize"}
        return (said.get(self._prompt, "takes prompts as token ids"),)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._exchange.aclose()


def _is_last(value: Any) -> bool:
    # The chunk with the usage, if the server sends one, comes after the one with the finish reason.
    return isinstance(value, dict) and bool(value.get("usage"))


def _read(value: Any, name: str) -> StreamPart:
    """One chunk, by OpenAI's reference of legacy completions. Raises: BackendProtocolError."""
    try:
        if value.get("error"):
            error = value["error"]
            said = error.get("message") if isinstance(error, dict) else error
            raise BackendProtocolError(f"{name} failed in the middle of its answer: {str(said)[:200]}")
        usage = usage_from(value["usage"]) if value.get("usage") else None
        if not value["choices"]:
            return StreamPart(usage=usage)
        choice = value["choices"][0]
        reason = choice.get("finish_reason")
        finish: FinishReason | None = None if not reason else "length" if reason == "length" else "stop"
        text = choice["text"] or ""
        if not isinstance(text, str):
            raise TypeError("text")
        return StreamPart(text, finish, usage, _logprobs(choice.get("logprobs") or {}))
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise BackendProtocolError(f"{name} sent a chunk that is not of /v1/completions.") from error


def _logprobs(value: dict[str, Any]) -> tuple[float, ...]:
    """OpenAI's ``token_logprobs``, or llama-server's list of ``content``."""
    told = value.get("token_logprobs") or [token.get("logprob") for token in value.get("content") or ()]
    return tuple(float(logprob) for logprob in told if logprob is not None)
