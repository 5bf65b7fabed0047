"""One answer in progress: the request, how far it is, and the effect of each new token.

The engine evaluates and chooses slots. Not thread-safe, except that ``cancelled`` may be set from any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from codestral_ls.host.healing import Constraint
from codestral_ls.host.sampling import Choice, Logits, pick
from codestral_ls.host.tokens import Vocabulary
from codestral_ls.host.transcript import Transcript

Finish = Literal["stop", "length", "error"]
Drafting = Literal["auto", "always", "off"]
"""Guess tokens when the measured cost says it pays; always; never."""


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """A request as the engine sees it: token ids and limits. The answer must begin with the bytes ``heal``, which are not sent.

    ``priority`` 0 is interactive, 1 prefetch, 2 batch. ``collect`` delivers the text in one piece at the end.
    ``guess`` are tokens that may begin the answer, ``heal`` included.
    """

    tokens: list[int]
    heal: bytes = b""
    max_tokens: int = 64
    min_tokens: int = 0
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    priority: int = 0
    client: str = ""
    trimmed: int = 0
    collect: bool = False
    draft: Drafting = "auto"
    guess: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class AnswerCost:
    """What one answer cost, in tokens, characters and milliseconds."""

    prompt: int
    evaluated: int
    generated: int
    trimmed: int
    healed_bytes: int
    drafted: int
    accepted: int
    steps: int
    prefill_ms: float
    decode_ms: float
    waited_ms: float


@dataclass(frozen=True, slots=True)
class Output:
    """A piece of an answer; the first has the ``counts`` so far, the last has ``finish`` and all of them.

    ``error`` is a sentence when ``finish`` is "error".
    """

    text: str
    finish: Finish | None = None
    counts: AnswerCost | None = None
    mean_logprob: float | None = None
    error: str = ""


Deliver = Callable[[Output], None]


@dataclass(slots=True, eq=False)
class Run:
    """The state of one answer in the engine. ``tokens`` are the prompt and the generated tokens; ``evaluated`` of them are in the
    cache.
    """

    order: EngineRequest
    deliver: Deliver
    vocabulary: Vocabulary
    number: int = 0
    slot: int | None = None
    cancelled: bool = False
    finish: Finish | None = None
    tokens: list[int] = field(default_factory=list)
    evaluated: int = 0
    prompt_evaluated: int = 0
    generated: int = 0
    sampled: int = 0
    logprob: float = 0.0
    drafted: int = 0
    accepted: int = 0
    steps: int = 0
    arrived: float = 0.0
    admitted: float = 0.0
    first_token: float = 0.0
    transcript: Transcript = field(init=False)
    constraint: Constraint = field(init=False)
    random: np.random.Generator | None = field(init=False)
    held: list[str] = field(default_factory=list)
    told: bool = False

    def __post_init__(self) -> None:
        order = self.order
        self.tokens = list(order.tokens)
        self.transcript = Transcript(order.stop)
        self.constraint = Constraint(order.heal, self.vocabulary.index)
        self.random = np.random.default_rng(order.seed) if order.temperature > 0 else None

    @property
    def priority(self) -> int:
        """0 is the most urgent."""
        return self.order.priority

    @property
    def client(self) -> str:
        """The client that asked."""
        return self.order.client

    @property
    def pending(self) -> int:
        """Tokens that must be evaluated before the next one can be chosen."""
        return len(self.tokens) - self.evaluated

    @property
    def mean_logprob(self) -> float | None:
        """The mean natural log-probability of the tokens chosen so far; None before the first."""
        words = len(self.tokens) - len(self.order.tokens)
        return self.logprob / words if words else None

    @property
    def prefilling(self) -> bool:
        """True before the first token was chosen."""
        return self.sampled == 0

    @property
    def may_draft(self) -> bool:
        """Guesses are for greedy answers only, and not while taken-back text is spelled again."""
        allowed = self.order.draft != "off" and self.order.temperature <= 0
        return allowed and self.sampled > 0 and not self.constraint.remaining

    def choose(self, logits: Logits) -> Choice:
        """The next token by this request's rules."""
        order = self.order
        banned = self.vocabulary.ends if self.generated < order.min_tokens else ()
        return pick(
            logits,
            allowed=self.constraint.allowed(),
            banned=banned,
            temperature=order.temperature,
            top_p=order.top_p,
            random=self.random,
        )

    def accept(self, choice: Choice, context: int) -> None:
        """Record a chosen token: deliver its text, and set ``finish`` if it was the last. ``context`` is the slot's room."""
        self.sampled += 1
        piece = self.vocabulary.pieces[choice.token]
        if not piece:
            self.finish = "stop"
            return
        self.tokens.append(choice.token)
        self.logprob += choice.logprob
        new = self.constraint.advance(piece)
        if new:
            self.generated += 1
            self._send(self.transcript.feed(new, check_stop=self.generated > self.order.min_tokens))
        if self.transcript.stopped:
            self.finish = "stop"
        elif self.generated >= self.order.max_tokens or len(self.tokens) >= context:
            self.finish = "length"

    def _send(self, text: str) -> None:
        if not text:
            return
        if self.order.collect:
            self.held.append(text)
        else:
            # The prompt's cost comes with the first text, for clients that stop listening before the end.
            counts = None if self.told else self.counts(self.first_token)
            self.told = True
            self.deliver(Output(text, counts=counts, mean_logprob=self.mean_logprob))

    def close(self, now: float, error: str = "") -> None:
        """Deliver the last piece. ``now`` is the clock's time."""
        self.finish = "error" if error else self.finish or "length"
        text = "".join(self.held) + ("" if error else self.transcript.finish())
        self.deliver(Output(text, self.finish, self.counts(now), self.mean_logprob, error))

    def counts(self, now: float) -> AnswerCost:
        """The cost so far."""
        first = self.first_token or now
        return AnswerCost(
            prompt=len(self.order.tokens),
            evaluated=self.prompt_evaluated,
            generated=self.generated,
            trimmed=self.order.trimmed,
            healed_bytes=len(self.order.heal),
            drafted=self.drafted,
            accepted=self.accepted,
            steps=self.steps,
            prefill_ms=(first - self.admitted) * 1000.0 if self.admitted else 0.0,
            decode_ms=(now - first) * 1000.0,
            waited_ms=((self.admitted or now) - self.arrived) * 1000.0,
        )
