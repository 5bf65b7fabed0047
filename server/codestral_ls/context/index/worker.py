"""The low-priority process that keeps one root's index up to date beside a server.

Started by ``keeper.py`` as ``python -m codestral_ls.context.index.worker ROOT``. It reads one JSON list of paths per line
(files that were saved; an empty list asks for a new look at the whole folder) and writes one JSON object per line. It
ends with its standard input, so it never outlives its server. Where git has moved (a branch switch) it looks at the
whole folder again without being asked. Deliberately the only writer this window has; two windows' workers take turns.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import select
import sqlite3
import sys
import time
from pathlib import Path

from codestral_ls.context.index import store
from codestral_ls.context.index.build import open_writer, refresh, update
from codestral_ls.context.index.turns import taken_turn
from codestral_ls.context.index.write import Writer
from codestral_ls.documents.privacy import FileRules

LOOK_SECONDS = 2.0
"""How often git's head is looked at."""
RESCAN_SECONDS = 300.0
"""How often the whole folder is looked at for changes that nobody told of."""
RETRY_SECONDS = 30.0
"""Pause after a full disk or another failure of the file system."""
NICE = 15


class Worker:
    """One root's worker. ``step`` does what is due; nothing it meets ends it but the end of its input."""

    def __init__(self, root: Path, ignore: tuple[str, ...]) -> None:
        self._root = root
        self._ignore = ignore
        self._rules = FileRules(ignore)
        self._writer: Writer | None = None
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._head = self._git_stamp()
        self._scan_at = 0.0
        self._saved: list[Path] = []

    def wait_seconds(self) -> float:
        """How long until something may be due."""
        return max(0.0, min(LOOK_SECONDS, self._scan_at - time.monotonic()))

    def hear(self, line: str) -> None:
        """Take one line of the server."""
        try:
            paths = json.loads(line)
        except ValueError:
            return
        if not isinstance(paths, list):
            return
        if not paths or len(paths) > 200:
            self._scan_at = 0.0
        else:
            self._saved += [Path(path) for path in paths if isinstance(path, str)]

    def step(self) -> None:
        """Do what is due; failures are told and tried again later."""
        try:
            self._step()
        except sqlite3.Error as error:
            self._close()
            if store.is_damage(error):
                store.delete(store.database_file(self._root))
                self._scan_at = 0.0
                tell("damaged", error=str(error))
            else:
                self._later(error)
        except OSError as error:
            self._close()
            self._later(error)

    def _step(self) -> None:
        head = self._git_stamp()
        if head != self._head:
            self._head, self._scan_at = head, 0.0
        writer = self._opened()
        if self._saved:
            saved, self._saved = self._saved, []
            tell("updated", files=update(self._root, writer, saved, self._rules))
        if time.monotonic() >= self._scan_at:
            with taken_turn(store.database_file(self._root)) as mine:
                if mine:
                    result = refresh(self._root, writer, self._ignore)
                    self._scan_at = time.monotonic() + RESCAN_SECONDS
                    tell("ready", indexed=result.indexed, unchanged=result.unchanged, removed=result.removed)
                else:  # another window is at it; what it finds is ours too
                    self._scan_at = time.monotonic() + LOOK_SECONDS

    def _opened(self) -> Writer:
        """The writer, opened again where the file is another one than before (deleted, or healed by another window)."""
        file = _identity(store.database_file(self._root))
        if self._writer is None or file != self._file:
            self._close()
            self._writer, self._connection = open_writer(self._root)
            self._file = _identity(store.database_file(self._root))
            self._scan_at = 0.0
        return self._writer

    def _close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
        self._writer = self._connection = None

    def _later(self, error: Exception) -> None:
        self._scan_at = time.monotonic() + RETRY_SECONDS
        tell("failed", error=str(error))

    def _git_stamp(self) -> tuple[int, ...]:
        return tuple(_mtime(self._root / ".git" / name) for name in ("HEAD", "index"))


def tell(state: str, **more: object) -> None:
    """One line to the server. Raises OSError when it is gone."""
    sys.stdout.write(json.dumps({"state": state, **more}) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--ignore", action="append", default=[])
    arguments = parser.parse_args()
    with contextlib.suppress(AttributeError, OSError):
        os.nice(NICE)
    gc.disable()
    worker = Worker(arguments.root.resolve(), tuple(arguments.ignore))
    source = sys.stdin.buffer.raw if hasattr(sys.stdin.buffer, "raw") else sys.stdin.buffer
    pending = b""
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        while True:
            worker.step()
            ready, _, _ = select.select([source], [], [], worker.wait_seconds())
            if not ready:
                continue
            read = os.read(source.fileno(), 65_536)
            if not read:
                return
            *lines, pending = (pending + read).split(b"\n")
            for line in lines:
                worker.hear(line.decode("utf-8", "replace"))


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _mtime(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


if __name__ == "__main__":
    main()
