"""Asks git about a folder: where its work tree is, which files it would show, which ones differ.

Through libgit2, which starts no program: neither a hook nor ``core.fsmonitor``, a filter, a textconv or a transport, whatever
the repository's configuration names (git itself runs them, and the configuration may have come with an archive or with a
bare repository inside a clone). Only this module imports pygit2, and it writes nothing.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from codestral_ls.errors import GenerateError
from codestral_ls.system.git_files import IGNORE_FILES, unfit_file, waits

MARK = ".git"
READABLE_EXTENSIONS = ("partialclone", "relativeworktrees")
"""Extensions of a repository's format that do not matter for reading only names and the index."""


class RepositoryError(GenerateError):
    """The repository cannot be read, or lacks the requested revision. A sentence for the user."""


@dataclass(frozen=True, slots=True)
class WorkTree:
    """The work tree whose top folder is ``top``, with all links resolved."""

    top: Path

    def files(self, below: Path) -> list[Path]:
        """The files git would show below the folder ``below``: tracked files, and others that no rule ignores. Sorted.

        Tracked files may be gone from the disk. Raises: RepositoryError.
        """
        repository = self._opened()
        start = _start(self.top, below)
        with _told(self.top):
            tracked = {entry.path for entry in repository.index}
            found = {name for name in tracked if name.startswith(start)}
            found.update(_others(repository, self.top, start, tracked))
        return [self.top / name for name in sorted(found)]

    def tracked(self) -> list[Path]:
        """The tracked files in order. Raises: RepositoryError."""
        with _told(self.top):
            return sorted(self.top / entry.path for entry in self._opened().index)

    def changed(self, revision: str = "HEAD") -> set[Path]:
        """Tracked files that differ from ``revision``, in the index or on the disk, deleted ones among them.

        Before the first commit these are all.

        Raises: RepositoryError (git knows no such revision).
        """
        repository = self._opened()
        with _told(self.top):
            if revision == "HEAD" and repository.head_is_unborn:
                return set(self.tracked())
            staged = repository.index.diff_to_tree(_tree(repository, revision))
            edited = repository.index.diff_to_workdir()
            return {self.top / name for diff in (staged, edited) for name in _names(diff)}

    def others(self, below: Path | None = None) -> set[Path]:
        """Files that are neither tracked nor ignored. Raises: RepositoryError."""
        repository = self._opened()
        with _told(self.top):
            tracked = {entry.path for entry in repository.index}
            return {self.top / name for name in _others(repository, self.top, _start(self.top, below or self.top), tracked)}

    def _opened(self) -> Any:
        if (unfit := unfit_file(self.top)) is not None:
            raise RepositoryError(f"{unfit} is a pipe or a device: the git repository of {self.top} is not read.")
        with _told(self.top):
            repository = _libgit2().Repository(str(self.top), _libgit2().enums.RepositoryOpenFlag.NO_SEARCH)
            if repository.is_bare or Path(repository.workdir or "").resolve() != self.top:
                raise RepositoryError(f"{self.top / MARK} belongs to another folder's work tree.")
            return repository


def work_tree(path: Path) -> WorkTree | None:
    """The git work tree around ``path``, which may be a file; None outside of one.

    Only a ``.git`` marks a repository: a folder of a clone that looks like a bare repository does not.
    """
    path = path.resolve()
    for folder in (path, *path.parents):
        try:
            if (folder / MARK / "HEAD").exists() or (folder / MARK).is_file():  # a file of a submodule or linked work tree
                return WorkTree(folder)
        except OSError:  # a folder above that this user may not read
            return None
    return None


def _start(top: Path, below: Path) -> str:
    """How the names of files below the folder ``below`` begin: "" for the top, else with a slash at the end."""
    relative = below.resolve().relative_to(top).as_posix()
    return "" if relative == "." else f"{relative}/"


def _others(repository: Any, top: Path, start: str, tracked: set[str]) -> Iterator[str]:
    """Names of files below ``start`` that are neither tracked nor ignored. Other repositories inside are not entered."""
    waiting = [start]
    for parent in PurePosixPath(start).parents if start else ():
        _check_ignore_files(top / parent)
    while waiting:
        folder = waiting.pop()
        _check_ignore_files(top / folder)
        try:
            entries = list(os.scandir(top / folder))
        except OSError:
            continue
        for entry in entries:
            name = f"{folder}{entry.name}"
            if entry.name == MARK:
                continue
            if entry.is_dir(follow_symlinks=False):
                if not repository.path_is_ignored(_askable(f"{name}/")) and not os.path.lexists(f"{entry.path}/{MARK}"):
                    waiting.append(f"{name}/")
            elif name not in tracked and not repository.path_is_ignored(_askable(name)):
                yield name


def _check_ignore_files(folder: Path) -> None:
    """Raises: RepositoryError (one is a pipe or a device)."""
    for name in IGNORE_FILES:
        if waits(folder / name):
            raise RepositoryError(f"{folder / name} is a pipe or a device: the git repository around it is not read.")


def _askable(name: str) -> str:
    """``name`` with question marks for bytes that are not UTF-8: the binding takes no other names there."""
    return name.encode("utf-8", "replace").decode()


def _tree(repository: Any, revision: str) -> Any:
    libgit2 = _libgit2()
    try:
        return repository.revparse_single(revision).peel(libgit2.Tree)
    except (KeyError, ValueError, libgit2.GitError):
        raise RepositoryError(f"git knows no revision {revision}.") from None


def _names(diff: Any) -> Iterator[str]:
    for delta in diff.deltas:
        yield from {delta.old_file.path, delta.new_file.path}


@contextmanager
def _told(top: Path) -> Iterator[None]:
    """Turn libgit2's errors into a sentence."""
    try:
        yield
    except (_libgit2().GitError, UnicodeError, KeyError, ValueError, OSError) as error:
        raise RepositoryError(f"The git repository of {top} cannot be read: {error}.") from error


@functools.cache
def _libgit2() -> Any:
    import pygit2  # 0.2 s that only batches and `eval` have to wait for
    import pygit2.enums

    pygit2.option(pygit2.enums.Option.SET_EXTENSIONS, list(READABLE_EXTENSIONS), len(READABLE_EXTENSIONS))
    return pygit2
