"""Puts a completer together as a server uses it: with counts of what this user accepts, in the user's state folder."""

from __future__ import annotations

from codestral_ls.backends.base import Backend
from codestral_ls.completion.completer import Completer
from codestral_ls.completion.feedback import Feedback
from codestral_ls.completion.tally import SqliteTally
from codestral_ls.config.paths import state_dir
from codestral_ls.config.sections import Options


def build_completer(backend: Backend, options: Options) -> Completer:
    """A completer for a whole session. Commands that ask once make a plain `Completer`, which remembers nothing."""
    return Completer(backend, options, feedback=Feedback(SqliteTally(state_dir() / "acceptance.sqlite3")))
