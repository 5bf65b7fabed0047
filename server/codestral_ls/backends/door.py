"""The one door through which text leaves this machine: withhold, mask, admit, count, and unmask the answer.

The guard of a live backend, Mistral's batch jobs, its chat API and a Ray cluster all use it, so that file rules, masking,
limits, the daily budget and the ledger hold for each of them. The door itself sends nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from codestral_ls.backends.base import BackendInfo, FimRequest, Usage
from codestral_ls.backends.ledger import FREE, Ledger, ledger_file, price_of
from codestral_ls.backends.limits import RequestLimits
from codestral_ls.backends.masking import likely
from codestral_ls.backends.masking.mask import Mask, Unmasker
from codestral_ls.config.sections import LimitsOptions, Options
from codestral_ls.documents.addresses import file_of, why_withheld
from codestral_ls.documents.privacy import FileRules, file_rules
from codestral_ls.errors import BackendWithheld

GATEWAYS = frozenset({"codestral", "mistral"})
"""Backends that count as remote whatever their address: on loopback it is a gateway."""
_UNLIMITED = LimitsOptions(requests_per_second=0.0, tokens_per_minute=0, daily_budget=0.0)


class Door:
    """Everything that leaves the machine for one remote backend passes here.

    ``mask`` None sends text as it is; the document's name leaves only as a digest made by ``names``. ``rules`` say which
    files are private; ``allowed`` are files that the user released by name, whatever the rules say. ``leaves`` False is
    for a server on this machine: it may have the text of files that only git ignores.
    """

    def __init__(
        self,
        limits: RequestLimits,
        mask: Mask | None,
        names: Mask,
        rules: FileRules,
        allowed: Collection[Path] = (),
        *,
        leaves: bool = True,
    ) -> None:
        self._limits = limits
        self._mask = mask
        self._names = names
        self._rules = rules
        self._allowed = frozenset(allowed)
        self._leaves = leaves

    def sealed(self, request: FimRequest) -> FimRequest:
        """The request in the form in which it may leave the machine.

        Raises: BackendWithheld (the file is private, or the request does not name its document).
        """
        if not request.source:
            raise BackendWithheld("Nothing is sent: the request does not name the document its text is from.")
        released = self._allowed and file_of(request.source) in self._allowed
        if not released and (why := why_withheld(self._rules, request.source, leaves=self._leaves)):
            raise BackendWithheld(f"Nothing of this file is sent: {why}.")
        prefix, suffix = request.prefix, request.suffix
        if self._mask is not None:
            prefix, suffix = self._mask.mask(prefix, suffix)
        name = self._names.digest(request.source)[:32]
        return replace(request, prefix=prefix, suffix=suffix, guess="", source="", cache_key=name)

    async def admit(self, request: FimRequest, tokens: int) -> None:
        """Return when a request of about ``tokens`` tokens may be sent.

        Raises: LimitReached (it would have to wait too long), BudgetSpent.
        """
        await self._limits.admit(request, tokens)

    async def admit_together(self, sent: int, received: int) -> None:
        """Return if requests of so many tokens together fit into today's budget. The pace is the server's business for a batch job.

        Raises: BudgetSpent.
        """
        await self._limits.check_budget(Usage(prompt_tokens=sent, completion_tokens=received))

    def count(self, info: BackendInfo, usage: Usage, expected: int = 0) -> None:
        """Count an answer of ``info``'s model: in the ledger, in today's budget, and in the pace, which ``expected`` so many
        tokens.
        """
        self._limits.count(info, usage, expected)

    def unmask(self, text: str) -> str:
        """A whole answer with its secrets restored."""
        return text if self._mask is None else self._mask.unmask(text)

    def unmasker(self) -> Unmasker | None:
        """Restores secrets in a streamed answer; None if nothing is masked."""
        return None if self._mask is None else Unmasker(self._mask)

    async def aclose(self) -> None:
        """Wait until everything counted is written to the ledger."""
        await self._limits.aclose()


def open_door(options: Options, info: BackendInfo, allowed: Collection[Path] = (), *, share: float = 1.0) -> Door:
    """The door for the backend of ``info``; also for a server on this machine, which may pass on what it gets.

    ``share`` is the part of its model's price that is paid (a batch job: half).

    Raises: ConfigError (an invalid row of prices).
    """
    mask = Mask()
    rules = file_rules(options.privacy.ignore)
    used = mask if options.privacy.mask_secrets else None
    if used is not None:
        likely.prepare()
    if not info.remote and info.name not in GATEWAYS:
        return Door(RequestLimits(_UNLIMITED, FREE, "", None), used, mask, rules, allowed, leaves=False)
    price = price_of(info.model, options.prices).times(share)
    limits = RequestLimits(options.limits, price, options.prices.currency, Ledger(ledger_file()))
    return Door(limits, used, mask, rules, allowed)


def expected_tokens(info: BackendInfo, request: FimRequest) -> tuple[int, int]:
    """An estimate of the tokens that a request sends and at most receives."""
    sent = int((len(request.prefix) + len(request.suffix)) / info.chars_per_token) + 3
    return sent, max(0, request.max_tokens)
