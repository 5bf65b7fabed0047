"""Tests for one file: which functions want some, and the test file once they were written, run and found good.

Runs in worker processes. Without ``execute`` nothing generated is ever run; the tests are then only shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.text import newline_of
from codestral_ls.generate.docstrings.definitions import Definition, read_definitions
from codestral_ls.generate.edits import Edit, apply_edits, unified_diff
from codestral_ls.generate.source import FileLeftAlone, SourceFile, read_source
from codestral_ls.generate.test_files import is_generated, is_test_file
from codestral_ls.generate.testing.candidates import Candidate, read_candidates
from codestral_ls.generate.testing.frameworks import Tool
from codestral_ls.generate.testing.profile import TestProfile
from codestral_ls.generate.testing.prompt import build_test_request, test_name
from codestral_ls.generate.testing.scratch import Fence
from codestral_ls.generate.testing.subjects import TestFile, import_lines, subjects_of, test_file
from codestral_ls.generate.testing.verify import Verified, verify
from codestral_ls.generate.work import FilePlan, FileResult, Outcome, OutcomeState, Wanted

LANGUAGES = frozenset({"python", "javascript", "typescript"})
"""Languages that tests are written for."""


@dataclass(frozen=True, slots=True)
class TestSettings:
    """How tests are written. ``execute``: they are run; ``strict``: they must also fail on a mutant."""

    __test__ = False

    root: Path
    profile: TestProfile = field(default_factory=TestProfile)
    execute: bool = False
    strict: bool = False
    everything: bool = False
    prompt_characters: int = 6_000
    max_tokens: int = 320
    timeout: float = 120.0
    fence: Fence = field(default_factory=Fence)
    scratch: Path | None = None


@dataclass(frozen=True, slots=True)
class _File:
    """One source with everything that plan and finish both need."""

    source: SourceFile
    tree: SyntaxTree
    definitions: list[Definition]
    target: TestFile
    existing: SourceFile | None
    subjects: list[tuple[int, Definition]]


def plan_file(settings: TestSettings, path: Path) -> FilePlan:
    """What the functions of ``path`` want."""
    try:
        file = _read(settings, path)
    except FileLeftAlone as error:
        return FilePlan(path, problem=str(error))
    if file is None:
        return FilePlan(path)
    language = file.source.language
    target_digest = file.existing.digest if file.existing else ""
    wanted = []
    for number, one in file.subjects:
        imports = import_lines(settings.root, path, language, file.target, [one.qualified.split(".")[0]])
        names = (path.resolve().relative_to(settings.root.resolve()).as_posix(), file.target.path.as_posix(), imports.rstrip())
        request = build_test_request(
            file.tree, one, file.definitions, settings.profile, names, address=path.resolve().as_uri(),
            characters=settings.prompt_characters, max_tokens=settings.max_tokens, timeout=settings.timeout,
        )  # fmt: skip
        wanted.append(Wanted(str(number), one.qualified, file.source.text.count("\n", 0, one.start) + 1, request))
    return FilePlan(path, file.source.digest, target_digest, tuple(wanted))


def finish_file(settings: TestSettings, plan: FilePlan, answers: Mapping[str, str]) -> FileResult:
    """The test file with the tests that are good enough."""
    try:
        file = _read(settings, plan.path)
        if file is None or file.source.digest != plan.digest or _digest(file) != plan.target_digest:
            return FileResult(plan.path, "left_alone", "it or its tests changed while they were being written")
        return _finished(settings, plan, answers, file)
    except FileLeftAlone as error:
        return FileResult(plan.path, "left_alone", str(error))


def _finished(settings: TestSettings, plan: FilePlan, answers: Mapping[str, str], file: _File) -> FileResult:
    language = file.source.language
    taken = {one.name for one in _existing_tests(file)}
    subjects = {str(number): one for number, one in file.subjects}
    candidates: dict[str, list[Candidate]] = {}
    for wanted in plan.wanted:
        one = subjects[wanted.id]
        opening = f"def {test_name(one)}" if language == "python" else f'test("{one.name}'
        if wanted.id in answers:
            candidates[wanted.id] = read_candidates(language, opening, answers[wanted.id], taken)
    verified: dict[str, Verified] = {}
    kept = candidates
    if settings.execute and any(candidates.values()):
        tool = Tool(settings.profile.framework(language), settings.profile.python, (file.target.import_root, "."))
        head = file.target.head + _head(settings, file, [subjects[id_] for id_ in candidates])
        verified = verify(settings, tool, file.source, file.tree, file.target.path, head, candidates, subjects)
        kept = {id_: found.kept for id_, found in verified.items()}
    outcomes = tuple(_outcome(settings, wanted, candidates, verified, kept) for wanted in plan.wanted)
    chosen = [id_ for id_, tests in kept.items() if tests]
    if not chosen:
        return FileResult(plan.path, "unchanged", outcomes=outcomes)
    head = _head(settings, file, [subjects[id_] for id_ in chosen])
    return _result(settings, plan, file, head, [test for id_ in chosen for test in kept[id_]], outcomes)


def _result(
    settings: TestSettings, plan: FilePlan, file: _File, head: str, tests: list[Candidate], outcomes: tuple[Outcome, ...]
) -> FileResult:
    gap = "\n\n\n" if file.source.language == "python" else "\n\n"
    code = gap.join(test.code for test in tests) + "\n"
    path = settings.root / file.target.path
    name = file.target.path.as_posix()
    if file.existing is None:
        text = f"{file.target.head}\n{head}{gap[1:]}{code}"
        diff = unified_diff(name, "", [Edit(0, 0, text)]).replace(f"--- a/{name}", "--- /dev/null", 1)
        return FileResult(plan.path, "changed", "", path, "", text.encode(), diff, outcomes)
    old = file.existing.text
    place = len(old)
    imports = head if head.strip() not in old else ""
    added = f"{gap if old.endswith(chr(10)) else chr(10) + gap}"[1:] + (imports + gap[1:] if imports else "") + code
    added = added.replace("\n", newline_of(old))
    edits = [Edit(place, place, added)]
    data = file.existing.encoded(apply_edits(old, edits))
    return FileResult(plan.path, "changed", "", path, file.existing.digest, data, unified_diff(name, old, edits), outcomes)


def _outcome(
    settings: TestSettings,
    wanted: Wanted,
    candidates: Mapping[str, list[Candidate]],
    verified: Mapping[str, Verified],
    kept: Mapping[str, list[Candidate]],
) -> Outcome:
    state: OutcomeState = "unusable"
    reason = "what was written is no test"
    if wanted.id not in candidates:
        state, reason = "failed", "no answer came"
    elif kept.get(wanted.id):
        state, reason = "written", "" if settings.execute else "not run"
    elif candidates[wanted.id] and wanted.id in verified:
        state, reason = "refused", verified[wanted.id].reason
    return Outcome(wanted.name, wanted.line, state, reason)


def _read(settings: TestSettings, path: Path) -> _File | None:
    """Read a source; None where it has nothing to test. Raises FileLeftAlone."""
    if is_test_file(path, settings.root):
        return None
    source = read_source(path)
    tree = SyntaxTree.parse(source.language, source.text)
    if tree is None or is_generated(source.text):
        return None
    definitions = read_definitions(tree)
    subjects = subjects_of(tree, definitions, settings.profile, settings.everything)
    if not subjects:
        return None
    if tree.has_errors:
        raise FileLeftAlone("the parser does not understand it")
    target = test_file(settings.root, path, source.language, settings.profile)
    if target is None:
        raise FileLeftAlone("it cannot be imported by name")
    existing = None
    if (settings.root / target.path).exists():
        existing = read_source(settings.root / target.path)
        if not is_generated(existing.text):
            raise FileLeftAlone(f"{target.path.as_posix()} was not written by this command")
        mentioned = {test_name(one) for _, one in subjects if test_name(one) in existing.text}
        titled = {one.name for _, one in subjects if f'test("{one.name}' in existing.text}
        subjects = [(n, one) for n, one in subjects if test_name(one) not in mentioned and one.name not in titled]
    return _File(source, tree, definitions, target, existing, subjects)


def _digest(file: _File) -> str:
    return file.existing.digest if file.existing else ""


def _head(settings: TestSettings, file: _File, subjects: list[Definition]) -> str:
    names = sorted({one.qualified.split(".")[0] for one in subjects})
    return import_lines(settings.root, file.source.path, file.source.language, file.target, names)


def _existing_tests(file: _File) -> list[Candidate]:
    if file.existing is None:
        return []
    tree = SyntaxTree.parse(file.existing.language, file.existing.text)
    return [Candidate(one.name, "") for one in read_definitions(tree)] if tree is not None else []
