"""The seam between the code that wants text and the backends that write it.

Code outside ``backends/`` sees only these types. A request is text; each backend renders it for its own model.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, Protocol, runtime_checkable

from codestral_ls.errors import Refusal

FinishReason = Literal["stop", "length", "error"]
EMBEDDED_NAMES = frozenset({"embedded", "tiny-fim"})
"""The name of the packaged model, in the option ``local.model`` and in the model's own file."""


class Priority(IntEnum):
    """Who is waiting. A lower number is served first; the host lets it overtake."""

    INTERACTIVE = 0
    PREFETCH = 1
    BATCH = 2


@dataclass(frozen=True, slots=True)
class FimRequest:
    """Write the text that belongs between ``prefix`` and ``suffix``.

    ``max_tokens`` 0 only evaluates the prompt (a prewarm). ``stop`` strings end the answer and are not part of it.
    ``source`` is the URI of the document the text is from: whether text may leave the machine depends on it, and a remote
    backend refuses a request without it. ``cache_key`` names a remote prompt cache; the door sets it. ``seed`` matters only
    with ``temperature`` above 0. ``timeout`` is the number of seconds in which the whole answer must arrive.
    ``files`` is how many headers of other files, written with the family's control word, are at the top of ``prefix``.
    ``raw``: ``prefix`` is a whole prompt, control words included, and is continued as it is; ``suffix`` is empty. Only for a
    backend whose info says ``continues``.
    ``guess`` is text that may begin the answer. A backend that can check it faster than write it does so; the answer is the same
    without it. It may be from other files, so only our own host gets it.
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
    raw: bool = False
    guess: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer: prompt tokens in all, how many of them were evaluated or came from a cache, and generated tokens.

    ``trimmed_tokens`` were cut off the prompt because it did not fit; ``prefill_ms`` and ``decode_ms`` give the rates (None if the
    backend does not report them).
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
    """The next piece of an answer. ``finish_reason`` is set on the last piece only, ``usage`` on the last and, with
    the figures known by then, perhaps on the first.

    ``mean_logprob`` is the mean natural log-probability per generated token so far, None if unknown.
    """

    text: str
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    mean_logprob: float | None = None


State = Literal["ready", "loading", "offline", "needs_key", "paused", "error"]


@dataclass(frozen=True, slots=True)
class Health:
    """A backend's state. ``message`` is a sentence for the user (empty when ready); ``progress`` is 0..1 while loading.

    ``refusal`` says how the server turned a request down, "" if it did not.
    """

    state: State
    message: str = ""
    progress: float | None = None
    refusal: Refusal = ""


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """Facts about a backend that are known without asking its server.

    ``prompt_style`` names a family of ``fim/table.py`` (anything else: plain comments); ``context_tokens`` is
    the room for prompt and answer together; ``chars_per_token`` turns budgets in tokens into budgets in characters;
    ``prefill_rate`` is in tokens per second, measured, None when not yet known; ``remote`` is True when text leaves
    the machine; ``continues`` when it takes raw requests.
    """

    name: str
    model: str
    remote: bool
    prompt_style: str = "codestral"
    context_tokens: int = 8192
    chars_per_token: float = 3.2
    prefill_rate: float | None = None
    continues: bool = False

    @property
    def is_embedded(self) -> bool:
        """True for the packaged small model, which completes lines and writes no prose."""
        return self.model in EMBEDDED_NAMES


class Backend(Protocol):
    """Writes completions. One instance serves many concurrent requests."""

    def info(self) -> BackendInfo:
        """The current facts; cheap, no I/O."""
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
        """The state now, within a second; never raises BackendError."""
        ...

    async def aclose(self) -> None:
        """Close connections and end tasks. Idempotent."""
        ...


@dataclass(frozen=True, slots=True)
class Occupancy:
    """What a model host on this machine takes: bytes in memory, and seconds since its last request."""

    memory_bytes: int
    idle_seconds: float
    loaded: bool


@runtime_checkable
class Occupant(Protocol):
    """A backend that can report what its model host takes."""

    async def occupancy(self) -> Occupancy | None:
        """The present figures; None if no host of ours answers."""
        ...
