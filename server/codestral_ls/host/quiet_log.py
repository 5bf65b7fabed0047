"""Other libraries' messages in the host's log: one line each, without the request's content, and not too many.

aiohttp logs a request that it cannot read with a traceback, and the request itself (a token, a prompt) is in its message.
"""

from __future__ import annotations

import logging
from typing import Any

from codestral_ls.timing import Clock, monotonic

LINES, SECONDS = 10, 60.0
"""So many lines in so many seconds are logged; further lines are only counted."""


class WithoutContent(logging.Filter):
    """Keeps an error's type and drops its text."""

    def __init__(self, clock: Clock = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._began = float("-inf")
        self._lines = 0
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; False drops it."""
        now = self._clock()
        if now - self._began >= SECONDS:
            self._began, self._lines = now, 0
        self._lines += 1
        if self._lines > LINES:
            self._left_out += 1
            return False
        left_out, self._left_out = self._left_out, 0
        more = f" ({left_out} more were left out)" if left_out else ""
        record.msg, record.args = f"a connection or request failed: {_kind(record.exc_info)}{more}", ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    def handle_stray(self, _loop: Any, context: dict[str, Any]) -> None:
        """An event loop's handler for exceptions that nobody awaited."""
        error = context.get("exception")
        logging.getLogger("asyncio").error("", exc_info=error if isinstance(error, BaseException) else None)


def quiet() -> WithoutContent:
    """Filter the libraries' loggers in this way. Returns the filter."""
    without = WithoutContent()
    for name in ("aiohttp.server", "aiohttp.web", "aiohttp.internal", "asyncio"):
        logging.getLogger(name).addFilter(without)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    return without


def _kind(told: Any) -> str:
    return told[0].__name__ if isinstance(told, tuple) and told[0] is not None else "of an unknown kind"
