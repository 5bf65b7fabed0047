"""Reads a repository with libgit2, as a process of its own: ``git.py`` starts it, and ends it when it takes too long.

libgit2 starts no program: neither a hook nor ``core.fsmonitor``, a filter, a textconv or a transport, whatever the repository's
configuration names (git itself runs them, and the configuration may have come with an archive or with a bare repository inside a
clone). But it matches ignore patterns by backtracking: 41 bytes of an ignore file keep it busy for years. Only this module imports
pygit2, and it writes nothing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pygit2
from pygit2.enums import Option, RepositoryOpenFlag

from codestral_ls.system.git_files import IGNORE_FILES, MARK, unfit_file, waits

READABLE_EXTENSIONS = ("partialclone", "relativeworktrees")
"""Extensions of a repository's format that do not matter for reading only names and the index."""


class _UnfitRepositoryError(Exception):
    """The repository is not read. A sentence for the user."""


def main(arguments: Sequence[str]) -> int:
    """Answer one question about the work tree at an absolute path: print ``{"names": […]}`` or ``{"error": "…"}``.

    The arguments are the path, the question's name (`QUESTIONS`) and what it asks about; names count from the work tree's top.
    """
    top, question, *about = arguments
    try:
        answer: dict[str, object] = {"names": sorted(QUESTIONS[question](_opened(Path(top)), Path(top), *about))}
    except _UnfitRepositoryError as unfit:
        answer = {"error": str(unfit)}
    except (pygit2.GitError, UnicodeError, KeyError, ValueError, OSError) as error:
        answer = {"error": f"The git repository of {top} cannot be read: {error}."}
    sys.stdout.write(json.dumps(answer))  # in ASCII, whatever bytes a name has
    return 0


def _opened(top: Path) -> Any:
    pygit2.option(Option.SET_EXTENSIONS, list(READABLE_EXTENSIONS), len(READABLE_EXTENSIONS))
    if (unfit := unfit_file(top)) is not None:
        raise _UnfitRepositoryError(f"{unfit} is a pipe or a device: the git repository of {top} is not read.")
    repository = pygit2.Repository(str(top), RepositoryOpenFlag.NO_SEARCH)
    if repository.is_bare or Path(repository.workdir or "").resolve() != top:
        raise _UnfitRepositoryError(f"{top / MARK} belongs to another folder's work tree.")
    return repository


def _files(repository: Any, top: Path, start: str) -> set[str]:
    """Tracked files whose names begin with ``start``, and others below that folder that no rule ignores."""
    tracked = _tracked(repository, top)
    return {name for name in tracked if name.startswith(start)} | set(_others(repository, top, start, tracked))


def _tracked(repository: Any, _top: Path) -> set[str]:
    return {entry.path for entry in repository.index}


def _changed(repository: Any, top: Path, revision: str) -> set[str]:
    """Tracked files that differ from ``revision``, in the index or on the disk; before the first commit these are all."""
    if revision == "HEAD" and repository.head_is_unborn:
        return _tracked(repository, top)
    staged = repository.index.diff_to_tree(_tree(repository, revision))
    edited = repository.index.diff_to_workdir()
    return {name for diff in (staged, edited) for name in _names(diff)}


def _untracked(repository: Any, top: Path, start: str) -> Iterable[str]:
    return _others(repository, top, start, _tracked(repository, top))


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
    """Raises: _UnfitRepositoryError (one is a pipe or a device)."""
    for name in IGNORE_FILES:
        if waits(folder / name):
            raise _UnfitRepositoryError(f"{folder / name} is a pipe or a device: the git repository around it is not read.")


def _askable(name: str) -> str:
    """``name`` with question marks for bytes that are not UTF-8: the binding takes no other names there."""
    return name.encode("utf-8", "replace").decode()


def _tree(repository: Any, revision: str) -> Any:
    try:
        return repository.revparse_single(revision).peel(pygit2.Tree)
    except (KeyError, ValueError, pygit2.GitError):
        raise _UnfitRepositoryError(f"git knows no revision {revision}.") from None


def _names(diff: Any) -> Iterator[str]:
    for delta in diff.deltas:
        yield from {delta.old_file.path, delta.new_file.path}


QUESTIONS: Mapping[str, Callable[..., Iterable[str]]] = {
    "files": _files,
    "tracked": _tracked,
    "changed": _changed,
    "untracked": _untracked,
}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
