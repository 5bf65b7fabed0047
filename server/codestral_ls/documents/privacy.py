"""Which files may enter a prompt: not those that look like credentials, not ignored ones, not those in a ``.codestralignore``.

Reads ignore files and git's configuration (again when they change) and nothing else: a file's content plays no part.
Ignore files can only add to the private files: whatever they re-include, a file that looks like credentials stays out.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from codestral_ls.documents.credential_files import looks_like_credentials
from codestral_ls.documents.ignoring.own import NAME, OwnRules, encoded, patterns_from
from codestral_ls.documents.ignoring.patterns import Effort
from codestral_ls.documents.ignoring.repository_rules import GitRules, Repository, ignored_within


class FileRules:
    """Verdicts for all files of a session. ``ignore`` are more patterns (option ``privacy.ignore``), as in .gitignore.

    Its memory of ignore files is not thread-safe, but harmless: at worst a file is read once too often.
    """

    def __init__(self, ignore: tuple[str, ...] = ()) -> None:
        self._ignore = patterns_from("\n".join(ignore)) if ignore else None
        self._own = OwnRules()
        self._git = GitRules()

    def why_private(self, path: Path, by_git: bool = True) -> str:
        """Why ``path`` (absolute) may not enter a prompt, in a few words; empty if it may.

        The file need not exist. A symbolic link is judged by its own name and by its target. ``by_git`` False lets files pass that
        only git ignores: somebody who types in such a file, with a model on this machine, wants completions.
        """
        try:
            path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, which are judged apart
            led_to = Path(os.path.realpath(path))
        except (OSError, ValueError):
            return "its name is no file's name"
        reason = self._judged(path, by_git)
        return reason or (self._judged(led_to, by_git) if led_to != path else "")

    def _judged(self, path: Path, by_git: bool) -> str:
        if looks_like_credentials(path):
            return f"{path.name} looks like credentials"
        effort = Effort()
        if self._ignore is not None and ignored_within([(0, self._ignore)], encoded(path), False, effort):
            if self._ignore.unusable:
                return "privacy.ignore has more wildcards than can be tried"
            return f"{path.name} is named in privacy.ignore"
        if self._own.ignores(path, effort):
            return f"{path.name} is named in a {NAME}"
        if by_git and self._ignored_by_git(path, effort):
            return f"{path.name} is ignored by git"
        return ""

    def _ignored_by_git(self, path: Path, effort: Effort) -> bool:
        """True if a repository around ``path`` ignores it, or ignores a folder that holds the path's own repository.

        A repository's rules do not apply to other repositories inside it that are its work trees or submodules, and never if its
        work tree is the home folder: people keep their settings in such a repository and let it ignore all the rest.
        """
        inner: Repository | None = None
        for folder in path.parents:
            repository = self._git.repository_at(os.fspath(folder))
            if repository is None:
                continue
            if inner is None:
                if self._git.ignores(repository, path, effort):
                    return True
            elif not (_is_home(folder) or inner.git.is_relative_to(repository.common)) and self._git.ignores(
                repository, inner.root, effort, is_folder=True
            ):
                return True
            if repository.is_sound:
                inner = repository
        return False


@lru_cache(maxsize=8)
def file_rules(ignore: tuple[str, ...] = ()) -> FileRules:
    """The rules for the patterns ``ignore``, one object per process: its memory of ignore files is shared by all who judge."""
    return FileRules(ignore)


def _is_home(folder: Path) -> bool:
    return os.fspath(folder) == os.path.expanduser("~")  # noqa: PTH111 - is asked for every file
