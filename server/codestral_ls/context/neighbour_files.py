"""Which files are near a file: those of its folder first, then those that are fewest folders away, up to its project's root.

Looks at the folders themselves and needs no index. Reads only names; ``workspace.py`` decides whether a file may be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from codestral_ls.context.index.indexed_files import SKIPPED_FOLDERS, entries, is_source
from codestral_ls.context.nearness import farness

MOST_ENTRIES = 4_000
"""Entries of folders that are examined: some ten milliseconds."""


def neighbour_files(root: Path, here: str, most: int) -> list[str]:
    """At most ``most`` files with the suffix of the file ``here``, nearest first. Paths are relative to ``root``, with ``/``.

    Leaves out ``here`` itself, links, special files, files that are not source code, and hidden folders or folders of tools.
    """
    folder, _, name = here.rpartition("/")
    suffix = os.path.splitext(name)[1]  # noqa: PTH122 - a name, no path
    found: list[str] = []
    listed = _Entries(root)
    inner: str | None = None
    while suffix and is_source(name):
        found += sorted(one for one in listed.below(folder, but=inner) if one.endswith(suffix) and one != here)
        if not folder or len(found) >= most or listed.left <= 0:
            break
        inner, folder = folder, folder.rpartition("/")[0]
    return sorted(found, key=partial(farness, here))[:most]


class _Entries:
    """Lists folders until ``left`` entries were seen."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.left = MOST_ENTRIES

    def below(self, folder: str, but: str | None) -> Iterator[str]:
        """The files in ``folder`` and below it, nearest first, without those below the folder ``but``."""
        waiting = [folder]
        while waiting and self.left > 0:
            inside: list[str] = []
            for one in waiting:
                for name, status in islice(entries(self._root, one), max(0, self.left)):
                    self.left -= 1
                    path = f"{one}/{name}" if one else name
                    if S_ISREG(status.st_mode):
                        yield path
                    elif S_ISDIR(status.st_mode) and path != but and name not in SKIPPED_FOLDERS and not name.startswith("."):
                        inside.append(path)
            waiting = inside
