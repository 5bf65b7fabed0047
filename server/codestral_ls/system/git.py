"""Asks git about a folder: where its work tree is, which files it would show, which ones differ.

The repository is a stranger's, so it is read in a process of its own (``git_reading.py``), which runs nothing of it and is ended
when it takes too long.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.errors import GenerateError
from codestral_ls.system import processes
from codestral_ls.system.git_files import MARK

SECONDS = 120.0
"""Seconds for one question; half a million files take a few."""


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
        return self._ask("files", _start(self.top, below))

    def tracked(self) -> list[Path]:
        """The tracked files in order. Raises: RepositoryError."""
        return self._ask("tracked")

    def changed(self, revision: str = "HEAD") -> set[Path]:
        """Tracked files that differ from ``revision``, in the index or on the disk, deleted ones among them.

        Before the first commit these are all.

        Raises: RepositoryError (git knows no such revision).
        """
        return set(self._ask("changed", revision))

    def others(self, below: Path | None = None) -> set[Path]:
        """Files that are neither tracked nor ignored. Raises: RepositoryError."""
        return set(self._ask("untracked", _start(self.top, below or self.top)))

    def _ask(self, question: str, *about: str) -> list[Path]:
        try:
            done = processes.run_own("codestral_ls.system.git_reading", str(self.top), question, *about, timeout=SECONDS)
            answer = json.loads(done.stdout)
        except processes.OutOfTimeError:
            reason = f"reading it took more than {SECONDS:.0f} seconds; patterns of its ignore files may be to blame"
            raise RepositoryError(f"The git repository of {self.top} is not read: {reason}.") from None
        except (OSError, ValueError) as error:  # the process could not be started, or was ended
            raise RepositoryError(f"The git repository of {self.top} cannot be read.") from error
        if "error" in answer:
            raise RepositoryError(answer["error"])
        return sorted(self.top / name for name in answer["names"])


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
