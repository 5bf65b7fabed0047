"""The numbers of a running batch: written by the runner, read by the progress display."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from codestral_ls.backends.base import Usage
from codestral_ls.generate.batch.work import FileResult


@dataclass(slots=True)
class Counts:
    """Files by state, wanted texts by outcome, and the cost of this run's answers.

    ``files_total`` is None until counting is done. ``trouble`` says why the batch waits just now ("" if it does not), ``asking``
    that the user is being asked something, ``fence`` which fence generated code runs in ("": none runs). ``known`` answers came
    from the journal and cost nothing now.
    """

    files_total: int | None = None
    files_done: int = 0
    requests_planned: int = 0
    requests_done: int = 0
    known: int = 0
    sent: int = 0
    received: int = 0
    cost: float = 0.0
    documented: int = 0
    trouble: str = ""
    fence: str = ""
    asking: bool = False
    files: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def tell_trouble(self, text: str) -> None:
        """Record why something waits; "" once it continues."""
        self.trouble = text

    def answered(self, usage: Usage, cost: float) -> None:
        """One answer was paid for now."""
        self.requests_done += 1
        self.sent += usage.prompt_tokens
        self.received += usage.completion_tokens
        self.cost += cost

    def settled(self, state: str, result: FileResult | None, reason: str = "") -> None:
        """One file is done."""
        self.files_done += 1
        self.files[state] += 1
        if reason:
            self.reasons[reason] += 1
        for outcome in result.outcomes if result else ():
            self.outcomes[outcome.state] += 1
            if outcome.reason:
                self.reasons[outcome.reason] += 1

    @property
    def requests_left(self) -> float | None:
        """An estimate of the requests still to come; None while too little is known."""
        if self.files_total is None or self.files_done < 5:
            return None
        planned_not_done = self.requests_planned - self.requests_done - self.known
        files_left = self.files_total - self.files_done
        return planned_not_done + max(0, files_left) * self.requests_planned / max(1, self.files_done)
