"""A backend without a model: deterministic text at a chosen speed, for tests, the demo and the benchmarks.

It prices a prompt as the host would: slots remember evaluated prompts in Codestral's order (suffix first), the longest
common prefix is free, the rest costs ``1 / prefill_rate`` seconds a token, and a request cancelled half-way keeps what
it had evaluated. Concurrent requests do not slow each other down.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from codestral_ls.backends.base import BackendInfo, FimRequest, FinishReason, Health, Piece, Usage
from codestral_ls.errors import BackendError
from codestral_ls.timing import Clock, monotonic

Script = Callable[[FimRequest], str]
"""Returns the whole text that the fake writes for a request (before stop strings and ``max_tokens``)."""
Sleep = Callable[[float], Awaitable[None]]

_TOKEN = re.compile(r"\n+|[ \t]+|\w{1,4}|[^\w\s]|\s")
_PREFILL_BATCH = 64  # tokens between two checks for cancellation, the host's order of magnitude


@dataclass(frozen=True, slots=True)
class Fault:
    """One request's failure: ``error`` is raised after ``after_tokens`` generated tokens; None answers as usual."""

    error: BackendError | None = None
    after_tokens: int = 0


@dataclass(slots=True)
class _Slot:
    """A remembered prompt; ``used`` orders slots by last use."""

    tokens: list[str] = field(default_factory=list)
    used: int = 0
    busy: bool = False


def tokenize(text: str) -> list[str]:
    """Cut text into pieces of at most a few characters; appending to the text changes at most the last piece."""
    return _TOKEN.findall(text)


def fixed(text: str) -> Script:
    """A script that always writes ``text``."""
    return lambda _request: text


def in_order(texts: Sequence[str]) -> Script:
    """A script that writes ``texts`` one after the other, one per request, and then the last one again and again."""
    left = list(texts)
    return lambda _request: left.pop(0) if len(left) > 1 else left[0]


