"""The second pass: hands the texts that the journal lacks to a writer, and reports which files are complete.

Definitions with equal requests are asked for once. An answer that was cut off is requested once more with more room.
Knows keys, plans on the shelf and answers in the journal, but no writer and no files.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from codestral_ls.backends.base import FimRequest, Usage
from codestral_ls.generate.batch.counts import Counts
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.planned import Shelf
from codestral_ls.generate.batch.seam import MissingText, Written
from codestral_ls.generate.batch.work import FilePlan, Wanted, request_key

CUT_OFF = "length"


@dataclass(slots=True)
class Estimate:
    """What is still to be requested: requests, characters to send, tokens to receive at most."""

    requests: int = 0
    characters: int = 0
    tokens_received: int = 0


class Asking:
    """The missing texts of the plans on ``shelf``; the ``Receiver`` of a writer. ``model`` names whose answers count.

    ``complete`` has the numbers of plans whose texts are all there or will not come.
    """

    def __init__(
        self, model: str, journal: Journal, shelf: Shelf, counts: Counts, price: Callable[[Usage], float], *, whole: bool
    ) -> None:
        self.complete: asyncio.Queue[int] = asyncio.Queue()
        self.estimate = Estimate()
        self.open_files = 0
        self._model = model
        self._journal = journal
        self._shelf = shelf
        self._counts = counts
        self._price = price
        self._whole = whole
        self._left: dict[int, int] = {}
        self._waiting: dict[str, list[tuple[int, int]]] = {}
        self._failed: set[str] = set()
        running = [job for job in journal.jobs() if job.state in ("making", "running")]
        self._elsewhere = {key for job in running for key in job.keys}
        self._to_ask: deque[str] = deque()
        self._changed = asyncio.Event()
        self._planning = True
        self._stopping = False

    def register(self, number: int, plan: FilePlan) -> None:
        """Take a plan; it is complete at once if the journal has every text."""
        self._shelf.lay(number, plan)
        self._counts.requests_planned += len(plan.wanted)
        self.open_files += 1
        self._left[number] = 0
        for index, wanted in enumerate(plan.wanted):
            if (request := self._next(wanted)) is None:
                self._counts.known += 1
            else:
                self._left[number] += 1
                self._wait_for(request, number, index)
        if self._left[number] == 0:
            self._complete(number)

    def everything_is_planned(self) -> None:
        """No further plan will be registered."""
        self._planning = False
        self._changed.set()

    def stop(self) -> None:
        """Hand out nothing more."""
        self._stopping = True
        self._changed.set()

    @property
    def is_left(self) -> bool:
        """True if something waits to be requested."""
        return bool(self._to_ask) and not self._stopping

    async def missing(self) -> AsyncIterator[MissingText]:
        """The texts missing now and, while planning continues, those of later plans."""
        while not self._stopping:
            if self._to_ask:
                key = self._to_ask.popleft()
                yield MissingText(key, self._shelf.request(key))
            elif self._planning:
                self._changed.clear()
                await self._changed.wait()
            else:
                return

    async def answered(self, key: str, written: Written) -> None:
        """Store an answer that was just paid for."""
        # while the answer waits for the disk it is not in the journal, which therefore is not asked
        if key in self._waiting or self._journal.answer(key) is None:
            cost = self._price(written.usage)
            await self._journal.keep_answer(key, written.text, written.usage, cost, written.finish)
            self._counts.answered(written.usage, cost)
        for number, index in self._waiting.pop(key, ()):
            request = self._next(self._shelf.wanted(number, index)) if written.finish == CUT_OFF else None
            if request is None:
                self._settled(number)
            else:
                self._counts.requests_planned += 1
                self._wait_for(request, number, index)

    def failed(self, key: str, reason: str) -> None:
        """Do without this text."""
        if key in self._failed:
            return
        self._counts.requests_done += 1
        self._counts.errors[reason] += 1
        self._failed.add(key)
        for number, _ in self._waiting.pop(key, ()):
            self._settled(number)

    def again(self, key: str) -> None:
        """Request this text again in the next round."""
        if key in self._waiting:
            self._to_ask.append(key)

    def take(self, number: int) -> tuple[FilePlan, dict[str, str]]:
        """A complete plan and its texts by ``Wanted.id``; texts that did not come, or not whole, are left out."""
        plan = self._shelf.plan(number)
        self._shelf.clear(number)
        answers = {wanted.id: text for wanted in plan.wanted if (text := self._text(wanted)) is not None}
        return plan, answers

    def _next(self, wanted: Wanted) -> FimRequest | None:
        """The next request for a text; None if the text is there or will not come."""
        for request in wanted.requests:
            key = request_key(self._model, request)
            if key in self._failed:
                return None
            answer = self._journal.answer(key)
            if answer is None:
                return request
            if answer.finish != CUT_OFF:
                return None
        return None

    def _text(self, wanted: Wanted) -> str | None:
        text: str | None = None
        for request in wanted.requests:
            answer = self._journal.answer(request_key(self._model, request))
            if answer is not None and answer.finish != CUT_OFF:
                return answer.text
            if answer is not None and not self._whole:
                text = answer.text
        return text

    def _wait_for(self, request: FimRequest, number: int, index: int) -> None:
        key = request_key(self._model, request)
        if key in self._waiting:
            self._waiting[key].append((number, index))
            self._counts.known += 1
            return
        self._waiting[key] = [(number, index)]
        self._shelf.lay_request(key, request)
        self._to_ask.append(key)
        if key not in self._elsewhere:
            self.estimate.requests += 1
            self.estimate.characters += len(request.prefix) + len(request.suffix)
            self.estimate.tokens_received += request.max_tokens
        self._changed.set()

    def _settled(self, number: int) -> None:
        self._left[number] -= 1
        if self._left[number] == 0:
            self._complete(number)

    def _complete(self, number: int) -> None:
        del self._left[number]
        self.complete.put_nowait(number)
