"""Starts the worker that keeps a root's index, tells it of saved files, and starts it again when it dies.

Nothing here waits for the worker: an index that is not there yet answers nothing. Deliberately without a look into the
database.
"""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
from pathlib import Path

from codestral_ls.timing import Clock, monotonic

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""A worker that died is started again after this many seconds, twice as long each time."""
END_SECONDS = 1.0


class IndexKeeper:
    """One root's worker. Its methods start a process or write to a pipe: a few milliseconds at most."""

    def __init__(self, root: Path, ignore: tuple[str, ...] = (), clock: Clock = monotonic) -> None:
        self._root = root
        self._ignore = ignore
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._pause = FIRST_PAUSE
        self._not_before = float("-inf")
        self._closed = False

    def ensure(self) -> None:
        """Start the worker where none runs and it is time."""
        process = self._process
        if process is not None and process.poll() is not None:
            log.warning("the index worker ended with code %d", process.returncode)
            self._release(process)
            self._process = None
            self._not_before = self._clock() + self._pause
            self._pause = min(LONGEST_PAUSE, 2 * self._pause)
        if self._process is not None or self._closed or self._clock() < self._not_before:
            return
        command = [sys.executable, "-m", "codestral_ls.context.index.worker", str(self._root)]
        for pattern in self._ignore:
            command += ["--ignore", pattern]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, bufsize=0,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            log.warning("the index worker cannot be started: %s", error)
            self._not_before = self._clock() + LONGEST_PAUSE

    def saved(self, paths: list[Path]) -> None:
        """These files were saved, made or deleted; an empty list asks for a look at everything."""
        self.ensure()
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):  # it died: the next look finds what it missed
                self._process.stdin.write((json.dumps([str(path) for path in paths]) + "\n").encode())

    @property
    def process_id(self) -> int | None:
        """The running worker's."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def close(self) -> None:
        """End the worker; what it was writing is undone. Idempotent."""
        self._closed = True
        process, self._process = self._process, None
        if process is not None:
            self._release(process)

    def _release(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(END_SECONDS)
