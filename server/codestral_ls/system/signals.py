"""Requests to end: SIGTERM and SIGINT, on Windows Ctrl+C and Ctrl+Break; a process that is closed there gets no signal."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable

if sys.platform == "win32":
    ENDING = (signal.SIGINT, signal.SIGBREAK)
else:
    ENDING = (signal.SIGINT, signal.SIGTERM)


def when_told_to_end(call: Callable[[signal.Signals], None]) -> None:
    """Call ``call`` in the running event loop, which must be the main thread's, at each of these signals."""
    loop = asyncio.get_running_loop()
    for number in ENDING:
        if sys.platform == "win32":
            signal.signal(number, lambda got, _frame: loop.call_soon_threadsafe(call, signal.Signals(got)))
        else:
            loop.add_signal_handler(number, call, number)
