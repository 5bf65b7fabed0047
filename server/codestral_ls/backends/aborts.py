"""Records how often llama.cpp ended the host that used a file, so that another window does not try again.

A broken model file can end the process that loads it or computes with it. After two such ends with one file it is not tried
again that day.
"""

from __future__ import annotations

import contextlib
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

from codestral_ls.system.bounded import read_bounded
from codestral_ls.system.private_files import private_file

MOST_ABORTS = 2
DAY = 86_400.0
ABORTS = frozenset(
    int(getattr(signal, name)) for name in ("SIGABRT", "SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE") if hasattr(signal, name)
)
"""Signals by which native code ends its own process. SIGKILL is not one: memory that ran out may be free next time."""


class Aborts:
    """The record in the file at ``path``. ``now`` gives the time of day in seconds. If the file cannot be written nothing is
    counted.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now

    def another(self, file: object) -> bool:
        """Count one more for ``file`` (a string that identifies one state of it); True if that is too many."""
        count = self._count(file) + 1
        with contextlib.suppress(OSError):
            private_file(self._path).write_text(json.dumps([_key(file), count, self._now()]), encoding="utf-8")
        return count >= MOST_ABORTS

    def too_many(self, file: object) -> bool:
        """True if the host must not be started with ``file``."""
        return self._count(file) >= MOST_ABORTS

    def forget(self) -> None:
        """The file was used for a while."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _count(self, file: object) -> int:
        try:
            known, count, when = json.loads(read_bounded(self._path, 10_000))
            fresh = 0 <= self._now() - float(when) < DAY
            return int(count) if known == _key(file) and fresh else 0
        except (OSError, ValueError, TypeError):
            return 0


def _key(file: object) -> str:
    return repr(file)
