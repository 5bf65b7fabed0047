"""A spinner on standard error while something loads; a plain line where standard error is no terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from codestral_ls.backends.base import Health
from codestral_ls.timing import Clock, monotonic

if TYPE_CHECKING:
    from rich.status import Status

PATIENCE = 0.3
LINE_PATIENCE = 2.0
"""Seconds before a spinner turns, or a line is printed where there is no terminal: what loads quickly needs no words."""


class Spinner:
    """Shows how a backend loads. Use as a context manager; ``health`` is the argument for ``until_ready``."""

    def __init__(self, clock: Clock = monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._status: Status | None = None
        self._told = ""

    def __enter__(self) -> Spinner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._status is not None:
            self._status.stop()

    def health(self, health: Health) -> None:
        """Show ``health`` while it is loading."""
        waited = self._clock() - self._began
        if health.state != "loading" or waited < PATIENCE:
            return
        message = health.message or "The model is loading."
        if sys.stderr.isatty():
            share = f" {health.progress:.0%}" if health.progress is not None else ""
            self._show(message + share)
        elif message != self._told and waited >= LINE_PATIENCE:
            self._told = message
            print(f"codestral-ls: {message}", file=sys.stderr)

    def _show(self, message: str) -> None:
        if self._status is None:
            from rich.console import Console  # 60 ms that only somebody who waits anyway pays
            from rich.markup import escape

            self._status = Console(stderr=True).status(escape(message))
            self._status.start()
        else:
            from rich.markup import escape

            self._status.update(escape(message))
