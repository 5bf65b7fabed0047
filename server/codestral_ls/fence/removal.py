"""Removes what generated code left, however deep its folders are nested."""

from __future__ import annotations

import contextlib
import os
import shutil
from itertools import count
from pathlib import Path


def remove_tree(folder: Path) -> None:
    """Remove ``folder`` and everything in it, as far as the system lets us.

    ``shutil`` can only follow nested folders as deep as the interpreter's recursion limit, and keeps each of them open, so deeper
    ones are moved to the top first.
    """
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    names = count()
    while os.path.lexists(folder) and _lift(folder, names):
        pass


def _lift(folder: Path, names: count[int]) -> bool:
    """Remove one level of folders, after what they hold was moved to ``folder``. Returns False if nothing changed."""
    changed = False
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    for inner in list(os.scandir(entry.path)):
                        os.rename(inner.path, folder / f"lifted-{os.getpid()}-{next(names)}")
                    os.rmdir(entry.path)
                else:
                    os.unlink(entry.path)
                changed = True
        folder.rmdir()
        changed = True
    return changed
