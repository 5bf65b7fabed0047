"""From arguments and options to the functions that plan and finish tests."""

from __future__ import annotations

from functools import partial

from codestral_ls.backends.base import BackendInfo
from codestral_ls.config.sections import Options
from codestral_ls.generate.batch import Batch
from codestral_ls.generate.discover import Selection, find_files
from codestral_ls.generate.journal import Journal
from codestral_ls.generate.testing.plan import LANGUAGES, TestSettings, finish_file, plan_file
from codestral_ls.generate.testing.profile import TestProfile, read_test_profile
from codestral_ls.generate.testing.scratch import Fence
from codestral_ls.generate.work import Work


def make_tests_work(batch: Batch, options: Options, journal: Journal | None, info: BackendInfo) -> Work:
    """The functions that plan and finish; what was learned of the project is kept for a resumed run."""
    section = options.generate
    room = max(256, info.context_tokens - 3 * section.max_tokens - 32)
    settings = TestSettings(
        batch.root,
        _profile(batch, journal),
        batch.testing.execute,
        batch.testing.strict,
        batch.testing.everything,
        int(min(section.prompt_tokens or 2_048, room) * info.chars_per_token),
        section.max_tokens,
        section.timeout_seconds,
        Fence(section.test_seconds, section.test_megabytes),
    )
    return Work("tests", partial(plan_file, settings), partial(finish_file, settings))


def _profile(batch: Batch, journal: Journal | None) -> TestProfile:
    root, testing = batch.root, batch.testing
    kept = None if journal is None else journal.setting("test_profile")
    wish = [testing.framework, str(testing.python or "")]
    if kept is None or kept["wish"] != wish:
        paths = find_files(Selection((root,), LANGUAGES))
        profile = read_test_profile(root, paths, testing.framework, testing.python)
        kept = {"wish": wish, "profile": profile.to_json()}
        if journal is not None:
            journal.set("test_profile", kept)
    return TestProfile.from_json(kept["profile"])
