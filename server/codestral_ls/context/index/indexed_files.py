"""Which files of a folder are indexed: source code that may enter a prompt, written by people and not too large.

Symbolic links are not followed: their targets inside the root are found where they are, and targets outside are not the
project's. Reads names, sizes and ignore files; the text of a file is only read by ``read_source``.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.context.index.extract import is_minified
from codestral_ls.documents.languages import language_for, language_id_for_path
from codestral_ls.system.beneath import entries_beneath, read_beneath

MOST_BYTES = 1_000_000
"""Bytes. Larger files are data or generated."""

MOST_FILES = 200_000

SKIPPED_FOLDERS = frozenset(
    (
        *(".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", "site-packages", ".tox", ".nox"),
        *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".cache", ".idea", ".vscode", ".gradle"),
    )
)
"""Folders of tools and of third-party code, whatever an ignore file says. The root itself may have such a name."""

DEEPEST = 100
"""How deep folders are searched. A hostile archive can have thousands of folders in folders, each of which takes longer to open."""
_LATEST = 2**63 - 1

IGNORE_FILES = (".gitignore", ".codestralignore")


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file as the folder lists it: path relative to the root with ``/``, modification time and size."""

    path: str
    mtime_ns: int
    size: int

    @classmethod
    def of(cls, path: str, status: os.stat_result) -> FileStamp:
        """The file at ``path``. It may have a time, after 2262 or before 1677, that no column of SQLite can store."""
        return cls(path, max(-_LATEST, min(_LATEST, status.st_mtime_ns)), status.st_size)


@dataclass(slots=True)
class Walk:
    """A walk through ``root``. Afterwards ``rules_digest`` shows whether an ignore file has changed since another walk."""

    root: Path
    rules_digest: str = ""

    def stamps(self) -> Iterator[FileStamp]:
        """The files that could be indexed by name, kind and size, folder by folder; privacy is not checked yet."""
        digest = hashlib.sha256()
        waiting, count = [""], 0
        while waiting:
            folder = waiting.pop()
            for name, status in sorted(entries(self.root, folder)):
                path = f"{folder}{name}"
                if stat.S_ISDIR(status.st_mode):
                    if name not in SKIPPED_FOLDERS and path.count("/") < DEEPEST:
                        waiting.append(f"{path}/")
                    continue
                if name in IGNORE_FILES:
                    digest.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\n".encode("utf-8", "surrogateescape"))
                if stat.S_ISREG(status.st_mode) and 0 < status.st_size <= MOST_BYTES and is_source(name):
                    count += 1
                    if count > MOST_FILES:
                        return
                    yield FileStamp.of(path, status)
        self.rules_digest = digest.hexdigest()


def is_source(name: str) -> bool:
    """True if a file by this name is in a language that the index knows."""
    return language_for(language_id_for_path(name)).knows("definitions") and not name.endswith(".min.js")


def is_text(path: str) -> bool:
    """True if a path can be stored as text: on Unix a name may be bytes in no encoding, which no database or editor accepts."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_source(root: Path, path: str) -> tuple[str, str] | None:
    """Text and SHA-1 of the bytes of the file at ``path``, relative to ``root`` with ``/``.

    None if it cannot be read, is not UTF-8 text, is or lies beneath a link, is not a regular file, is too large, or is minified.
    """
    try:
        content = read_beneath(root, path, MOST_BYTES)
    except (OSError, ValueError):
        return None
    if b"\0" in content:
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if is_minified(text) else (text, hashlib.sha1(content, usedforsecurity=False).hexdigest())


def entries(root: Path, folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """The content of ``root / folder`` except links and names that are not text, in no order.

    Nothing if it cannot be read, or if a part of ``folder`` is a link by now.
    """
    try:
        with entries_beneath(root, folder) as found:
            for entry in found:
                try:
                    if not entry.is_symlink() and is_text(entry.name):
                        yield entry.name, entry.stat(follow_symlinks=False)
                except OSError:
                    continue  # gone meanwhile
    except (OSError, ValueError):
        return  # unreadable or gone: nothing of it is indexed