def continue_like(truth: str, anchor: int = 120) -> Script:
    """A script that writes the text of ``truth`` where the prefix ends (found by its last ``anchor`` characters).

    The text ends before the suffix's first non-blank line, if that follows in ``truth``. The anchor is shortened down to
    12 characters if a longer one is not found (the top of a window, a typing error); text found nowhere gives "".
    """

    def write(request: FimRequest) -> str:
        tail = request.prefix[-anchor:]
        while (place := truth.find(tail)) < 0 and len(tail) > 12:
            tail = tail[min(len(tail) // 4, len(tail) - 12) or 1 :]
        if place < 0:
            return ""
        rest = truth[place + len(tail) :]
        same_line, _, below = request.suffix.partition("\n")
        next_line = next((line for line in below.split("\n") if line.strip()), "")
        ending = same_line if same_line.strip() else "\n" + next_line
        end = rest.find(ending) if ending.strip() else -1
        return rest if end < 0 else rest[:end]

    return write


class FakeBackend:
    """Writes ``script``'s text. Rates are tokens per second, 0 is instantaneous.

    ``requests`` keeps every request, ``cancelled`` counts those closed before their end, and ``health()`` returns
    ``health_now``; each request uses up one of ``faults``. ``sleep`` and ``clock`` belong together in tests.
    """

    def __init__(
        self,
        script: Script | str = "",
        *,
        prefill_rate: float = 0.0,
        decode_rate: float = 0.0,
        first_delay: float = 0.0,
        slots: int = 4,
        faults: Iterable[Fault | BackendError | None] = (),
        mean_logprob: float | None = -0.1,
        info: BackendInfo | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = monotonic,
    ) -> None:
        self._script: Script = fixed(script) if isinstance(script, str) else script
        self._prefill_rate = prefill_rate
        self._decode_rate = decode_rate
        self._first_delay = first_delay
        self._slots = [_Slot() for _ in range(max(1, slots))]
        self._faults = iter([f if isinstance(f, Fault) else Fault(f) for f in faults])
        self._mean_logprob = mean_logprob
        self._sleep = sleep
        self._clock = clock
        self._uses = 0
        self._info = info or BackendInfo(
            "fake", "fake", remote=False, chars_per_token=3.0, prefill_rate=prefill_rate or None, continues=True
        )
        self.requests: list[FimRequest] = []
        self.running = 0
        self.cancelled = 0
        self.closed = False
        self.health_now = Health("ready")

    def info(self) -> BackendInfo:
        """The info given at construction."""
        return self._info

    async def start(self) -> None:
        """Nothing to start."""

    async def health(self) -> Health:
        """The value of ``health_now``."""
        return self.health_now

    async def aclose(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Write the script's text, one token per piece, at the chosen rates. Raises: the injected BackendError."""
        self.requests.append(request)
        fault = next(self._faults, Fault())
        self.running += 1
        finished = False
        try:
            if fault.error is not None and fault.after_tokens == 0:
                finished = True
                raise fault.error
            async with aclosing(self._write(request, fault)) as pieces:
                async for piece in pieces:
                    finished = piece.finish_reason is not None
                    yield piece
        except BackendError:
            finished = True
            raise
        finally:
            self.running -= 1
            self.cancelled += not finished

    async def _write(self, request: FimRequest, fault: Fault) -> AsyncGenerator[Piece, None]:
        prompt = ["[SUFFIX]", *tokenize(request.suffix), "[PREFIX]", *tokenize(request.prefix)]
        slot, cached = self._take_slot(prompt)
        slot.busy = True
        try:
            began = self._clock()
            await self._sleep(self._first_delay)
            await self._prefill(slot, prompt, cached)
            prefilled = self._clock()
            evaluated = len(prompt) - cached
            prefill_ms = (prefilled - began) * 1000.0
            usage = Usage(len(prompt), evaluated, cached, prefill_ms=prefill_ms, decode_ms=0.0)
            if request.max_tokens <= 0:
                yield Piece("", "length", usage)
                return
            text, finish_reason = _ended(self._script(request), request.stop, request.max_tokens)
            tokens = tokenize(text)
            due = prefilled
            for index, token in enumerate(tokens):
                if fault.error is not None and index >= fault.after_tokens:
                    raise fault.error
                due += 1.0 / self._decode_rate if self._decode_rate else 0.0
                await self._sleep(max(0.0, due - self._clock()))
                slot.tokens.append(token)
                yield Piece(token, mean_logprob=self._mean_logprob)
            if fault.error is not None:
                raise fault.error
            decode_ms = (self._clock() - prefilled) * 1000.0
            usage = Usage(len(prompt), evaluated, cached, len(tokens), prefill_ms=prefill_ms, decode_ms=decode_ms)
            yield Piece("", finish_reason, usage, self._mean_logprob)
        finally:
            slot.busy = False

    async def _prefill(self, slot: _Slot, prompt: list[str], cached: int) -> None:
        due = self._clock()
        for start in range(cached, len(prompt), _PREFILL_BATCH):
            batch = prompt[start : start + _PREFILL_BATCH]
            if self._prefill_rate:
                due += len(batch) / self._prefill_rate
                await self._sleep(max(0.0, due - self._clock()))
            slot.tokens.extend(batch)

    def _take_slot(self, prompt: list[str]) -> tuple[_Slot, int]:
        """Choose the slot to write in, cut to what it shares with the prompt, and count the prompt tokens that are free.

        The last prompt token is never free: its logits are needed. A slot of another place (sharing less than half of
        its content) is copied from and not overwritten, unless it is the least recently used.
        """
        self._uses += 1
        best, shared = max(((s, _common(s.tokens, prompt)) for s in self._slots), key=lambda pair: pair[1])
        shared = min(shared, len(prompt) - 1)
        chosen = best
        if best.busy or 2 * shared < len(best.tokens):
            idle = [slot for slot in self._slots if not slot.busy]
            chosen = min(idle, key=lambda slot: slot.used) if idle else _Slot()
        chosen.tokens = prompt[:shared]
        chosen.used = self._uses
        return chosen, shared


def _common(held: list[str], wanted: list[str]) -> int:
    """Length of the common prefix of two token lists."""
    count = 0
    for left, right in zip(held, wanted, strict=False):
        if left != right:
            break
        count += 1
    return count


def _ended(text: str, stop: tuple[str, ...], max_tokens: int) -> tuple[str, FinishReason]:
    """Cut ``text`` at the first stop string and at ``max_tokens`` tokens; say which of them ended it."""
    for ending in stop:
        place = text.find(ending) if ending else -1
        if place >= 0:
            text = text[:place]
    tokens = tokenize(text)
    if len(tokens) > max_tokens:
        return "".join(tokens[:max_tokens]), "length"
    return text, "stop"
