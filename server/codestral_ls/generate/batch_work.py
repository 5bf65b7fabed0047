"""From a batch and options to its work: the functions that plan and finish, with the facts collected from the project."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from codestral_ls.backends.base import BackendInfo
from codestral_ls.config.sections import Options
from codestral_ls.context.roots import is_project
from codestral_ls.generate.batch.batch import Batch, What
from codestral_ls.generate.batch.discover import find_files
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.kept import DamagedError, fields_of
from codestral_ls.generate.batch.work import Work
from codestral_ls.generate.docstrings.plan import LANGUAGES, DocstringSettings, finish_file, plan_file
from codestral_ls.generate.docstrings.project_style import Profile, read_profile

_LARGEST_PROMPT = 2_048
_REMOTE_AT_ONCE = 16


def languages_of(what: What) -> frozenset[str]:
    """The languages that this kind of text can be written for."""
    if what == "docstrings":
        return LANGUAGES
    from codestral_ls.generate.testing.plan import LANGUAGES as TESTED

    return TESTED


def make_work(
    batch: Batch, options: Options, journal: Journal | None, info: BackendInfo, stopped: Callable[[], bool] = lambda: False
) -> Work:
    """The functions that plan and finish; facts collected from the project are kept in the journal for a resumed run.

    Without a journal nothing is collected, which is enough for plans whose requests are not sent. Once ``stopped`` is true, slow
    steps are abandoned and the work must not be used.
    """
    section = options.generate
    if batch.what == "tests":
        from codestral_ls.generate.testing.prepare import make_tests_work

        return make_tests_work(batch, options, journal, info)
    documenting = batch.documenting
    profile = _profile(batch, journal)
    settings = DocstringSettings(
        batch.root,
        profile,
        documenting.everything,
        documenting.update,
        prompt_characters(options, info, section.max_tokens),
        section.max_tokens,
        section.timeout_seconds,
        documenting.ignore,
    )
    note = ""
    if journal is not None and options.context.index:
        facts, note = _facts(batch, options, journal, stopped)
        settings = replace(settings, facts=facts)
    notes = (note,) if note else ()
    return Work("docstrings", partial(plan_file, settings), partial(finish_file, settings), whole=True, notes=notes)


def _facts(batch: Batch, options: Options, journal: Journal, stopped: Callable[[], bool]) -> tuple[Path | None, str]:
    """The file with the project's facts about its definitions when the run began, and why there is none."""
    from codestral_ls.generate.docstrings.facts_from_index import StoppedError, gather_facts

    if not is_project(batch.root):
        return None, f"Prompts show nothing of other files: {batch.root} is not a project's folder."
    file = journal.path.with_name(f"{journal.path.name}.facts")
    root = str(batch.root)
    if journal.setting("facts") != root or not file.is_file():
        try:
            note = gather_facts(batch.root, file, options.privacy.ignore, stopped)
        except StoppedError:
            return None, ""
        if note:
            file.unlink(missing_ok=True)
            return None, note
        journal.set("facts", root)
    return file, ""


def _profile(batch: Batch, journal: Journal | None) -> Profile:
    """How the project writes, as it was when the run began."""
    wish = batch.documenting.style
    if journal is not None:
        with contextlib.suppress(DamagedError):  # nothing was kept, or it was kept for other settings
            kept = fields_of(journal.setting("profile"))
            if kept.get("wish") == wish:
                return Profile.from_json(kept.get("profile"))
    looked_at = (batch.root,) if is_project(batch.root) else batch.selection.paths
    whole = replace(batch.selection, paths=looked_at, since="", include=())
    profile = read_profile(find_files(whole), wish, batch.root)
    if journal is not None:
        journal.set("profile", {"wish": wish, "profile": profile.to_json()})
    return profile


def prompt_characters(options: Options, info: BackendInfo, max_tokens: int) -> int:
    """The room for a prompt in characters."""
    room = max(256, info.context_tokens - max_tokens - 32)
    tokens = options.generate.prompt_tokens or min(_LARGEST_PROMPT, room)
    return int(min(tokens, room) * info.chars_per_token)


def concurrency_of(batch: Batch, options: Options) -> int:
    """Requests at once: a local host's slots are kept full, with one more request waiting for each slot."""
    chosen = batch.concurrency or options.generate.concurrency
    if chosen:
        return chosen
    return 2 * options.local.slots if options.backend.primary == "local" else _REMOTE_AT_ONCE
