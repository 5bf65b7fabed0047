"""The seam between who asks for text and who writes it.

Everything above ``backends/`` sees these types only. Deliberately no I/O, no prompt tokens and no model
family here: a request is text, and each backend renders it for its model.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, Protocol, runtime_checkable

from codestral_ls.errors import Refusal

FinishReason = Literal["stop", "length", "error"]
EMBEDDED_NAMES = frozenset({"embedded", "tiny-fim"})
"""How the model of the package is called: by the option ``local.model``, and in its own file."""


class Priority(IntEnum):
    """Who is waiting. A lower number is served first; the host lets it overtake."""

    INTERACTIVE = 0
    PREFETCH = 1
    BATCH = 2


@dataclass(frozen=True, slots=True)
class FimRequest:
    """Write what belongs between ``prefix`` and ``suffix``.

    ``max_tokens`` 0 only evaluates the prompt (a prewarm). ``stop`` strings end the answer and are not part of it.
    ``source`` is the address (URI) of the document whose text it is: what leaves the machine is judged by it, and a remote
    backend refuses a request without one. ``cache_key`` names a remote prompt cache; the door sets it. ``seed`` matters only
    with ``temperature`` above 0. ``timeout`` is the number of seconds in which the whole answer must have come.
    ``files`` is how many headers of other files, written with the family's control word, are at the top of ``prefix``.
    """

    prefix: str
    suffix: str
    max_tokens: int = 64
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    seed: int | None = None
    priority: Priority = Priority.INTERACTIVE
    source: str = ""
    cache_key: str = ""
    timeout: float = 10.0
    files: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer: prompt tokens in all, of these evaluated and taken from a cache, and generated ones.

    ``trimmed_tokens`` were cut off the prompt because it did not fit; the rates' basis is ``prefill_ms`` and ``decode_ms``
    (None where the backend does not tell).
    """

    prompt_tokens: int = 0
    evaluated_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    trimmed_tokens: int = 0
    prefill_ms: float | None = None
    decode_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """The next piece of an answer. ``finish_reason`` is set on the last piece only, ``usage`` on the last one and, with
    what is known by then, perhaps on the first.

    ``mean_logprob`` is the mean natural log-probability per generated token so far, None where unknown.
    """

    text: str
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    mean_logprob: float | None = None


State = Literal["ready", "loading", "offline", "needs_key", "paused", "error"]


@dataclass(frozen=True, slots=True)
class Health:
    """How a backend is. ``message`` is a sentence for the user (empty when ready); ``progress`` is 0..1 while loading.

    ``refusal`` says how the server turned a request down, "" where it did not.
    """

    state: State
    message: str = ""
    progress: float | None = None
    refusal: Refusal = ""


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """What is known of a backend without asking it over the wire.

    ``prompt_style`` names a family of ``fim/table.py`` (anything else: plain comments); ``context_tokens`` is
    the room for prompt and answer together; ``chars_per_token`` turns budgets in tokens into budgets in characters;
    ``prefill_rate`` is in tokens per second, measured, None when not yet known; ``remote`` is True when text leaves
    the machine.
    """

    name: str
    model: str
    remote: bool
    prompt_style: str = "codestral"
    context_tokens: int = 8192
    chars_per_token: float = 3.2
    prefill_rate: float | None = None

    @property
    def is_embedded(self) -> bool:
        """Whether it is the small model of the package, which completes lines and writes no prose."""
        return self.model in EMBEDDED_NAMES


class Backend(Protocol):
    """Writes completions. One instance serves many concurrent requests."""

    def info(self) -> BackendInfo:
        """What is known now; cheap, no I/O."""
        ...

    async def start(self) -> None:
        """Begin to load or connect; returns at once or soon, never waits for a model. Idempotent."""
        ...

    def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the answer; the last piece has ``finish_reason``. Closing the generator ends the generation.

        Raises: BackendError (from the first ``__anext__`` on).
        """
        ...

    async def health(self) -> Health:
        """How it is now, within a second; never raises BackendError."""
        ...

    async def aclose(self) -> None:
        """Let go of connections and tasks. Idempotent."""
        ...


@dataclass(frozen=True, slots=True)
class Occupancy:
    """What a model host on this machine takes: bytes in memory, and seconds since its last request."""

    memory_bytes: int
    idle_seconds: float
    loaded: bool


@runtime_checkable
class Occupant(Protocol):
    """A backend that can say what its model host takes."""

    async def occupancy(self) -> Occupancy | None:
        """Asked now; None where there is no host of ours."""
        ...
