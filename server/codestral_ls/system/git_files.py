"""Checks the files of a repository before libgit2 opens them, because it waits forever on a named pipe that nobody writes to.

A clone brings no pipes, but an archive can, and so can a configuration that names one as another file to read.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from codestral_ls.system.bounded import read_bounded

MARK = ".git"
IGNORE_FILES = frozenset({".gitignore", ".gitattributes"})
_MOST_ENTRIES = 500_000
"""Entries of a repository's own folder; of a larger one only so many are checked."""
_DEEPEST = 10
_FILE = re.compile(
    r"^[ \t]*+(?:\[[^\]\n]*+\])?+[ \t]*+(?:path|excludesfile|attributesfile)[ \t]*+=[ \t]*+\"?([^\"\n]{1,4096}?)\"?[ \t]*+\r?$",
    re.I | re.M,
)
_WAITS = (stat.S_ISFIFO, stat.S_ISCHR, stat.S_ISBLK)


def unfit_file(top: Path) -> Path | None:
    """A pipe or a device among the files that libgit2 could read for the work tree ``top``; None if there is none."""
    folders = [top / MARK]
    for mark, name in ((b"gitdir:", MARK), (b"", "commondir")):
        file = folders[-1] / name if name != MARK else folders[0]
        named = _named(file, mark, file.parent)
        if named is not None:
            folders.append(named)
    candidates = (path for folder in folders for path in _inside(folder))
    return next((path for path in (*_ignore_files(top), *candidates, *_configured(folders)) if waits(path)), None)


def waits(path: Path | str) -> bool:
    """True if opening ``path`` may wait for somebody, or reading it never end."""
    try:
        found = os.stat(path)  # noqa: PTH116 - is asked for every file of a repository
        return any(kind(found.st_mode) for kind in _WAITS) and not os.path.samestat(found, os.stat(os.devnull))  # noqa: PTH116
    except (OSError, ValueError):
        return False


def _ignore_files(folder: Path) -> Iterator[Path]:
    return (folder / name for name in sorted(IGNORE_FILES))


def _inside(folder: Path) -> Iterator[Path]:
    """Entries of a folder that are neither plain files nor folders, at any depth."""
    yield folder
    waiting, left = [str(folder)], _MOST_ENTRIES
    while waiting and left > 0:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    left -= 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif not entry.is_file(follow_symlinks=False):
                        yield Path(entry.path)
        except OSError:
            continue


def _configured(folders: list[Path]) -> Iterator[Path]:
    """The files that configurations name, including those they include."""
    waiting = [(folder / name, 0) for folder in folders for name in ("config", "config.worktree")]
    seen: set[Path] = set()
    while waiting:
        file, depth = waiting.pop()
        if file in seen or depth > _DEEPEST:
            continue
        seen.add(file)
        try:
            text = read_bounded(file).decode("utf-8", "replace")
        except (OSError, ValueError):
            continue
        for match in _FILE.finditer(text):
            named = file.parent / os.path.expanduser(match[1])  # noqa: PTH111 - an unknown user's is left as it is
            yield named
            waiting.append((named, depth + 1))


def _named(file: Path, mark: bytes, beside: Path) -> Path | None:
    try:
        content = read_bounded(file)
    except (OSError, ValueError):
        return None
    name = os.fsdecode(content.removeprefix(mark).strip())
    return beside / name if content.startswith(mark) and name and "\0" not in name else None
