"""Starts the worker that keeps a root's index, sends it changed files, and restarts it when it dies.

Nothing here waits for the worker: a missing index gives no answers, and a worker that is too busy to read about single files is
asked to look at everything later. If the index cannot be updated, the reason is reported in one sentence. This module does not
read the database.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from codestral_ls.context.index.indexed_files import IGNORE_FILES
from codestral_ls.system import processes
from codestral_ls.timing import Clock, monotonic

log = logging.getLogger(__name__)

WORKER = "codestral_ls.context.index.worker"
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""A worker that died is restarted after this many seconds, each time after twice as many."""
END_SECONDS = 1.0
MOST_PATHS = 200
"""The most files that are sent by name; for more it is quicker to look at the whole folder."""
MOST_BYTES = 4_096
"""Bytes. A pipe takes a line of this size whole or not at all (Linux's PIPE_BUF)."""
LOOK_AT_ALL, CHECK = b"\n[]\n", b'\n"check"\n'
"""Starts with a line end, because on some systems the pipe may have taken a part of the previous line."""


class IndexKeeper:
    """One root's worker. Its methods start a process or write to a pipe: a few milliseconds at most.

    ``on_problem`` is called in another thread with the reason why the index cannot be updated, and with "" when it can again.
    """

    def __init__(
        self,
        root: Path,
        ignore: tuple[str, ...] = (),
        clock: Clock = monotonic,
        on_problem: Callable[[str], None] = lambda _problem: None,
    ) -> None:
        self._root = root
        self._ignore = ignore
        self._clock = clock
        self._on_problem = on_problem
        self._process: processes.Process[bytes] | None = None
        self._pause = FIRST_PAUSE
        self._not_before = float("-inf")
        self._untold = False
        self._closed = False
        self.problem = ""

    def ensure(self) -> None:
        """Start the worker if none runs and its pause is over."""
        process = self._process
        if process is not None and process.poll() is not None:
            self._release(process)
            self._process = None
            self._not_before = self._clock() + self._pause
            self._pause = min(LONGEST_PAUSE, 2 * self._pause)
        if self._untold:
            self._write([LOOK_AT_ALL])
        if self._process is not None or self._closed or self._clock() < self._not_before:
            return
        patterns = [word for pattern in self._ignore for word in ("--ignore", pattern)]
        try:
            process = processes.start_own(
                WORKER, str(self._root.absolute()), *patterns, stdin=processes.PIPE, stdout=processes.PIPE,
                stderr=processes.WITH_OUTPUT,
            )  # fmt: skip
        except OSError as error:
            self._tell(f"its process cannot be started ({error.strerror or error})")
            self._not_before = self._clock() + LONGEST_PAUSE
            return
        assert process.stdin is not None
        if sys.platform != "win32":  # which then waits a little instead
            with contextlib.suppress(OSError):
                os.set_blocking(process.stdin.fileno(), False)
        self._process, self._untold = process, False  # its first look includes everything
        threading.Thread(target=self._listen, args=(process,), name="index-worker", daemon=True).start()

    def changed(self, paths: Sequence[Path]) -> None:
        """These files were saved, created or deleted. No name, very many, or an ignore file cause a look at everything."""
        self.ensure()
        by_name = 0 < len(paths) <= MOST_PATHS and not any(path.name in IGNORE_FILES for path in paths)
        self._write(_lines(paths) if by_name else [LOOK_AT_ALL])

    def suspect(self) -> None:
        """A reader suspects damage: the worker checks the database, and rebuilds it if it is damaged."""
        self.ensure()
        self._write([CHECK])

    @property
    def process_id(self) -> int | None:
        """The process id of the running worker."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def close(self) -> None:
        """End the worker; its unfinished write is undone. Idempotent."""
        self._closed = True
        process, self._process = self._process, None
        if process is not None:
            self._release(process)

    def _write(self, lines: Iterable[bytes]) -> None:
        """Send the worker as much as its pipe takes now; a look at everything makes up for the rest."""
        if self._process is None or self._process.stdin is None:
            return
        self._untold = False
        for line in lines:
            try:
                written = os.write(self._process.stdin.fileno(), line)
            except BlockingIOError:
                written = 0
            except (OSError, ValueError):  # the worker died: the next one looks at everything
                return
            if written < len(line):  # the worker has not read for a long time; a full pipe must not delay a keystroke
                self._untold = True
                return

    def _listen(self, process: processes.Process[bytes]) -> None:
        """Read a worker's lines until it ends. Runs in a thread of its own."""
        assert process.stdout is not None
        last = ""
        with process.stdout as lines, contextlib.suppress(OSError, ValueError):
            for raw in lines:
                last = self._hear(raw.decode("utf-8", "replace").strip()) or last
        code = process.wait()
        if not self._closed:
            self._tell(f"its process ended with code {code}{f' ({last})' if last else ''}")

    def _hear(self, line: str) -> str:
        """Handle one line; returns it if the worker's own code did not write it, such as the last line of a traceback."""
        try:
            said = json.loads(line)
            state = said["state"]
        except (ValueError, TypeError, KeyError):
            return line
        if state == "failed":
            self._tell(str(said.get("error", "unknown")))
        elif state in ("ready", "updated"):
            self._tell("")
        else:
            log.info("the index of %s: %s", self._root, line)
        return ""

    def _tell(self, reason: str) -> None:
        problem = f"Cannot update the index of {self._root}: {reason}." if reason else ""
        if problem != self.problem and not self._closed:
            self.problem = problem
            if problem:
                log.warning("%s Completion continues without it.", problem)
            else:
                log.info("the index of %s is updated again", self._root)
            self._on_problem(problem)

    def _release(self, process: processes.Process[bytes]) -> None:
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except processes.OutOfTimeError:
                process.kill()
                process.wait(END_SECONDS)


def _lines(paths: Sequence[Path]) -> Iterator[bytes]:
    """JSON lists of paths, each short enough to be written at once."""
    told: list[str] = []
    size = 4
    for path in map(str, paths):
        cost = len(json.dumps(path)) + 2
        if cost + 4 > MOST_BYTES:
            yield LOOK_AT_ALL
            continue
        if size + cost > MOST_BYTES:
            yield (json.dumps(told) + "\n").encode()
            told, size = [], 4
        told.append(path)
        size += cost
    if told:
        yield (json.dumps(told) + "\n").encode()
