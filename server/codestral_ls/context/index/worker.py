"""The low-priority process that keeps one root's index up to date while a server runs.

Started by ``index_keeper.py`` as ``python -P -m codestral_ls.context.index.worker ROOT``. It reads one JSON list of paths per line
(files that were saved, made or deleted; an empty list asks for a new look at the whole folder, and the word "check" for a check of
the database) and writes one JSON object per line. It ends with its standard input, so it never outlives its server. If git has
moved (a branch switch), or very many files changed at once, it looks at the whole folder. The reason for its end is reported in one
line. Nothing else in this window writes the index; two windows' workers take turns.
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

from codestral_ls.config.paths import state_dir
from codestral_ls.context.index import store
from codestral_ls.context.index.build_index import open_writer, refresh, update, warm_up
from codestral_ls.context.index.turns import taken_turn
from codestral_ls.context.index.write import IndexWriter
from codestral_ls.documents import parser_watch
from codestral_ls.documents.privacy import file_rules

LOOK_SECONDS = 2.0
"""Seconds between two looks at git's head."""
RESCAN_SECONDS = 300.0
"""Seconds between two looks at the whole folder for unreported changes."""
RETRY_SECONDS = 30.0
"""Seconds of pause after a full disk or another failure of the file system."""
GAP_SECONDS = 2.0
"""Seconds between two requested looks at the whole folder: a branch switch is reported in many pieces."""
MOST_CHANGED = 200
"""The most files that are examined one by one."""
NICE = 15


class Worker:
    """One root's worker. ``step`` does what is due; only the end of its input ends it."""

    def __init__(self, root: Path, ignore: tuple[str, ...]) -> None:
        self._root = root
        self._ignore = ignore
        self._rules = file_rules(ignore)
        self._writer: IndexWriter | None = None
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._head = self._git_stamp()
        self._scan_at = 0.0
        self._scanned = float("-inf")
        self._healed = float("-inf")
        self._not_before = 0.0
        self._changed: dict[Path, None] = {}
        self._suspected = False

    def wait_seconds(self) -> float:
        """Seconds until something may be due."""
        now = time.monotonic()
        return max(0.0, self._not_before - now, min(LOOK_SECONDS, self._scan_at - now))

    def hear(self, line: str) -> None:
        """Handle one line from the server."""
        try:
            paths = json.loads(line)
        except ValueError:
            return
        if paths == "check":
            self._suspected = True
        if not isinstance(paths, list):
            return
        self._changed.update((Path(path), None) for path in paths if isinstance(path, str))
        if not paths or len(self._changed) > MOST_CHANGED:
            self._changed.clear()
            self._scan_soon()

    def step(self) -> None:
        """Do what is due; failures are reported and tried again later."""
        if time.monotonic() < self._not_before:
            return
        try:
            self._step()
        except sqlite3.Error as error:
            self._close()
            now = time.monotonic()
            if store.is_damage(error):
                store.delete(store.database_file(self._root))
            if store.is_damage(error) and now - self._healed > RETRY_SECONDS:
                self._healed, self._scan_at = now, 0.0
                tell("damaged", error=str(error))
            else:  # a new file that fails at once is not damage: a disk quota, for example, gives the same message
                self._later(error)
        except OSError as error:
            self._close()
            self._later(error)

    def _step(self) -> None:
        head = self._git_stamp()
        if head != self._head:
            self._head = head
            self._scan_soon()
        if self._suspected:
            self._suspected = False
            store.check(store.database_file(self._root))
        writer = self._opened()
        if self._changed:
            changed, self._changed = list(self._changed), {}
            tell("updated", files=update(self._root, writer, changed, self._rules))
        if time.monotonic() >= self._scan_at:
            with taken_turn(store.database_file(self._root)) as mine:
                if mine:
                    result = refresh(self._root, writer, self._ignore)
                    self._scanned = time.monotonic()
                    self._scan_at = self._scanned + RESCAN_SECONDS
                    warm_up(writer)
                    tell("ready", indexed=result.indexed, unchanged=result.unchanged, removed=result.removed)
                else:  # another window is doing it, and we use its result
                    self._scan_at = time.monotonic() + LOOK_SECONDS

    def _opened(self) -> IndexWriter:
        """The writer, opened again if the file was replaced (deleted, or rebuilt by another window)."""
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

    def _scan_soon(self) -> None:
        self._scan_at = min(self._scan_at, self._scanned + GAP_SECONDS)

    def _later(self, error: Exception) -> None:
        self._not_before = time.monotonic() + RETRY_SECONDS
        self._scan_at = 0.0
        tell("failed", error=_reason(error))

    def _git_stamp(self) -> tuple[int, ...]:
        return tuple(_mtime(self._root / ".git" / name) for name in ("HEAD", "index"))


def tell(state: str, **more: object) -> None:
    """Send one line to the server. Raises: OSError if it is gone."""
    sys.stdout.write(json.dumps({"state": state, **more}) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--ignore", action="append", default=[])
    arguments = parser.parse_args()
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.nice(NICE)
    gc.disable()
    parser_watch.watch(state_dir() / "parsers")
    try:
        _serve(Worker(arguments.root.resolve(), tuple(arguments.ignore)))
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(0)  # the server is gone, so nobody would read more
    except Exception as error:
        tell("failed", error=_reason(error))
        sys.exit(1)


def _serve(worker: Worker) -> None:
    source = sys.stdin.buffer.raw if hasattr(sys.stdin.buffer, "raw") else sys.stdin.buffer
    pending = b""
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


def _reason(error: Exception) -> str:
    """An error in words for the user."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) if isinstance(error, sqlite3.Error) else f"{type(error).__name__}: {error}"


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
