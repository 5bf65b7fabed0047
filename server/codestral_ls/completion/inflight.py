"""Running generations: the one place where their tasks are started, owned and ended.

An editor cancels on nearly every key and asks again at once, so a cancelled request only stops listening. A generation
ends when a newer request of its document does not fit it, when nobody has listened for a grace time, or by itself.
Prompts and filters are the caller's: its `write` feeds the generation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from codestral_ls.backends.base import Priority, Usage
from codestral_ls.completion.place import Place, typed_since
from codestral_ls.errors import BackendError, CodestralLsError
from codestral_ls.timing import Clock

log = logging.getLogger(__name__)

GRACE = 1.5
"""Seconds that a generation continues without a listener: long enough for an editor's cancel and next request, and for a
first line to reach the cache."""

Write = Callable[["Generation"], Awaitable[None]]
Fit = Literal["follows", "undecided", "diverged"]


@dataclass(eq=False, slots=True)
class Generation:
    """One answer being written at ``place``. ``text`` is the raw text so far; ``marks`` are (length of text, mean
    log-probability up to there) pairs, one per piece. ``writes`` is False if only the prompt is evaluated.
    """

    place: Place
    priority: Priority
    began: float
    text: str = ""
    marks: list[tuple[int, float | None]] = field(default_factory=list)
    finished: bool = False
    line_ended: bool = False
    """True if the model is known to have continued after the last line: neither a limit nor an end of its own stopped it."""
    ran_out: bool = False
    """True if a limit of tokens ended it."""
    cut_short: bool = False
    """True if the limit of lines did."""
    ended: bool = False
    """True if it was stopped early, so that its text may end anywhere."""
    error: BackendError | None = None
    usage: Usage | None = None
    writes: bool = True
    hot: bool = False
    dropped: bool = False
    """True if its text must not be remembered: it was rejected, its document was closed, or the backend was replaced."""
    first_piece: float | None = None
    stages: dict[str, float] = field(default_factory=dict)
    listeners: int = 0
    task: asyncio.Task[None] | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def feed(self, text: str, mean_logprob: float | None) -> None:
        """Add a piece and wake the listeners."""
        self.text += text
        self.marks.append((len(self.text), mean_logprob))
        self.wake()

    def end_at(self, length: int) -> None:
        """Drop the text after ``length``: the answer ended there."""
        self.line_ended = self.text[length : length + 1] in ("\n", "\r")
        self.text = self.text[:length]
        self.wake()

    def finish(self) -> None:
        """The generation is complete: wake the listeners."""
        self.finished = True
        self.wake()

    def wake(self) -> None:
        """Wake every listener."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds for news; False if there was none."""
        event = self._changed
        try:
            await asyncio.wait_for(event.wait(), timeout)
        except TimeoutError:
            return False
        return True

    def fit(self, typed: str) -> Fit:
        """Compare the text so far with what was typed since the generation began."""
        typed = typed.replace("\r\n", "\n")
        if self.text.startswith(typed):
            return "follows"
        if not self.finished and typed.startswith(self.text):
            return "undecided"
        return "diverged"

    @property
    def mean_logprob(self) -> float | None:
        """Mean log-probability of the text so far."""
        return self.marks[-1][1] if self.marks else None


