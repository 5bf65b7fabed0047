"""Whether the backend completes, judged from completions and health checks together.

A health check uses another address than a completion (``/v1/models``), so it can succeed while every completion is
refused: a wrong model name, a used-up quota, a key without the right to complete. Pure, apart from the two facts it keeps.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.backends.base import Health
from codestral_ls.backends.failures import health_from
from codestral_ls.errors import BackendError, BackendTimeout


@dataclass(slots=True)
class Availability:
    """``refused`` is how the last completion failed in a way that a health check cannot clear, None after one succeeded."""

    refused: Health | None = None
    _late: int = 0

    def failed(self, error: BackendError) -> None:
        """Take note of a completion that failed.

        A refusal holds until a completion succeeds. So does a second answer in a row that did not come in time; a
        single one says nothing about the next.
        """
        self._late = self._late + 1 if isinstance(error, BackendTimeout) else 0
        if error.refusal or self._late > 1:
            self.refused = health_from(error)

    def succeeded(self) -> bool:
        """Take note of a completion that succeeded; True if this ends a refusal."""
        ended = self.refused is not None
        self.refused, self._late = None, 0
        return ended

    def judge(self, checked: Health) -> Health:
        """The health to report when a health check found ``checked``."""
        return self.refused if self.refused is not None and checked.state == "ready" else checked
