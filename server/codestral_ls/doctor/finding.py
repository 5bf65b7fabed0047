"""The doctor's findings. Plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["ok", "note", "warning", "error"]
"""``note`` is worth knowing, ``warning`` makes something worse than it could be, ``error`` keeps it from working."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The thing examined (``name``, unique in a report), its state, a sentence, and what to do about it (or nothing).

    ``facts`` are the same in values, for ``--json``.
    """

    group: str
    name: str
    state: State
    text: str
    next: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """All findings in the order they are shown."""

    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """True if nothing prevents completion."""
        return not any(finding.state == "error" for finding in self.findings)

    @property
    def next(self) -> tuple[str, ...]:
        """What to do, the most important first."""
        order = {"error": 0, "warning": 1, "note": 2, "ok": 3}
        ranked = sorted(self.findings, key=lambda finding: order[finding.state])
        return tuple(dict.fromkeys(finding.next for finding in ranked if finding.next))