class Inflight:
    """All running generations of a server: per document one interactive one, and per priority one in the background."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._interactive: dict[str, Generation] = {}
        self._background: dict[Priority, Generation] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._later: dict[str, asyncio.TimerHandle] = {}

    def join(self, uri: str, text: str, offset: int) -> tuple[Generation, str] | None:
        """A generation of this document that fits what was typed since it began, with that typed text.

        An interactive generation that does not fit is ended here, because nobody could use its text.
        """
        for generation in (self._interactive.get(uri), self._background.get(Priority.PREFETCH)):
            if generation is None or generation.finished or not generation.writes or generation.place.uri != uri:
                continue  # the cache has finished ones
            typed = typed_since(generation.place, uri, text, offset)
            if typed is not None and generation.fit(typed) != "diverged":
                return generation, typed
            if generation.priority == Priority.INTERACTIVE:
                self.end(generation)
        return None

    def start(self, place: Place, priority: Priority, write: Write, writes: bool = True) -> Generation:
        """Begin a generation and end the one it replaces."""
        generation = Generation(place, priority, self._clock(), writes=writes)
        if priority == Priority.INTERACTIVE:
            self._cancel_later(place.uri)
            self._replace(self._interactive.get(place.uri))
            self._interactive[place.uri] = generation
        else:
            self._replace(self._background.get(priority))
            self._background[priority] = generation
        generation.task = asyncio.create_task(self._run(generation, write), name=f"write-{priority.name.lower()}")
        self._tasks.add(generation.task)
        generation.task.add_done_callback(self._tasks.discard)
        return generation

    def end(self, generation: Generation) -> None:
        """Stop a generation. What it has written so far is in the cache already, piece by piece, or is dropped.

        Its listeners are woken here: a task that is cancelled before its first step never runs, and cleaning up takes time.
        """
        if generation.task is not None and not generation.task.done():
            generation.task.cancel()
            generation.ended = True
            generation.finish()
        if self._interactive.get(generation.place.uri) is generation:
            del self._interactive[generation.place.uri]

    def start_later(self, uri: str, seconds: float, start: Callable[[], object]) -> None:
        """Start an interactive generation after a pause, unless the document requests another before that."""
        self._cancel_later(uri)
        self._later[uri] = self.later(seconds, start)

    async def pause(self, seconds: float) -> None:
        """Wait for the debounce. Cancelling the request ends the wait, and nothing is started."""
        if seconds > 0:
            await asyncio.sleep(seconds)

    def is_writing(self, place: Place) -> bool:
        """True if a generation that begins at ``place`` is running."""
        running = [*self._interactive.values(), *self._background.values()]
        return any(generation.place == place and generation.writes and not generation.finished for generation in running)

    def is_busy_in(self, uri: str) -> bool:
        """True if a document has a running generation with a listener, or one that may get a listener."""
        generation = self._interactive.get(uri)
        return generation is not None and not generation.finished

    @property
    def busy(self) -> bool:
        """True if any generation is running."""
        return bool(self._tasks)

    def end_document(self, uri: str) -> None:
        """A document was closed."""
        self._cancel_later(uri)
        for generation in [*self._interactive.values(), *self._background.values()]:
            if generation.place.uri == uri:
                generation.dropped = True
                self.end(generation)

    def drop(self, place: Place) -> None:
        """Forget the generation at a place: its text was rejected."""
        for generation in [*self._interactive.values(), *self._background.values()]:
            if generation.place == place:
                generation.dropped = True

    def end_all(self) -> None:
        """Stop all generations and remember none of their text."""
        for uri in list(self._later):
            self._cancel_later(uri)
        for generation in [*self._interactive.values(), *self._background.values()]:
            generation.dropped = True
            self.end(generation)

    def later(self, seconds: float, call: Callable[[], object]) -> asyncio.TimerHandle:
        """Call a function on the event loop after a delay; the returned handle cancels it."""
        return asyncio.get_running_loop().call_later(seconds, call)

    def listen(self, generation: Generation) -> Listening:
        """Count a listener for the duration of a ``with`` block."""
        return Listening(self, generation)

    async def aclose(self) -> None:
        """End all generations and wait for their tasks."""
        for uri in list(self._later):
            self._cancel_later(uri)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def left(self, generation: Generation) -> None:
        """A listener left; when the last has left, the grace time begins."""
        if generation.listeners == 0 and not generation.finished and generation.task is not None:
            self.later(GRACE, lambda: self._end_if_alone(generation))

    def _end_if_alone(self, generation: Generation) -> None:
        if generation.listeners == 0 and not generation.finished:
            self.end(generation)

    def _cancel_later(self, uri: str) -> None:
        handle = self._later.pop(uri, None)
        if handle is not None:
            handle.cancel()

    def _replace(self, old: Generation | None) -> None:
        if old is not None:
            self.end(old)

    async def _run(self, generation: Generation, write: Write) -> None:
        try:
            await write(generation)
        except BackendError as error:
            generation.error = error
        except CodestralLsError as error:
            generation.error = BackendError(str(error))
        except Exception:
            # If our code has a defect, the user must get an empty answer and the log a full report.
            log.exception("a completion failed")
            generation.error = BackendError("An internal error ended this completion; the log has the details.")
        except asyncio.CancelledError:
            generation.ended = True
            raise
        finally:
            generation.finish()


class Listening:
    """Context manager made by `Inflight.listen`."""

    def __init__(self, inflight: Inflight, generation: Generation) -> None:
        self._inflight = inflight
        self._generation = generation

    def __enter__(self) -> Generation:
        self._generation.listeners += 1
        return self._generation

    def __exit__(self, *_: object) -> None:
        self._generation.listeners -= 1
        self._inflight.left(self._generation)
