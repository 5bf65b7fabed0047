"""The lock that lets one host at a time serve a model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codestral_ls.system import file_lock


class HeldError(Exception):
    """Another process holds the lock."""


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock at ``path`` inside the block; the file stays. Raises: HeldError at once when it is taken."""
    descriptor = file_lock.take(path)
    if descriptor is None:
        raise HeldError
    try:
        yield
    finally:
        os.close(descriptor)
