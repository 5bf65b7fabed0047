"""llama.cpp's llama-server through its own /completion: token ids in, ``cache_prompt``, its timings out.

Its /infill is not used: it always appends a middle token, which breaks Codestral's trained order.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from codestral_ls.backends.address import ServerAddress, in_clear, parse_address
from codestral_ls.backends.base import BackendInfo, FimRequest, Health, Piece, Usage
from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.failures import health_from
from codestral_ls.backends.keys import ApiKey, KeySource
from codestral_ls.backends.openai_models import HEALTH_SECONDS, health, model_names
from codestral_ls.backends.outgoing import Outgoing
from codestral_ls.backends.running_servers import FoundServer, ServerQuestions
from codestral_ls.backends.served_model import ServedModel
from codestral_ls.backends.server_tokens import ServerTokens
from codestral_ls.backends.stream_assembly import StreamPart, assemble
from codestral_ls.backends.usual_ports import USUAL, UsualPorts, is_automatic, server_name
from codestral_ls.config.sections import LlamaServerOptions, NetworkOptions
from codestral_ls.errors import BackendError, BackendProtocolError, BackendRefused, BackendUnavailable
from codestral_ls.timing import Clock, monotonic

_PATH = "/completion"


class LlamaServer:
    """Speaks to a llama-server at ``options.address``, or at the first of ``usual`` that has one if that is "auto"."""

    def __init__(
        self,
        options: LlamaServerOptions,
        network: NetworkOptions,
        clock: Clock = monotonic,
        usual: Sequence[ServerAddress] = USUAL,
    ) -> None:
        self._options = options
        self._clock = clock
        addresses = usual if is_automatic(options.address) else (parse_address(options.address, "llama_server.address"),)
        address = addresses[0]
        key = ApiKey(
            KeySource("CODESTRAL_LLAMA_SERVER_KEY", options.key_command, "llama_server"),
            in_clear=in_clear(address, network.allow_plain_http),
        )
        self._exchange = Exchange(server_name(address), address, network, key)
        self._ports = UsualPorts(self._exchange, network, addresses, clock)
        self._served = ServedModel(
            self._exchange, options.style, options.context_tokens, _its_model, setting="llama_server.style", clock=clock
        )
        self._tokens = ServerTokens(self._exchange, self._served.row)
        self._prefill_rate: float | None = None

    def info(self) -> BackendInfo:
        """Its facts, with the prefill rate of the server's last timings."""
        return BackendInfo(
            "llama_server",
            "",
            not self._exchange.address.is_local,
            self._served.style,
            self._served.context_tokens,
            prefill_rate=self._prefill_rate,
            continues=True,
        )

    async def start(self) -> None:
        """Open the connection in the background."""
        self._exchange.connect_soon("/v1/models", first=self._ports.find)

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the answer. Raises: BackendError."""
        took = await self._ports.find(request.timeout)
        if not request.raw:
            took += await self._learn(request.timeout - took)
        request = replace(request, timeout=request.timeout - took)
        try:
            async with aclosing(assemble(self._parts(request), self._stops(request), self._exchange.name)) as pieces:
                async for piece in pieces:
                    yield piece
        except (BackendUnavailable, BackendRefused):
            self._served.forget()
            self._ports.forget()
            raise

    def _stops(self, request: FimRequest) -> tuple[str, ...]:
        # The words of the FIM style may be part of an answer to a prompt in another format.
        return request.stop if request.raw else (*request.stop, *self._served.row.stops)

    async def _learn(self, timeout: float) -> float:
        """Ask the server for its model, if that has not been done yet. Returns the seconds that it took."""
        took = await self._served.read(timeout)
        if self._tokens.row is not self._served.row:
            self._tokens = ServerTokens(self._exchange, self._served.row)
        return took

    async def _parts(self, request: FimRequest) -> AsyncGenerator[StreamPart, None]:
        timeout = min(request.timeout, self._options.timeout_seconds)
        deadline = self._clock() + timeout
        body = await self._body(request, timeout)
        values = self._exchange.stream(_PATH, body, timeout=deadline - self._clock(), is_last=_is_last)
        async with aclosing(values):
            async for value in values:
                part = _read(value, self._exchange.name)
                self._learn_rate(part.usage)
                yield part

    async def _body(self, request: FimRequest, timeout: float) -> dict[str, Any]:
        prompt: str | list[int] = request.prefix  # the server reads control words in a text, and adds the token that begins it
        if not request.raw:
            prompt = await self._tokens.prompt(request.prefix, request.suffix, timeout, request.files)
        body: dict[str, Any] = {
            "prompt": prompt,
            "n_predict": request.max_tokens,
            "temperature": request.temperature,
            "stop": list(self._stops(request)),
            "stream": True,
            "cache_prompt": True,
        }
        if self._options.logprobs:
            body["n_probs"] = 1
        if request.seed is not None:
            body["seed"] = request.seed
        return body

    def _learn_rate(self, usage: Usage | None) -> None:
        # A few tokens measure the overhead of a batch, not the rate.
        if usage is not None and usage.prefill_ms and usage.evaluated_tokens >= 64:
            self._prefill_rate = 1000.0 * usage.evaluated_tokens / usage.prefill_ms

    async def outgoing(self, request: FimRequest) -> Outgoing:
        """The request that ``stream`` would send; asks the server for its model and the token ids."""
        await self._ports.find(request.timeout)
        await self._learn(request.timeout)
        return await self._exchange.outgoing(_PATH, await self._body(request, request.timeout))

    async def health(self) -> Health:
        """Ready if it lists its model; it answers 503 while it loads."""
        try:
            took = await self._ports.find(HEALTH_SECONDS / 2)
        except BackendError as error:
            return health_from(error)
        return await health(self._exchange, seconds=HEALTH_SECONDS - took)

    async def models(self) -> tuple[str, ...]:
        """The model it serves. Raises: BackendError."""
        await self._ports.find(5.0)
        return await model_names(self._exchange)

    async def abilities(self) -> tuple[str, ...]:
        """How it takes prompts, and whether its model knows the style's control words. Raises: BackendError."""
        await self._ports.find(5.0)
        await self._learn(20.0)
        await self._tokens.learn(5.0)
        return ("takes prompts as token ids", f"knows the control words of {self._served.row.name}")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._exchange.aclose()


async def _its_model(questions: ServerQuestions) -> FoundServer | None:
    return next(iter(await questions.llama_server()), None)


def _is_last(value: Any) -> bool:
    return isinstance(value, dict) and value.get("stop") is True


def _read(value: Any, name: str) -> StreamPart:
    """One event, by llama-server's own documentation of /completion. Raises: BackendProtocolError."""
    try:
        if "error" in value:
            raise BackendProtocolError(f"{name} failed: {value['error'].get('message', '')[:200]}")
        logprobs = tuple(float(token["logprob"]) for token in value.get("completion_probabilities") or ())
        if not value["stop"]:
            return StreamPart(value["content"], logprobs=logprobs)
        timings = value.get("timings") or {}
        cached = int(timings.get("cache_n", 0))
        evaluated = int(timings.get("prompt_n", value.get("tokens_evaluated", 0)))
        usage = Usage(
            prompt_tokens=cached + evaluated,
            evaluated_tokens=evaluated,
            cached_tokens=cached,
            completion_tokens=int(value.get("tokens_predicted", 0)),
            prefill_ms=timings.get("prompt_ms"),
            decode_ms=timings.get("predicted_ms"),
        )
        return StreamPart(value["content"], "length" if value.get("stop_type") == "limit" else "stop", usage, logprobs)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BackendProtocolError(f"{name} sent an event that is not llama-server's.") from error
