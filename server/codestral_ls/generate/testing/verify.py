"""Which generated tests are good: collected and passing, twice, alone with each other; strictly also failing on a mutant.

EXECUTES generated code, inside ``scratch.py``'s fence. Only called when the user asked for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.docstrings.definitions import Definition
from codestral_ls.generate.edits import apply_edits
from codestral_ls.generate.source import SourceFile
from codestral_ls.generate.testing.candidates import Candidate
from codestral_ls.generate.testing.frameworks import Tool, run_tests
from codestral_ls.generate.testing.mutants import mutants_of
from codestral_ls.generate.testing.scratch import scratch_copy

if TYPE_CHECKING:
    from codestral_ls.generate.testing.plan import TestSettings

_GAP = "\n\n\n"


@dataclass(slots=True)
class Verified:
    """The tests of one function that are kept; ``reason`` says why there are none."""

    kept: list[Candidate] = field(default_factory=list)
    reason: str = ""


def verify(
    settings: TestSettings,
    tool: Tool,
    source: SourceFile,
    tree: SyntaxTree,
    test_path: Path,
    head: str,
    candidates: Mapping[str, list[Candidate]],
    subjects: Mapping[str, Definition],
) -> dict[str, Verified]:
    """Run the candidates of one file (by the id of their function). Raises FileLeftAlone where no copy can be made."""
    found = {id_: Verified(list(tests)) for id_, tests in candidates.items()}
    with scratch_copy(settings.root, settings.scratch) as copy:
        run = _Run(settings, tool, copy, test_path, head)
        _keep(found, run, "it does not pass")
        _keep(found, run, "it does not pass every time, or not beside the others")
        if settings.strict:
            place = copy / source.path.resolve().relative_to(settings.root.resolve())
            for id_, one in found.items():
                if one.kept:
                    one.kept = _noticing(run, one.kept, source, tree, subjects[id_], place)
                    one.reason = one.reason if one.kept else "it passes on every mutant too"
    return found


@dataclass(frozen=True, slots=True)
class _Run:
    settings: TestSettings
    tool: Tool
    copy: Path
    test_path: Path
    head: str

    def passing(self, tests: list[Candidate]) -> set[str]:
        """The names of the tests that pass when these are all there are."""
        place = self.copy / self.test_path
        if place.is_symlink() or place.exists():
            place.unlink()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(self.head + "\n\n" + _GAP.join(test.code for test in tests) + "\n", encoding="utf-8")
        verdicts, _ = run_tests(self.tool, self.copy, self.test_path, self.settings.fence)
        return {name for name, verdict in verdicts.items() if verdict == "passed"}


def _keep(found: Mapping[str, Verified], run: _Run, reason: str) -> None:
    """Keep what passes; when a run shows nothing (it hung, or one test broke the file), each function's tests run alone."""
    tests = [test for one in found.values() for test in one.kept]
    if not tests:
        return
    passing = run.passing(tests)
    for one in found.values():
        before = one.kept
        alone = run.passing(before) if not passing and before and len(found) > 1 else passing
        one.kept = [test for test in before if test.name in alone]
        if before and not one.kept:
            one.reason = reason


def _noticing(
    run: _Run, tests: list[Candidate], source: SourceFile, tree: SyntaxTree, subject: Definition, place: Path
) -> list[Candidate]:
    """The tests that fail on at least one mutant of ``subject``."""
    waiting = {test.name for test in tests}
    try:
        for mutant in mutants_of(tree, subject.signature_end, subject.end):
            place.write_bytes(source.encoded(apply_edits(source.text, [mutant])))
            waiting &= run.passing(tests)
            if not waiting:
                break
    finally:
        place.write_bytes(source.encoded(source.text))
    return [test for test in tests if test.name not in waiting]
