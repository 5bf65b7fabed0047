"""Builds a completer as a server uses it: with context from the workspace's other files, and with counts of this user's acceptances
in the user's state folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from codestral_ls.backends.base import Backend
from codestral_ls.completion.completer import Completer
from codestral_ls.completion.feedback import Feedback
from codestral_ls.completion.tally import SqliteTally
from codestral_ls.config.paths import state_dir
from codestral_ls.config.sections import Options
from codestral_ls.context.project import ProjectContext


def build_completer(backend: Backend, options: Options, folders: Sequence[Path] = ()) -> Completer:
    """A completer for a whole session; ``folders`` are the workspace's, checked again with every document.

    Commands that make one request use a plain `Completer`, which remembers nothing.
    """
    feedback = Feedback(SqliteTally(state_dir() / "acceptance.sqlite3"))
    return Completer(backend, options, feedback=feedback, project=partial(ProjectContext, options, folders), roots=folders)
