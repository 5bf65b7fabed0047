"""Ends a process whose parser never returns, and keeps the next process from the same fault: a frozen server is worse than a new
one.

The native code of a grammar can loop for ever or crash on some text. Nothing in Python can interrupt it: it holds the
interpreter's lock, and a parse's own time limit is only checked between steps. So a note on disk says which language this process
is parsing; a timer of the system ends the process once a parse has used `HUNG_S`; and what ends it there appends to the note
where it was. A process that starts finds such notes, and parses no text of those languages for `AVOIDED_S`; a process that was
killed appends nothing. The timer counts the process's CPU time, so a machine that sleeps is not mistaken for a hang. Windows has
no such timer: there only crashes are remembered.

Nothing is watched before `watch` is called: batches and tests end by themselves.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import logging
import mmap
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.system.bounded import read_bounded
from codestral_ls.system.private_files import private_file, private_folder

HUNG_S = 30.0
"""Seconds of the process's CPU time; a parse's own limit is 5 s at most."""
AVOIDED_S = 3_600.0
"""Seconds for which a language is not parsed after its parser did not return."""
_NOTE = struct.Struct("<d64s")
"""When the parse began, by `time.time`, and the language; empty between two parses. A fault appends its text after that."""
_SUFFIX = ".parsing"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Watch:
    """What this process has noted; ``avoided`` has the languages whose parsers did not return, and when."""

    note: mmap.mmap | None = None
    faults: io.BufferedWriter | None = None
    hung_s: float = HUNG_S
    running: int = 0
    avoided: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_watch = _Watch()


def watch(folder: Path, hung_s: float = HUNG_S) -> None:
    """Watch this process's parses from now on, with notes in ``folder``, which only this user can open.

    If no note can be written, nothing is watched.
    """
    if _watch.note is not None:
        return
    try:
        private_folder(folder)
        if notes := list(folder.glob(f"*{_SUFFIX}")):
            _watch.avoided.update(_left_over(notes))
        path = private_file(folder / f"{os.getpid()}{_SUFFIX}")
        path.write_bytes(bytes(_NOTE.size))
        with path.open("r+b") as opened:
            _watch.note = mmap.mmap(opened.fileno(), _NOTE.size)
        _watch.hung_s = hung_s
        _watch.faults = path.open("ab")  # stays open: a fault writes to it without the interpreter
        faulthandler.enable(_watch.faults, all_threads=False)
        if sys.platform != "win32":
            faulthandler.register(signal.SIGVTALRM, _watch.faults, all_threads=False, chain=True)
    except OSError as problem:
        _log.warning("Parses are not watched: %s", problem)
    for language in _watch.avoided:
        _log.warning("The parser of %s did not return in an earlier process; there are no syntax trees for it now", language)


def is_avoided(language: str) -> bool:
    """True if the language's parser did not return recently."""
    ended = _watch.avoided.get(language)
    return ended is not None and time.time() - ended < AVOIDED_S


@contextlib.contextmanager
def parsing(language: str) -> Iterator[None]:
    """Watch one parse of a text of ``language``."""
    note = _watch.note
    if note is None:
        yield
        return
    with _watch.lock:
        _watch.running += 1
        note[:] = _NOTE.pack(time.time(), language.encode()[:64])
        _set_timer(_watch.hung_s)
    try:
        yield
    finally:
        with _watch.lock:
            _watch.running -= 1
            if not _watch.running:
                note[:] = bytes(_NOTE.size)
                _set_timer(0.0)


def _set_timer(seconds: float) -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def _left_over(notes: list[Path]) -> dict[str, float]:
    """The languages whose parsers were at fault when other processes ended, and when; removes notes that have no further use."""
    import psutil  # the import takes milliseconds, which no start of a server should wait for without need

    found: dict[str, float] = {}
    for path in notes:
        with contextlib.suppress(OSError, ValueError, struct.error):
            if psutil.pid_exists(int(path.stem)):
                continue
            written = read_bounded(path)
            began, name = _NOTE.unpack_from(written)
            language = name.rstrip(b"\0").decode(errors="replace")
            if language and len(written) > _NOTE.size and 0 <= time.time() - began < AVOIDED_S:
                found[language] = max(began, found.get(language, 0.0))
            else:
                path.unlink()
    return found
