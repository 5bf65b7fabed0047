"""Whose turn it is to look at the whole folder: a lock file beside the database, held by one process at a time.

The system lets go of it when its holder dies, however it dies.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codestral_ls.system.private_files import private_folder

try:
    import fcntl
except ImportError:  # Windows: SQLite's own lock keeps two writers apart, they only do the work twice
    fcntl = None  # type: ignore[assignment]


@contextmanager
def taken_turn(database: Path) -> Iterator[bool]:
    """True inside where this process may scan, False where another one does. Does not wait. Raises OSError."""
    private_folder(database.parent)
    descriptor = os.open(database.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        mine = True
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                mine = False
        yield mine
    finally:
        os.close(descriptor)
