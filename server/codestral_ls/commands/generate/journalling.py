"""Which journal a run has, and whether it may begin.

An interrupted run is never forgotten by accident, and generated text can be told apart from the user's own changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from codestral_ls.config.paths import state_dir
from codestral_ls.errors import GenerateError
from codestral_ls.generate.batch.discover import git_root, unclean
from codestral_ls.generate.batch.journal import Journal


def open_journal(what: str, paths: Sequence[Path], file: Path | None, *, resume: bool, restart: bool) -> Journal:
    """The journal for this work on these paths. Raises: GenerateError (in use, or the last run was interrupted)."""
    path = file or _usual_path(what, paths)
    journal = Journal(path, restart=restart)
    texts, jobs = journal.spent()[0], len(journal.jobs())
    if not resume and journal.setting("state") == "running" and (texts or jobs):
        journal.close()
        left = f" and {jobs} batch job{'s' if jobs > 1 else ''} begun" if jobs else ""
        paid = f"{texts} text{'s' if texts != 1 else ''} paid for{left}"
        raise GenerateError(f"The last run here was interrupted with {paid}. Pass --resume to continue it, --restart to forget it.")
    if not resume and journal.setting("state") is not None:
        journal.close()
        journal = Journal(path, restart=True)
    return journal


def refuse_unclean(paths: Sequence[Path]) -> str:
    """A sentence for the user if git is not there to tell changes apart. Raises: GenerateError (uncommitted changes)."""
    found = unclean(paths)
    if found:
        raise GenerateError(
            f"git has uncommitted changes in {len(found)} files there (such as {found[0]}). Commit or stash them, so that "
            "what is written can be told apart, or pass --allow-dirty."
        )
    if all(git_root(path.resolve()) is None for path in paths):
        return "Not in a git work tree: only this batch's journal will record what was changed."
    return ""


def _usual_path(what: str, paths: Sequence[Path]) -> Path:
    """A name that is the same for the same work on the same paths."""
    name = "\n".join([what, *sorted(str(path.resolve()) for path in paths)])
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return state_dir() / "generate" / f"{what}-{digest}.sqlite"
