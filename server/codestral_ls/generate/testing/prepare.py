"""From a batch and options to the functions that plan and finish tests, after checking whether tests can run at all."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

from codestral_ls.backends.base import BackendInfo
from codestral_ls.config.sections import Options
from codestral_ls.context.roots import is_project
from codestral_ls.errors import GenerateError
from codestral_ls.fence.kinds import ALL, WORDS, find_fence, why_not
from codestral_ls.fence.run_errand import Kind
from codestral_ls.generate.batch.batch import Batch
from codestral_ls.generate.batch.discover import Selection, find_files
from codestral_ls.generate.batch.journal import Journal
from codestral_ls.generate.batch.kept import DamagedError, fields_of
from codestral_ls.generate.batch.work import Work
from codestral_ls.generate.test_files import is_test_file
from codestral_ls.generate.testing.baseline import look
from codestral_ls.generate.testing.locations import TestPlace, place_for_tests
from codestral_ls.generate.testing.plan import LANGUAGES, TestSettings, finish_file, plan_file
from codestral_ls.generate.testing.profile import TestProfile, read_test_profile

_OTHERS = {
    "c": "C", "cpp": "C++", "csharp": "C#", "go": "Go", "java": "Java", "kotlin": "Kotlin", "lua": "Lua", "php": "PHP",
    "ruby": "Ruby", "rust": "Rust", "scala": "Scala",
}  # fmt: skip


def make_tests_work(batch: Batch, options: Options, journal: Journal | None, info: BackendInfo) -> Work:
    """The functions that plan and finish; facts learned about the project are kept for a resumed run.

    If tests are to be run, the fence is chosen and the project's own tests are collected first. Raises: GenerateError if
    there is no fence, no file, or no way to run tests; FenceStopped.
    """
    section = options.generate
    note = unsupported(batch)
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
        test_seconds=section.test_seconds,
        test_megabytes=section.test_megabytes,
    )
    fence = ""
    notes = [note] if note else []
    if batch.testing.execute and batch.mode != "check":
        if not is_project(batch.root):
            raise GenerateError(
                f"Tests run in a copy of the project, and {batch.root} is not a project's folder. Name one inside of it."
            )
        kind = choose_fence(unfenced=batch.testing.unfenced)
        fence = WORDS[kind]
        settings, said = _looked(replace(settings, fence=kind), batch)
        notes += said
    return Work("tests", partial(plan_file, settings), partial(finish_file, settings), fence=fence, notes=tuple(notes))


def choose_fence(*, unfenced: bool) -> Kind:
    """The fence that generated code runs in. Raises: GenerateError if there is none and the user did not choose to run without."""
    if sys.platform == "win32":
        raise GenerateError("Generated tests are not run on Windows: use WSL, or leave --run out to see them.")
    if unfenced:
        return "none"
    kind = find_fence()
    if kind == "none":
        reasons = "; ".join(dict.fromkeys(why_not(one) for one in ALL))
        raise GenerateError(
            f"Generated code is not run without a fence, and none can be set up here ({reasons}). Install bubblewrap, or pass "
            "--run-unfenced in place of --run: the tests may then read, write and send whatever you may."
        )
    return kind


def unsupported(batch: Batch) -> str:
    """A sentence about files in languages that get no tests, "" without any. Raises: GenerateError if there are no others."""
    counted = Counter(
        _OTHERS[language]
        for path in find_files(replace(batch.selection, languages=frozenset(_OTHERS)))
        if (language := _language(path)) in _OTHERS
    )
    supported = any(True for _ in find_files(replace(batch.selection, languages=LANGUAGES)))
    words = ", ".join(f"{count} {name} file{'s' if count > 1 else ''}" for name, count in counted.most_common())
    if not supported:
        raise GenerateError(f"Tests are written for Python, JavaScript and TypeScript, and here are {words or 'no such files'}.")
    return f"Tests are written for Python, JavaScript and TypeScript: {words} left out." if words else ""


def _language(path: Path) -> str:
    from codestral_ls.documents.languages import language_id_for_path

    return language_id_for_path(path)


def _looked(settings: TestSettings, batch: Batch) -> tuple[TestSettings, list[str]]:
    """The settings with the facts about the project's own tests and modules, by language."""
    places: dict[str, dict[Path, TestPlace]] = {}
    for path in find_files(batch.selection):
        language = "python" if path.suffix == ".py" else "node"
        if not is_test_file(path, settings.root):
            place = place_for_tests(settings.root, path, language, settings.profile)
            if place is not None:
                places.setdefault(language, {})[path] = place
    notes: list[str] = []
    unfit: dict[Path, str] = {}
    for language, found in places.items():
        roots = tuple(dict.fromkeys((*(place.import_root for place in found.values()), ".")))
        tool = replace(settings.tool(language, next(iter(found.values()))), import_roots=roots)
        modules = {path: place.module for path, place in found.items() if path.name != "__main__.py"}
        problems, note = look(tool, modules if language == "python" else {})
        unfit |= problems
        notes += [note] if note else []
    return replace(settings, unfit=unfit), notes


def _profile(batch: Batch, journal: Journal | None) -> TestProfile:
    root, testing = batch.root, batch.testing
    wish = [testing.framework, str(testing.python or ""), os.environ.get("VIRTUAL_ENV", "")]
    if journal is not None:
        with contextlib.suppress(DamagedError):  # nothing was kept, or it was kept for other settings
            kept = fields_of(journal.setting("test_profile"))
            if kept.get("wish") == wish:
                return TestProfile.from_json(kept.get("profile"))
    looked_at = (root,) if is_project(root) else batch.selection.paths
    profile = read_test_profile(root, find_files(Selection(looked_at, LANGUAGES)), testing.framework, testing.python)
    if journal is not None:
        journal.set("test_profile", {"wish": wish, "profile": profile.to_json()})
    return profile
