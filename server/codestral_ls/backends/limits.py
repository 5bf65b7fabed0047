"""Limits for a remote backend, kept before its server has to refuse: requests, tokens, a day's budget.

A keystroke waits only a moment and is then silently left out: the next one comes anyway. The limits are options; servers are not
asked for theirs.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from datetime import UTC, datetime

from codestral_ls.backends.base import BackendInfo, FimRequest, Priority, Usage
from codestral_ls.backends.ledger import Ledger, Price, Spent
from codestral_ls.backends.pace import RateLimiter
from codestral_ls.config.sections import LimitsOptions
from codestral_ls.errors import BackendBusy, BudgetSpent
from codestral_ls.timing import Clock, monotonic

_log = logging.getLogger(__name__)
# Seconds that each priority may wait for the pace. A prefetch is a guess: it never takes a keystroke's place.
_PATIENCE = {Priority.INTERACTIVE: 0.25, Priority.PREFETCH: 0.0, Priority.BATCH: 60.0}
_PREFETCH_SHARE = 0.5  # share of the burst that is reserved for keystrokes
_REFRESH_SECONDS = 30.0  # seconds between two readings of what other processes have spent


class LimitReached(BackendBusy):
    """Our own limit, not the server's: the backend did not fail, and the user need not know."""


class RequestLimits:
    """One remote backend's limits. With ``ledger`` None nothing is recorded."""

    def __init__(
        self, options: LimitsOptions, price: Price, currency: str, ledger: Ledger | None, clock: Clock = monotonic
    ) -> None:
        rate = options.requests_per_second
        tokens = options.tokens_per_minute
        self._requests = RateLimiter(rate, max(1.0, rate), clock)
        self._tokens = RateLimiter(tokens / 60.0, float(tokens), clock)
        self._request_burst = max(1.0, rate)
        self._budget = options.daily_budget
        self._price = price
        self._currency = currency
        self._ledger = ledger
        self._clock = clock
        self._cost = 0.0
        self._cost_day = ""
        self._looked = float("-inf")
        self._unwritten: dict[tuple[str, str, str], Spent] = {}
        self._writing: asyncio.Task[None] | None = None

    async def admit(self, request: FimRequest, tokens: int) -> None:
        """Return when a request of about ``tokens`` tokens may be sent.

        Raises: LimitReached (it would have to wait too long), BudgetSpent.
        """
        await self.check_budget()
        patience = min(_PATIENCE[request.priority], request.timeout)
        spare = self._request_burst * _PREFETCH_SHARE if request.priority is Priority.PREFETCH else 0.0
        wait = max(self._requests.wait_for(1.0 + spare), self._tokens.wait_for(tokens))
        if wait > patience:
            raise LimitReached("The configured pace of requests is reached.", wait)
        self._requests.take(1.0)
        self._tokens.take(tokens)
        if wait > 0:
            await asyncio.sleep(wait)

    def count(self, info: BackendInfo, usage: Usage, expected: int) -> None:
        """Count an answer: correct the pace, which ``expected`` so many tokens, and record it in the background."""
        self._tokens.take(usage.prompt_tokens + usage.completion_tokens - expected)
        self._cost += self._price.of(usage)
        if self._ledger is not None:
            key = self._ledger.today(), info.name, info.model
            used = (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens)
            self._keep(Spent(*key, 1, *used, self._price.of(usage)))
            self._begin_writing(self._ledger)

    async def aclose(self) -> None:
        """Wait until everything counted is written."""
        if self._ledger is not None and self._unwritten:
            self._begin_writing(self._ledger)
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=5.0)

    def _keep(self, more: Spent) -> None:
        """Add to the rows to be written."""
        key = more.day, more.backend, more.model
        known = self._unwritten.get(key)
        self._unwritten[key] = more if known is None else known.plus(more)

    def _begin_writing(self, ledger: Ledger) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write(ledger))

    async def _write(self, ledger: Ledger) -> None:
        """Write the counted rows, and those that arrive meanwhile all at once afterwards: many answers, few writes."""
        while self._unwritten:
            rows, self._unwritten = list(self._unwritten.values()), {}
            try:
                await asyncio.to_thread(ledger.add_all, rows)
            except (OSError, sqlite3.Error) as error:
                _log.warning("The costs could not be written: %s", error)
                for row in rows:  # with the next answer, or at the end
                    self._keep(row)
                return

    async def check_budget(self, usage: Usage | None = None) -> None:
        """Return if today's budget is not used up and ``usage`` (an estimate) fits into the rest. Raises: BudgetSpent."""
        if self._budget <= 0 or self._ledger is None:
            return
        day = self._ledger.today()
        if day != self._cost_day or self._clock() - self._looked > _REFRESH_SECONDS:
            if self._writing is not None:
                await asyncio.wait({self._writing}, timeout=1.0)
            try:
                self._cost = await asyncio.to_thread(self._ledger.cost_today)
            except (OSError, sqlite3.Error) as error:
                _log.warning("The costs could not be read: %s", error)
            self._cost_day, self._looked = day, self._clock()
        if self._cost >= self._budget:
            raise BudgetSpent(
                f"The daily budget of {self._budget:.2f} {self._currency} is used up: "
                "remote completions pause until 00:00 UTC. Raise limits.daily_budget to continue.",
                _seconds_to_midnight(datetime.now(UTC)),
            )
        expected = self._price.of(usage) if usage is not None else 0.0
        if self._cost + expected > self._budget:
            raise BudgetSpent(
                f"This needs about {expected:.2f} {self._currency}, and {max(0.0, self._budget - self._cost):.2f} "
                f"{self._currency} of the daily budget (limits.daily_budget) are left until 00:00 UTC.",
                _seconds_to_midnight(datetime.now(UTC)),
            )


def _seconds_to_midnight(now: datetime) -> float:
    return 86_400.0 - (now.hour * 3600 + now.minute * 60 + now.second)
