"""A spinner on standard error while something loads; a plain line if standard error is not a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from codestral_ls.backends.base import Health
from codestral_ls.timing import Clock, monotonic

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID
    from rich.status import Status

PATIENCE = 0.3
LINE_PATIENCE = 2.0
"""Seconds before a spinner turns, or before a line is printed without a terminal: quick loading needs no message."""


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
            from rich.console import Console  # 60 ms of import, paid only when somebody waits anyway
            from rich.markup import escape

            self._status = Console(stderr=True).status(escape(message))
            self._status.start()
        else:
            from rich.markup import escape

            self._status.update(escape(message))


class Bar:
    """A progress bar on standard error; invisible if that is not a terminal or the work finishes at once.

    Use as a context manager; ``update`` takes (done, total).
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._progress: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._progress is not None:
            self._progress.stop()

    def update(self, done: int, total: int) -> None:
        """Show the progress."""
        if not sys.stderr.isatty() or total == 0:
            return
        if self._progress is None or self._task is None:
            from rich.console import Console
            from rich.progress import Progress

            self._progress = Progress(console=Console(stderr=True), transient=True)
            self._task = self._progress.add_task(self._what, total=total)
            self._progress.start()
        self._progress.update(self._task, completed=done, total=total)
