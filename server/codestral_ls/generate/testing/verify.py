"""Which generated tests are good: collected and passing, twice, alone and together; with strict also failing on a mutant.

EXECUTES generated code, inside the fence. Only called when the user asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.fence.pack import packed
from codestral_ls.generate.docstrings.documentable import Documentable
from codestral_ls.generate.editing.edits import apply_edits
from codestral_ls.generate.editing.source import SourceFile
from codestral_ls.generate.testing.generated_tests import GeneratedTest
from codestral_ls.generate.testing.mutants import mutants_of
from codestral_ls.generate.testing.running import Ran, Tool, run_tests

_NOT_STEADY = "it does not pass every time, or not beside the others"


@dataclass(slots=True)
class Verified:
    """The tests of one function that are kept; ``reason`` says why there are none, or what could not be found out."""

    kept: list[GeneratedTest] = field(default_factory=list)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """The trial: tests of ``source`` in ``test_path`` (relative to the project); ``whole`` makes that file's text from chosen
    tests.
    """

    tool: Tool
    source: SourceFile
    tree: SyntaxTree
    test_path: PurePosixPath
    whole: Callable[[Sequence[GeneratedTest]], str]
    strict: bool = False


def verify(
    trial: Trial, candidates: Mapping[str, list[GeneratedTest]], subjects: Mapping[str, Documentable]
) -> dict[str, Verified]:
    """Run the tests of one file (by the id of their function). Raises: GenerateError (no copy can be made), FenceStopped."""
    found = {id_: Verified(list(tests)) for id_, tests in candidates.items()}
    with packed(trial.tool.root) as copy:

        def run(tests: Sequence[GeneratedTest], change: Mapping[str, bytes]) -> Ran:
            changes = {**change, str(trial.test_path): trial.whole(tests).encode()}
            return run_tests(trial.tool, copy, trial.test_path, changes, len(tests))

        _keep(found, run, "")
        _keep(found, run, _NOT_STEADY)
        if trial.strict:
            place = trial.source.path.resolve().relative_to(trial.tool.root.resolve()).as_posix()
            for id_, one in found.items():
                if one.kept:
                    _keep_noticing(one, run, trial, subjects[id_], place)
    return found


_Run = Callable[[Sequence[GeneratedTest], Mapping[str, bytes]], Ran]


def _keep(found: Mapping[str, Verified], run: _Run, reason: str) -> None:
    """Keep those that pass; if a file with all of them cannot even be collected, each function's tests run alone."""
    tests = [test for one in found.values() for test in one.kept]
    if not tests:
        return
    passed, failed = _judged(run, tests, {})
    alone = not passed and not failed.keys() - {""} and len(found) > 1
    for one in found.values():
        before = one.kept
        if alone and before:
            passed, failed = _judged(run, before, {})
        one.kept = [test for test in before if test.name in passed]
        if before and not one.kept:
            said = next((failed[test.name] for test in before if failed.get(test.name)), failed.get("", ""))
            one.reason = reason or f"it does not pass: {said or 'nothing was collected'}"


def _judged(run: _Run, tests: Sequence[GeneratedTest], change: Mapping[str, bytes]) -> tuple[set[str], dict[str, str]]:
    """Which tests pass, and why others do not, by name ("" for all). If a test ends the whole run, the others run again."""
    passed: set[str] = set()
    failed: dict[str, str] = {}
    left = list(tests)
    while left:
        ran = run(left, change)
        passed |= ran.passed
        failed |= ran.failed
        if not ran.stuck:
            if not ran.passed and not ran.failed:
                failed[""] = ran.last_line
            break
        left = [test for test in left if test.name not in passed and test.name not in failed]
    return passed, failed


def _keep_noticing(one: Verified, run: _Run, trial: Trial, subject: Documentable, place: str) -> None:
    """Keep the tests that fail on at least one mutant of ``subject``."""
    mutants = mutants_of(trial.tree, subject)
    if not mutants:
        one.reason = "kept, but it cannot be mutated"
        return
    waiting = {test.name for test in one.kept}
    for mutant in mutants:
        data = trial.source.encoded(apply_edits(trial.source.text, [mutant]))
        passed, _ = _judged(run, [test for test in one.kept if test.name in waiting], {place: data})
        waiting &= passed
        if not waiting:
            break
    one.kept = [test for test in one.kept if test.name not in waiting]
    if not one.kept:
        one.reason = "it passes on every mutant too"
