"""Which files a batch looks at: the named files and, below named folders, files that git knows or that are not hidden.

Sorted, so that two runs take the same order. No file is read here: the plan deals with unreadable files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.context.index.indexed_files import DEEPEST
from codestral_ls.documents.ignoring.patterns import Patterns, patterns_of
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
"""Below a named folder, files in these folders are skipped: they were not written in this project or are generated.

A file that is named itself is not skipped.
"""

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
    exclude = _Fitting(selection.exclude, "What is excluded")
    include = _Fitting(selection.include, "What is included") if selection.include else None
    seen: set[Path] = set()
    for given in selection.paths:
        root = given.resolve()
        if not root.exists():
            raise GenerateError(f"{given} does not exist.")
        for path in [root] if root.is_file() else _below(root):
            name = path.relative_to(root).as_posix() if path != root else path.name
            if exclude.fit(name) or (include is not None and not include.fit(name)):
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


class _Fitting:
    """Tells which files patterns, as in .gitignore, name by their own name or by a folder around them."""

    def __init__(self, lines: Sequence[str], what: str) -> None:
        """``what`` begins a sentence about the patterns. Raises: GenerateError (they are too many, or too long, to be tried)."""
        self._patterns: Patterns = patterns_of(os.fsencode("\n".join(lines)))
        if self._patterns.unusable:
            raise GenerateError(f"{what} has more wildcards than can be tried; write fewer or shorter patterns.")
        self._folders: dict[str, bool] = {}

    def fit(self, name: str, *, is_folder: bool = False) -> bool:
        """True if a pattern fits the relative path ``name`` (with ``/``), or a folder that it is in."""
        at = name.find("/")
        while at >= 0:
            folder = name[:at]
            if folder not in self._folders:
                self._folders[folder] = self._decided(folder, True)
            if self._folders[folder]:
                return True
            at = name.find("/", at + 1)
        return self._decided(name, is_folder)

    def _decided(self, name: str, is_folder: bool) -> bool:
        return self._patterns.decide(os.fsencode(name), is_folder) is True


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
    never = _Fitting([*_NEVER, *_ignored(root)], f"What the ignore files of {root} say")
    tree = git.work_tree(root)
    shown = tree.files(root) if tree is not None else []
    if shown:
        for path in shown:
            if not never.fit(path.relative_to(root).as_posix()) and _is_own_file(path):
                yield path
        return
    yield from _walked(root, root, never, 0)


def _walked(folder: Path, root: Path, never: _Fitting, depth: int) -> Iterator[Path]:
    """The files below ``folder`` in the order of their whole names; links to folders are not followed."""
    try:
        entries = [
            (f"{one.name}/" if one.is_dir(follow_symlinks=False) else one.name, Path(one.path)) for one in os.scandir(folder)
        ]
    except OSError:
        return
    for name, path in sorted(entries):
        if never.fit((folder.relative_to(root) / name).as_posix(), is_folder=name.endswith("/")):
            continue
        if name.endswith("/"):
            if depth < DEEPEST:
                yield from _walked(path, root, never, depth + 1)
        elif _is_own_file(path):
            yield path


def _is_own_file(path: Path) -> bool:
    """True for a regular file that no link leads to and that was not compiled from a file next to it.

    A link could lead out of the named folder; git's index can name a file in a folder that has become a link.
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
            lines += os.fsdecode(read_bounded(root / name)).removeprefix("\ufeff").splitlines()
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
