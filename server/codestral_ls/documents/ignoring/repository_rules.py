"""A repository's verdict on a path: every ``.gitignore`` on the way, ``info/exclude``, ``core.excludesFile``.

As git does it: the innermost file with a matching pattern decides, within a file the last pattern, and nothing inside an ignored
folder is re-included. Git's index plays no part: a tracked file that a pattern fits counts as ignored.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from codestral_ls.documents.ignoring import git_config
from codestral_ls.documents.ignoring.patterns import READING, Effort, Patterns, patterns_of
from codestral_ls.documents.ignoring.untrusted_files import Kept, Unusable, read_regular

MOST_COST = 600_000
"""Bytes of all ignore files on one path together; beyond it the path counts as ignored (a few tenths of a second)."""
DEEPEST = 80
"""Folders; deeper paths count as ignored if there are patterns to try on every folder of the way."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_EVERYTHING = Patterns(unusable=True)


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository: its work tree's root and its folders. ``is_sound``: git would accept it as a repository."""

    root: Path
    git: Path
    common: Path
    is_sound: bool


def _repository(folder: Path) -> Repository:
    dot_git = git = folder / ".git"
    if not os.path.isdir(dot_git):  # noqa: PTH112 - takes a broken link for none
        git = _named(dot_git, b"gitdir:", folder) or dot_git
    common = _named(git / "commondir", b"", git) or git
    is_sound = all(os.path.lexists(part) for part in (git / "HEAD", common / "objects", common / "refs"))
    return Repository(folder, git, common, is_sound)


def _named(file: Path, mark: bytes, beside: Path) -> Path | None:
    """The folder that a small file names; None if it names none, or one on another machine."""
    try:
        content = read_regular(file)
    except (OSError, ValueError, Unusable):
        return None
    if not content.startswith(mark):
        return None
    name = os.fsdecode(content.removeprefix(mark).strip())
    if not name or "\0" in name:
        return None
    path = Path(os.path.normpath(os.path.join(beside, name)))  # noqa: PTH118
    is_elsewhere = path.anchor.startswith("\\\\") and path.anchor != beside.anchor  # a network share: asking it sends credentials
    return None if is_elsewhere else path


class GitRules:
    """The verdicts of all repositories; remembers the files it read while they do not change."""

    def __init__(self) -> None:
        self._ignores = {case: Kept(partial(_patterns, ignore_case=case), _EVERYTHING, follow=False) for case in (False, True)}
        self._excludes = {case: Kept(partial(_patterns, ignore_case=case), _EVERYTHING) for case in (False, True)}
        self._repositories: dict[str, tuple[tuple[int, int, int], Repository]] = {}
        self._configurations: dict[Repository, tuple[tuple[object, ...], tuple[str, ...], git_config.Ignoring]] = {}

    def repository_at(self, folder: str) -> Repository | None:
        """The repository whose work tree begins at ``folder``; None if there is no ``.git``."""
        try:
            status = os.lstat(os.path.join(folder, ".git"))  # noqa: PTH118
        except (OSError, ValueError):
            return None
        stamp = (status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
        known = self._repositories.get(folder)
        if known is None or known[0] != stamp or not known[1].is_sound:
            if len(self._repositories) > 1_000:
                self._repositories.clear()
            known = self._repositories[folder] = (stamp, _repository(Path(folder)))
        return known[1]

    def ignores(self, repository: Repository, path: Path, effort: Effort, is_folder: bool = False) -> bool:
        """True if ``repository`` ignores ``path``, which is inside its work tree, or if finding out takes more than ``effort``."""
        configured = self._configured(repository)
        if configured.unusable:
            return True
        names = path.relative_to(repository.root).parts
        case = configured.ignore_case
        outer: list[Patterns] = []
        excludes = configured.excludes if configured.excludes is not None else str(git_config.users_ignore(os.environ))
        for file in (excludes, os.path.join(repository.common, "info", "exclude")):  # noqa: PTH118
            patterns = self._excludes[case].get(file) if file else None
            if patterns is not None:
                outer.append(patterns)
                if not effort.spend(READING * patterns.cost):
                    return True
        specs = [(0, patterns) for patterns in outer]
        folder = os.path.join(repository.root, "")  # noqa: PTH118
        for depth, name in enumerate(names):
            patterns = self._ignores[case].get(f"{folder}.gitignore")
            if patterns is not None:
                specs.append((depth, patterns))
                if not effort.spend(READING * patterns.cost):
                    return True
            folder = f"{folder}{name}{os.sep}"
        return any(ignored_within(specs, [os.fsencode(name) for name in one], is_folder, effort) for one in spellings(names))

    def _configured(self, repository: Repository) -> git_config.Ignoring:
        known = self._configurations.get(repository)
        if known is not None and known[0] == _stamps(known[1]):
            return known[2]
        configured, files = git_config.read(git_config.ConfigScope(repository.git, repository.common, repository.root), os.environ)
        if len(self._configurations) > 100:
            self._configurations.clear()
        self._configurations[repository] = (_stamps(files), files, configured)
        return configured


def ignored_within(specs: list[tuple[int, Patterns]], names: list[bytes], is_folder: bool, effort: Effort | None = None) -> bool:
    """True if ``specs`` (outermost first, each with its folder's depth) ignore a path or a folder that it is in.

    Also if finding out would take more than ``effort``.
    """
    if not specs:
        return False
    if sum(patterns.cost for _, patterns in specs) > MOST_COST or len(names) > DEEPEST:
        return True
    effort = effort or Effort()
    length = 0
    for depth in range(1, len(names) + 1):
        length += len(names[depth - 1]) + 1
        known = [spec for spec in specs if spec[0] < depth]
        if not effort.spend(sum(patterns.work(depth, len(names[depth - 1]), length) for _, patterns in known)):
            return True
        if known and decided(known, names[:depth], is_folder or depth < len(names)):
            return True
    return False


def decided(specs: list[tuple[int, Patterns]], names: list[bytes], is_folder: bool) -> bool:
    """The verdict of the innermost of ``specs`` (outermost first, each with its folder's depth) with a matching pattern."""
    for depth, patterns in reversed(specs):
        if patterns.unusable:
            return True
        said = patterns.decide(b"/".join(names[depth:]), is_folder)
        if said is not None:
            return said
    return False


def spellings(names: tuple[str, ...]) -> set[tuple[str, ...]]:
    """The path as it is, composed and decomposed: one file to a reader, three names to a file system."""
    if all(name.isascii() for name in names):
        return {names}
    composed, apart = (tuple(unicodedata.normalize(form, name) for name in names) for form in ("NFC", "NFD"))
    return {names, composed, apart}


def _patterns(content: bytes, ignore_case: bool) -> Patterns:
    """Git's patterns, and beyond git: UTF-16 as Windows' shells write it, and Latin-1 lines for names in UTF-8."""
    if content.startswith(_UTF16):
        content = content.decode("utf-16", "replace").encode("utf-8", "replace")
    patterns = patterns_of(content, ignore_case)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        for line in content.split(b"\n"):
            if not line.isascii() and not line.startswith(b"!"):
                patterns.add(line.removesuffix(b"\r").decode("cp1252", "replace").encode())
    return patterns


def _stamps(files: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(_stamp(file) for file in files)


def _stamp(file: str) -> object:
    try:
        status = os.stat(file)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
