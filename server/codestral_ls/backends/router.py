"""A backend made of backends: a primary, fallbacks while it cannot answer, hedging, and one message at every switch.

Offline is a state: a backend that cannot be reached is skipped while its breaker is open and checked now and then, so that no
keystroke waits for it and the log does not fill. Requests and answers are not changed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from codestral_ls.backends.abilities import abilities_of, models_of, outgoing_of
from codestral_ls.backends.base import Backend, BackendInfo, FimRequest, Health, Occupancy, Occupant, Piece
from codestral_ls.backends.breaker import Breaker
from codestral_ls.backends.failures import health_from
from codestral_ls.backends.hedge import first_answer
from codestral_ls.backends.limits import LimitReached
from codestral_ls.backends.outgoing import Outgoing
from codestral_ls.backends.retry import seconds_before_retry
from codestral_ls.errors import BackendError, BackendTimeout, BackendUnavailable, BackendWithheld
from codestral_ls.timing import Clock, monotonic

_log = logging.getLogger(__name__)
_HEALTH_SECONDS = 0.95
_GRACE_SECONDS = 0.1  # seconds that let a backend's own time-out come first
_WATCH_SECONDS = 300.0  # seconds after the last request; then nobody needs to know that a server is back

Tell = Callable[[str], None]
"""Called with a sentence for the user."""


@dataclass(slots=True)
class RoutedBackend:
    """One backend of a router. ``title`` is its name in a sentence; ``error`` is its last failure while its breaker is open."""

    title: str
    backend: Backend
    breaker: Breaker = field(default_factory=Breaker)
    error: BackendError | None = None
    watch: asyncio.Task[None] | None = None


class Router:
    """Asks ``candidates`` in their order. ``hedge_after`` is in seconds, 0 never hedges. ``tell`` is called at every switch."""

    def __init__(
        self,
        candidates: Sequence[RoutedBackend],
        *,
        hedge_after: float = 0.0,
        tell: Tell | None = None,
        clock: Clock = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        assert candidates
        self._candidates = list(candidates)
        self._hedge_after = hedge_after
        self.tell: Tell = tell or _log.warning
        self._clock = clock
        self._sleep = sleep
        self._serving: str | None = self._candidates[0].title
        self._asked = 0.0
        self._closed = False

    def info(self) -> BackendInfo:
        """The facts of the backend that would be asked now."""
        return self._current().backend.info()

    async def start(self) -> None:
        """Start all: a fallback must be ready when it is needed."""
        await asyncio.gather(*(candidate.backend.start() for candidate in self._candidates))

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Stream the first answer. Raises: BackendError, once all backends failed or are skipped."""
        self._asked = self._clock()
        deadline = self._asked + request.timeout
        if request.max_tokens <= 0:
            async with aclosing(self._prewarm(request)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        able = [one for one in self._candidates if one.backend.info().continues or not request.raw]
        admitted = [candidate for candidate in able if candidate.breaker.admit()]
        undecided = set(range(len(admitted)))
        errors: dict[int, BackendError] = {}

        def failed(index: int, error: BackendError) -> None:
            undecided.discard(index)
            errors[index] = error
            self._failed(admitted[index], error)

        try:
            if not admitted:
                raise self._nobody()
            starts = [lambda c=candidate: self._tried(c, request, deadline) for candidate in admitted]
            try:
                index, pieces, piece = await first_answer(starts, self._hedge_after, request.timeout, failed)
            except BackendError as error:
                raise errors.get(0, error) from None  # the first backend's own error: a fallback's troubles matter less
            undecided.discard(index)
            try:
                async with aclosing(pieces):
                    yield piece
                    while (following := await self._next(pieces, deadline)) is not None:
                        yield following
            except BackendError as error:
                self._failed(admitted[index], error)
                raise
            except GeneratorExit:
                self._succeeded(admitted[index])  # the listener has read enough and stopped: the backend did answer
                raise
            self._succeeded(admitted[index])
        finally:
            for index in undecided:
                admitted[index].breaker.abandoned()

    async def _next(self, pieces: AsyncGenerator[Piece, None], deadline: float) -> Piece | None:
        """The next piece, None after the last. Backends end in time by themselves; the limit is for one that does not."""
        try:
            async with asyncio.timeout(max(0.0, deadline - self._clock()) + _GRACE_SECONDS):
                return await anext(pieces, None)
        except TimeoutError as error:
            raise BackendTimeout("The backend did not continue in time.") from error

    async def _prewarm(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        """Warm the backend that would be asked; success proves nothing about it, and a failure concerns no keystroke."""
        candidate = self._current()
        if candidate.breaker.state() != "closed":
            raise self._nobody()
        async with aclosing(candidate.backend.stream(request)) as pieces:
            async for piece in pieces:
                yield piece

    async def _tried(self, candidate: RoutedBackend, request: FimRequest, deadline: float) -> AsyncGenerator[Piece, None]:
        """One backend's answer, with the retries that ``retry.py`` allows."""
        tries = 0
        while True:
            tries += 1
            begun = False
            left = max(0.0, deadline - self._clock())
            try:
                async with aclosing(candidate.backend.stream(replace(request, timeout=left))) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except BackendError as error:
                left = deadline - self._clock()
                wait = None if begun else seconds_before_retry(error, tries, request.priority, left)
                if wait is None:
                    raise
            await self._sleep(wait)

    async def outgoing(self, request: FimRequest) -> Outgoing | None:
        """The request that would be sent to the backend asked now; None if nothing would leave. Raises: BackendError."""
        return await outgoing_of(self._current().backend, request)

    async def models(self) -> tuple[str, ...]:
        """The names that the backend asked now lists, if it can. Raises: BackendError."""
        return await models_of(self._current().backend)

    async def occupancy(self) -> Occupancy | None:
        """The figures of the first backend with a model host of ours, whichever is asked now."""
        for candidate in self._candidates:
            if isinstance(candidate.backend, Occupant):
                return await candidate.backend.occupancy()
        return None

    async def abilities(self) -> tuple[str, ...]:
        """The abilities of the server of the backend asked now, if it reports them. Raises: BackendError."""
        return await abilities_of(self._current().backend)

    async def health(self) -> Health:
        """Ready if any backend is ready; the message names the fallback in use."""
        first: Health | None = None
        try:
            async with asyncio.timeout(_HEALTH_SECONDS):
                for candidate in self._candidates:
                    broken = candidate.error if candidate.breaker.state() == "open" else None
                    health = health_from(broken) if broken is not None else await candidate.backend.health()
                    if health.state == "ready":
                        why = f"{first.message} {candidate.title} answers meanwhile." if first else ""
                        return Health("ready", why)
                    first = first or health
        except TimeoutError:
            pass
        return first or Health("offline", f"{self._candidates[0].title} does not answer.")

    async def aclose(self) -> None:
        """Close all backends and stop watching them. Idempotent."""
        self._closed = True
        watches = [candidate.watch for candidate in self._candidates if candidate.watch is not None]
        for watch in watches:
            watch.cancel()
        if watches:
            await asyncio.wait(watches)
        await asyncio.gather(*(candidate.backend.aclose() for candidate in self._candidates))

    def _current(self) -> RoutedBackend:
        closed = (candidate for candidate in self._candidates if candidate.breaker.state() == "closed")
        return next(closed, self._candidates[0])

    def _nobody(self) -> BackendError:
        """The primary's own last error, which says what to do."""
        error = self._candidates[0].error
        return BackendUnavailable("No backend can answer now.") if error is None else error

    def _succeeded(self, candidate: RoutedBackend) -> None:
        candidate.breaker.succeeded()
        candidate.error = None
        if self._serving == candidate.title:
            return
        first = self._candidates[0]
        if candidate is first:
            self._say(candidate.title, f"{candidate.title} answers again.")
        elif first.breaker.state() != "closed":
            self._say(candidate.title, f"{first.error} {candidate.title} answers meanwhile.")

    def _failed(self, candidate: RoutedBackend, error: BackendError) -> None:
        if isinstance(error, LimitReached | BackendWithheld):
            candidate.breaker.abandoned()  # our own rules, not the server's fault
            return
        if not candidate.breaker.failed(error):
            return
        candidate.error = error
        if all(other.breaker.state() != "closed" for other in self._candidates):
            self._say(None, str(self._candidates[0].error))
        if candidate.watch is None or candidate.watch.done():
            candidate.watch = asyncio.get_running_loop().create_task(self._watch(candidate))

    def _say(self, serving: str | None, sentence: str) -> None:
        if serving != self._serving:
            self._serving = serving
            self.tell(sentence)

    async def _watch(self, candidate: RoutedBackend) -> None:
        """Check an unreachable backend whenever its breaker's time is over, until a request may try it again."""
        while self._clock() - self._asked < _WATCH_SECONDS:
            await self._sleep(max(0.05, candidate.breaker.seconds_left()))
            if candidate.breaker.state() == "closed":
                return
            health = await candidate.backend.health()
            if health.state == "ready" or candidate.breaker.state() == "closed":
                return
            if health.state != "loading":
                candidate.breaker.stay_open()
