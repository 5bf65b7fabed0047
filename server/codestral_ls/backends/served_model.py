"""The model of a configured server: its family and its context, read from the server once if the style is "auto"."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from codestral_ls.backends.exchange import Exchange
from codestral_ls.backends.running_servers import FoundServer, ServerQuestions
from codestral_ls.errors import BackendTimeout
from codestral_ls.fim.family import FamilyFacts, FamilyName, StyleName
from codestral_ls.fim.table import row_named
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger("codestral_ls.backends")
UNREAD: FamilyName = "codestral"
"""The family of a model about which its server says nothing."""
TRIES = 3
"""A server that answers none of the questions is no longer asked after so many requests."""
SECONDS = 10.0
"""The most seconds that one request spends on the questions, and never more than half of its own time: a busy machine's server is
slow.
"""

Ask = Callable[[ServerQuestions], Awaitable[FoundServer | None]]


class ServedModel:
    """The model of one server. ``row`` is the table's row for its prompts, ``context_tokens`` never more than the server has."""

    def __init__(
        self, exchange: Exchange, style: StyleName, context_tokens: int, ask: Ask, *, setting: str, clock: Clock = monotonic
    ) -> None:
        self._exchange = exchange
        self._automatic = style == "auto"
        self._most = context_tokens
        self._ask = ask
        self._setting = setting
        self._clock = clock
        self._tries = 0
        self._reading = asyncio.Lock()
        self.row: FamilyFacts = row_named(UNREAD if style == "auto" else style)
        self.context_tokens = context_tokens
        self.is_known = not self._automatic

    @property
    def style(self) -> str:
        """The family's name; "" while nothing is known, which means plain comments between files."""
        return self.row.name if self.is_known else ""

    async def read(self, timeout: float) -> float:
        """Ask the server, if that has not been done yet. Returns the seconds that it took.

        Raises: BackendTimeout: a prompt in another model's style would be answered with nonsense.
        """
        if self.is_known or self._tries >= TRIES:
            return 0.0
        began = self._clock()
        async with self._reading:
            if self.is_known or self._tries >= TRIES:
                return self._clock() - began
            seconds = min(SECONDS, timeout / 2)
            found: FoundServer | None = None
            try:
                async with asyncio.timeout(seconds):
                    found = await self._ask(ServerQuestions(self._exchange, str(self._exchange.address), seconds))
            except TimeoutError:
                self._tries += 1
                raise BackendTimeout(f"{self._exchange.name} did not say in time what its model is.") from None
            self._take(found)
        return self._clock() - began

    def forget(self) -> None:
        """Ask again before the next request: the server may have been restarted with another model."""
        if self._automatic:
            self.is_known, self._tries = False, 0

    def _take(self, found: FoundServer | None) -> None:
        if found is None:
            self._tries += 1
            return
        self.is_known = True
        if found.context:
            self.context_tokens = min(self._most, found.context)
        if found.style is None:
            log.warning("%s does not say how %s was trained; set %s", self._exchange.name, found.model, self._setting)
        else:
            self.row = row_named(found.style)
            log.info("%s has %s, style %s", self._exchange.name, found.model, found.style)
