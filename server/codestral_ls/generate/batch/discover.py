"""Which files a batch looks at: the named files and, below named folders, files that git knows or that are not hidden.

Sorted, so that two runs take the same order. No file is read here: the plan deals with unreadable files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pathspec

from codestral_ls.context.index.indexed_files import DEEPEST
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.errors import GenerateError
from codestral_ls.system import git
from codestral_ls.system.beneath import is_real
from codestral_ls.system.bounded import read_bounded

_NEVER = (
    ".*/", "__pycache__/", "node_modules/", "site-packages/", "venv/", "env/", "build/", "dist/", "target/", "vendor/",
    "third_party/", "_vendor/", "_vendored/", "vendored/", "extern/", "/docs/", "/doc/", "/examples/", "/example/",
    "*.min.js", "*_pb2.py", "*_pb2_grpc.py", "*.pb.go", "*.generated.*", "*.designer.cs", "*.d.ts", "*.d.cts", "*.d.mts",
)  # fmt: skip
"""Below a named folder, files in these were not written in this project or are generated; naming a file takes it all the same."""

_COMPILED_FROM = {".js": (".ts", ".tsx", ".mts"), ".jsx": (".tsx",), ".cjs": (".cts", ".ts"), ".mjs": (".mts", ".ts")}
"""JavaScript that a compiler writes next to its source."""


@dataclass(frozen=True, slots=True)
class Selection:
    """``paths`` as given; ``include`` and ``exclude`` as in .gitignore, relative to the named folder; ``since`` a revision."""

    paths: tuple[Path, ...]
    languages: frozenset[str]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    since: str = ""
    accepts: Callable[[Path], bool] | None = None


def find_files(selection: Selection) -> Iterator[Path]:
    """The files in order, each once. Raises: GenerateError (a path that does not exist), RepositoryError."""
    changed = _changed(selection) if selection.since else None
    exclude = pathspec.GitIgnoreSpec.from_lines(selection.exclude)
    include = pathspec.GitIgnoreSpec.from_lines(selection.include) if selection.include else None
    seen: set[Path] = set()
    for given in selection.paths:
        root = given.resolve()
        if not root.exists():
            raise GenerateError(f"{given} does not exist.")
        for path in [root] if root.is_file() else _below(root):
            name = path.relative_to(root).as_posix() if path != root else path.name
            if exclude.match_file(name) or (include is not None and not include.match_file(name)):
                continue
            if (changed is not None and path not in changed) or language_id_for_path(path) not in selection.languages:
                continue
            if selection.accepts is not None and not selection.accepts(path):
                continue
            if len(selection.paths) > 1:  # only overlapping arguments can name a file twice
                if path in seen:
                    continue
                seen.add(path)
            yield path


def git_root(path: Path) -> Path | None:
    """The top of the git work tree around ``path``; None outside of one."""
    found = git.work_tree(path)
    return found.top if found is not None else None


def unclean(paths: Sequence[Path]) -> list[str]:
    """Files below ``paths`` with changes git has not committed; empty outside of a work tree. Raises: RepositoryError."""
    found: list[str] = []
    for path in [given.resolve() for given in paths]:
        tree = git.work_tree(path)
        if tree is None:
            continue
        changed = [one for one in tree.changed() if one == path or path in one.parents]
        found += [one.relative_to(tree.top).as_posix() for one in sorted(changed)]
    return found


def _below(root: Path) -> Iterator[Path]:
    """The files below ``root``: those git would show or, without git, all that are not hidden."""
    never = pathspec.GitIgnoreSpec.from_lines([*_NEVER, *_ignored(root)])
    tree = git.work_tree(root)
    shown = tree.files(root) if tree is not None else []
    if shown:
        for path in shown:
            if not never.match_file(path.relative_to(root).as_posix()) and _is_own_file(path):
                yield path
        return
    yield from _walked(root, root, never, 0)


def _walked(folder: Path, root: Path, never: pathspec.GitIgnoreSpec, depth: int) -> Iterator[Path]:
    """The files below ``folder`` in the order of their whole names; links to folders are not followed."""
    try:
        entries = [
            (f"{one.name}/" if one.is_dir(follow_symlinks=False) else one.name, Path(one.path)) for one in os.scandir(folder)
        ]
    except OSError:
        return
    for name, path in sorted(entries):
        if never.match_file((folder.relative_to(root) / name).as_posix() + ("/" if name.endswith("/") else "")):
            continue
        if name.endswith("/"):
            if depth < DEEPEST:
                yield from _walked(path, root, never, depth + 1)
        elif _is_own_file(path):
            yield path


def _is_own_file(path: Path) -> bool:
    """True for a regular file that no link leads to (out of the named folder, perhaps) and that was not compiled from a file next
    to it. Git's index can name a file in a folder that is a link by now.
    """
    return path.is_file() and is_real(path) and not _is_compiled(path)


def _is_compiled(path: Path) -> bool:
    """True if a JavaScript file has its TypeScript next to it."""
    sources = _COMPILED_FROM.get(path.suffix, ())
    return any(path.with_suffix(suffix).is_file() for suffix in sources)


def _ignored(root: Path) -> list[str]:
    """The patterns of the folder's own ignore files."""
    lines: list[str] = []
    for name in (".gitignore", ".codestralignore"):
        try:
            lines += read_bounded(root / name).decode("utf-8", "replace").splitlines()
        except OSError:
            continue
    return lines


def _changed(selection: Selection) -> set[Path]:
    """Files that differ from the revision, including new files."""
    found: set[Path] = set()
    for given in selection.paths:
        tree = git.work_tree(given)
        if tree is None:
            raise GenerateError(f"--since needs git, and {given} is not in a git work tree.")
        found |= tree.changed(selection.since) | tree.others()
    return found
