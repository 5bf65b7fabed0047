"""Whose turn it is to look at the whole folder: a lock file next to the database, which one process holds at a time.

If the holder dies, however it dies, the system releases the lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codestral_ls.system import file_lock
from codestral_ls.system.private_files import private_folder


@contextmanager
def taken_turn(database: Path) -> Iterator[bool]:
    """True inside if this process may scan, False if another one does. Does not wait. Raises: OSError."""
    private_folder(database.parent)
    descriptor = file_lock.take(database.with_suffix(".lock"))
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)
