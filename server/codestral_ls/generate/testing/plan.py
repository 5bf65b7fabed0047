"""Tests for one file: which functions should get some, and the test file after they were written, run and found good.

Runs in worker processes. Without ``execute`` nothing generated is ever run; the tests are then only shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.errors import GenerateError
from codestral_ls.fence.run_errand import Kind
from codestral_ls.generate.batch.work import FilePlan, FileResult, Outcome, OutcomeState, Wanted
from codestral_ls.generate.docstrings.documentable import Documentable, read_definitions
from codestral_ls.generate.editing.edits import Edit, apply_edits, as_new_file, unified_diff
from codestral_ls.generate.editing.source import FileLeftAlone, SourceFile, read_source
from codestral_ls.generate.test_files import is_generated, is_test_file
from codestral_ls.generate.testing.file_text import TestLayout
from codestral_ls.generate.testing.generated_tests import GeneratedTest, read_candidates
from codestral_ls.generate.testing.locations import TestPlace, place_for_tests
from codestral_ls.generate.testing.profile import TestProfile
from codestral_ls.generate.testing.prompt import build_test_request, name_of_test, opening_of, owner_of
from codestral_ls.generate.testing.running import Tool
from codestral_ls.generate.testing.subjects import subjects_of
from codestral_ls.generate.testing.verify import Trial, Verified, verify
from codestral_ls.system.beneath import is_real

LANGUAGES = frozenset({"python", "javascript", "typescript"})
"""Languages that tests are written for."""


@dataclass(frozen=True, slots=True)
class TestSettings:
    """How tests are written. ``execute``: they are run, in the ``fence``; ``strict``: they must also fail on a mutant.

    ``unfit`` are sources that the first check found impossible to test, and why.
    """

    root: Path
    profile: TestProfile = field(default_factory=TestProfile)
    execute: bool = False
    strict: bool = False
    everything: bool = False
    prompt_characters: int = 6_000
    max_tokens: int = 320
    timeout: float = 120.0
    fence: Kind = "none"
    test_seconds: float = 10.0
    test_megabytes: int = 2048
    unfit: Mapping[Path, str] = field(default_factory=dict)

    def tool(self, language: str, place: TestPlace) -> Tool:
        """How tests of a file run."""
        roots = tuple(dict.fromkeys((place.import_root, ".")))
        framework = self.profile.framework(language)
        return Tool(self.root, self.fence, framework, self.profile.python, roots, self.test_seconds, self.test_megabytes)


@dataclass(frozen=True, slots=True)
class _File:
    """One source with everything that plan and finish both need."""

    source: SourceFile
    tree: SyntaxTree
    definitions: list[Documentable]
    layout: TestLayout
    existing: SourceFile | None
    subjects: list[tuple[int, Documentable]]

    @property
    def target(self) -> PurePosixPath:
        """The test file, relative to the project."""
        return self.layout.place.path


def plan_file(settings: TestSettings, path: Path) -> FilePlan:
    """The texts that the functions of ``path`` want."""
    try:
        file = _read(settings, path)
    except FileLeftAlone as error:
        return FilePlan(path, problem=str(error))
    if file is None:
        return FilePlan(path)
    target_digest = file.existing.digest if file.existing else ""
    wanted = []
    for number, one in file.subjects:
        imports = file.layout.example_imports(one.qualified.split(".")[0])
        names = (file.layout.path.as_posix(), file.target.as_posix(), imports.rstrip())
        request = build_test_request(
            file.tree, one, file.definitions, settings.profile, names, address=path.resolve().as_uri(),
            characters=settings.prompt_characters, max_tokens=settings.max_tokens, timeout=settings.timeout,
        )  # fmt: skip
        wanted.append(Wanted(str(number), one.qualified, file.source.text.count("\n", 0, one.start) + 1, request))
    return FilePlan(path, file.source.digest, target_digest, tuple(wanted))


def finish_file(settings: TestSettings, plan: FilePlan, answers: Mapping[str, str]) -> FileResult:
    """The test file with the tests that are good enough. Raises: FenceStopped."""
    try:
        file = _read(settings, plan.path)
        if file is None or file.source.digest != plan.digest or _digest(file) != plan.target_digest:
            return FileResult(plan.path, "left_alone", "it or its tests changed while they were being written")
        return _finished(settings, plan, answers, file)
    except GenerateError as error:
        return FileResult(plan.path, "left_alone", str(error))


def _finished(settings: TestSettings, plan: FilePlan, answers: Mapping[str, str], file: _File) -> FileResult:
    language, profile = file.source.language, settings.profile
    taken = {one.name for one in _existing_tests(file)}
    subjects = {str(number): one for number, one in file.subjects}
    candidates: dict[str, list[GeneratedTest]] = {}
    for wanted in plan.wanted:
        one = subjects[wanted.id]
        if wanted.id in answers:
            owner = owner_of(one, profile) if language == "python" else ""
            opening = opening_of(file.tree, one, profile)
            candidates[wanted.id] = read_candidates(
                language, opening, answers[wanted.id], taken, owner=owner, async_mark=profile.async_mark
            )
    verified: dict[str, Verified] = {}
    kept: Mapping[str, list[GeneratedTest]] = candidates
    if settings.execute and any(candidates.values()):
        tool = settings.tool(language, file.layout.place)
        trial = Trial(tool, file.source, file.tree, file.target, file.layout.whole, settings.strict)
        verified = verify(trial, candidates, subjects)
        kept = {id_: found.kept for id_, found in verified.items()}
    outcomes = tuple(_outcome(wanted, candidates, verified, kept) for wanted in plan.wanted)
    tests = [test for found in kept.values() for test in found]
    if not tests:
        return FileResult(plan.path, "unchanged", outcomes=outcomes)
    return _result(settings, plan, file, tests, outcomes)


def _result(
    settings: TestSettings, plan: FilePlan, file: _File, tests: list[GeneratedTest], outcomes: tuple[Outcome, ...]
) -> FileResult:
    path, name = settings.root / file.target, file.target.as_posix()
    if file.existing is None:
        text = file.layout.whole(tests)
        diff = as_new_file(unified_diff(name, "", [Edit(0, 0, text)]))
        return FileResult(plan.path, "changed", "", path, "", text.encode(), diff, outcomes)
    old = file.existing.text
    edits = file.layout.added(old, tests)
    data = file.existing.encoded(apply_edits(old, edits))
    return FileResult(plan.path, "changed", "", path, file.existing.digest, data, unified_diff(name, old, edits), outcomes)


def _outcome(
    wanted: Wanted,
    candidates: Mapping[str, list[GeneratedTest]],
    verified: Mapping[str, Verified],
    kept: Mapping[str, list[GeneratedTest]],
) -> Outcome:
    state: OutcomeState = "unusable"
    reason = "the answer is not a test"
    if wanted.id not in candidates:
        state, reason = "failed", "no answer came"
    elif kept.get(wanted.id):
        state, reason = "written", verified[wanted.id].reason if wanted.id in verified else "not run"
    elif candidates[wanted.id] and wanted.id in verified:
        state, reason = "refused", verified[wanted.id].reason
    return Outcome(wanted.name, wanted.line, state, reason)


def _read(settings: TestSettings, path: Path) -> _File | None:
    """Read a source; None if it has nothing to test. Raises: FileLeftAlone."""
    if is_test_file(path, settings.root):
        return None
    if (problem := settings.unfit.get(path)) is not None:
        raise FileLeftAlone(problem)
    if not is_real(path):
        raise FileLeftAlone("a link leads to it by now")
    source = read_source(path)
    tree = SyntaxTree.parse(source.language, source.text)
    if tree is None or is_generated(source.text):
        return None
    definitions = read_definitions(tree)
    subjects = subjects_of(tree, definitions, settings.profile, settings.everything)
    if not subjects:
        if source.language == "javascript" and "module.exports" in source.text:
            raise FileLeftAlone("it is a CommonJS module, and tests are written only for modules with `export`")
        return None
    if tree.has_errors:
        raise FileLeftAlone("the parser does not understand it")
    place = place_for_tests(settings.root, path, source.language, settings.profile)
    if place is None:
        raise FileLeftAlone("it cannot be imported by name")
    existing = None
    target = settings.root / place.path
    if not is_real(target):
        raise FileLeftAlone(f"its tests belong into {place.path.as_posix()}, to which a link leads")
    if target.exists():
        existing = read_source(target)
        if not is_generated(existing.text):
            raise FileLeftAlone(f"{place.path.as_posix()} was not written by this command")
        mentioned = {name_of_test(one) for _, one in subjects if name_of_test(one) in existing.text}
        titled = {one.name for _, one in subjects if f'test("{one.name}' in existing.text}
        subjects = [(n, one) for n, one in subjects if name_of_test(one) not in mentioned and one.name not in titled]
    relative = PurePosixPath(path.resolve().relative_to(settings.root.resolve()).as_posix())
    exported = tuple(sorted({one.qualified.split(".")[0] for one in definitions}))
    layout = TestLayout.of(source.language, relative, source.text, place, settings.profile, exported)
    return _File(source, tree, definitions, layout, existing, subjects)


def _digest(file: _File) -> str:
    return file.existing.digest if file.existing else ""


def _existing_tests(file: _File) -> list[GeneratedTest]:
    if file.existing is None:
        return []
    tree = SyntaxTree.parse(file.existing.language, file.existing.text)
    return [GeneratedTest(one.name, "") for one in read_definitions(tree)] if tree is not None else []
