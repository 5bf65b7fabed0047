"""Commits as sequences of hunks: a programmer's changes in a random order, because their real order is unknown."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pygit2

from codestral_ls.documents.languages import language_for, language_id_for_path

LARGEST_FILE = 300_000
MOST_FILES = 8
MOST_HUNKS = 20


@dataclass(frozen=True, slots=True)
class CommitHunk:
    """Lines ``[start, start + len(old))`` of the old file at ``path`` become ``new``."""

    path: str
    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """The old texts of the files that a commit changes, its hunks in the chosen order, and neighbouring files that it does not
    change.
    """

    repository: str
    id: str
    files: dict[str, str]
    others: dict[str, str]
    hunks: tuple[CommitHunk, ...]


def commits(repository: Path, name: str, seed: int) -> Iterator[Commit]:
    """The commits of a repository that change source code in 1 to 20 places of at most 8 files, newest first."""
    repo = pygit2.Repository(str(repository))
    for commit in repo.walk(repo.head.target, pygit2.enums.SortMode.TIME):
        if len(commit.parents) != 1:
            continue
        try:
            found = _read(repo, commit, name, random.Random(f"{seed} {commit.id}"))
        except KeyError:  # a clone that does not have all objects
            continue
        if found is not None:
            yield found


def _read(repo: pygit2.Repository, commit: pygit2.Commit, name: str, draw: random.Random) -> Commit | None:
    diff = repo.diff(commit.parents[0], commit, context_lines=0, interhunk_lines=0)
    if len(diff) > 4 * MOST_FILES:
        return None
    files: dict[str, str] = {}
    hunks: list[CommitHunk] = []
    for patch in diff:
        if patch is None or patch.delta.status_char() != "M" or patch.delta.is_binary:
            continue
        path = patch.delta.new_file.path
        if not is_source(path):
            continue
        before, after = text_of(repo, patch.delta.old_file.id), text_of(repo, patch.delta.new_file.id)
        if before is None or after is None:
            continue
        old_lines, new_lines = before.split("\n"), after.split("\n")
        files[path] = before
        for hunk in patch.hunks:
            start = hunk.old_start - 1 if hunk.old_lines else hunk.old_start
            new_start = hunk.new_start - 1 if hunk.new_lines else hunk.new_start
            old = tuple(old_lines[start : start + hunk.old_lines])
            hunks.append(CommitHunk(path, start, old, tuple(new_lines[new_start : new_start + hunk.new_lines])))
    if not hunks or len(files) > MOST_FILES or len(hunks) > MOST_HUNKS:
        return None
    draw.shuffle(hunks)
    return Commit(name, str(commit.id)[:10], files, _others(repo, commit, files, draw), tuple(hunks))


def _others(repo: pygit2.Repository, commit: pygit2.Commit, files: dict[str, str], draw: random.Random) -> dict[str, str]:
    """The same number of files from the same folders and with the same suffixes that the commit does not change: they are open,
    too.
    """
    found: dict[str, str] = {}
    tree = commit.parents[0].tree
    touched = {patch.delta.new_file.path for patch in repo.diff(commit.parents[0], commit) if patch is not None}
    for path in files:
        parent, suffix = PurePosixPath(path).parent, PurePosixPath(path).suffix
        folder = tree if parent == PurePosixPath(".") else tree[str(parent)]
        names = [str(parent / str(entry.name)) for entry in _entries(folder) if isinstance(entry, pygit2.Blob)]
        beside = [one for one in names if one.endswith(suffix) and one not in touched and one not in found]
        if beside:
            chosen = draw.choice(beside)
            text = text_of(repo, tree[chosen].id)
            if text is not None:
                found[chosen] = text
    return found


def _entries(folder: object) -> list[pygit2.Object]:
    return list(folder) if isinstance(folder, pygit2.Tree) else []


def is_source(path: str) -> bool:
    """True if a file is the project's own source code, in a language with a grammar."""
    if any(part in {"vendor", "node_modules", "dist", "third_party", "testdata"} for part in PurePosixPath(path).parts):
        return False
    language = language_id_for_path(path)
    return language not in ("plaintext", "json", "markdown", "restructuredtext") and language_for(language).grammar is not None


def text_of(repo: pygit2.Repository, blob: pygit2.Oid) -> str | None:
    """The text of a file; None if it is large or not text."""
    found = repo[blob]
    if not isinstance(found, pygit2.Blob):
        return None
    data: bytes = found.data
    if len(data) > LARGEST_FILE:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
