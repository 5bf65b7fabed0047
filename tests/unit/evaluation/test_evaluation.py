"""Holes in committed code, datasets, scores, a journal that can be resumed, and a whole run with the fake backend."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from codestral_ls.backends.fake import FakeBackend, fixed
from codestral_ls.config.sections import Options
from codestral_ls.errors import DocumentError
from codestral_ls.evaluation.answer_log import EvaluatedHole, EvaluationLog
from codestral_ls.evaluation.datasets import read_dataset
from codestral_ls.evaluation.holes import Hole, committed_files, holes_in
from codestral_ls.evaluation.program import ProgramTest
from codestral_ls.evaluation.report import plot, summary, text, why_equal
from codestral_ls.evaluation.run_holes import run
from codestral_ls.evaluation.score import score
from codestral_ls.fence.kinds import find_fence

CODE = """def area_of_circle(radius, digits):
    squared = radius * radius
    return round(3.14159 * squared, digits)


def outline_of_circle(radius):
    doubled = radius + radius
    return 3.14159 * doubled
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "repository"
    root.mkdir()
    for name in ("a.py", "b.py", "c.py", "secrets_ignored.py"):
        (root / name).write_text(CODE)
    (root / ".codestralignore").write_text("secrets_ignored.py\n")
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "first"]):
        subprocess.run(["git", "-C", str(root), *command], check=True, timeout=30)
    (root / "b.py").write_text(CODE + "changed = 1\n")
    (root / "untracked.py").write_text(CODE)
    return root


def test_only_committed_code_that_may_be_read(repository: Path) -> None:
    assert [path.name for path in committed_files(repository)] == ["a.py", "c.py"]


def test_holes_are_the_same_for_one_seed_and_fit_their_files(repository: Path) -> None:
    holes = holes_in(repository, 6, seed=3)
    assert [hole.id for hole in holes] == [hole.id for hole in holes_in(repository, 6, seed=3)]
    assert {hole.kind for hole in holes} == {"rest_of_line", "line", "block"}
    assert all(hole.prefix + hole.truth + hole.suffix == CODE for hole in holes)


def test_no_repository_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="Only committed code"):
        holes_in(tmp_path, 3, 1)


INFILLING = {
    "task_id": "SingleLineInfilling/HumanEval/0/L0",
    "prompt": "def f():\n",
    "suffix": "\n",
    "canonical_solution": "    return 1",
}
SAFIM = {"task_id": "block_1", "lang": "java", "eval_prompt": "class A { {{completion}} }", "ground_truth": "int x;"}


def test_datasets(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_text(json.dumps(INFILLING) + "\n\n")
    with gzip.open(packed, "wt", encoding="utf-8") as out:
        out.write(json.dumps(SAFIM) + "\n" + json.dumps(SAFIM) + "\n")
    (one,) = read_dataset(plain)
    assert (one.kind, one.language, one.prefix, one.truth) == ("SingleLineInfilling", "python", "def f():\n", "    return 1")
    (other,) = read_dataset(packed, 1)
    assert (other.language, other.prefix, other.truth, other.suffix) == ("java", "class A { ", "int x;", " }")


@pytest.mark.parametrize(
    "content",
    [
        '{"prompt": "x"}',
        "[]",
        "no json",
        '{"eval_prompt": "no mark", "ground_truth": "x"}',
        "[" * 100_000,
        json.dumps({**SAFIM, "unit_tests": "no json"}),
    ],
    ids=range(6),
)
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(content)
    with pytest.raises(DocumentError):
        read_dataset(file)


@pytest.mark.parametrize("tests", [None, 1, "{}", [1], [{"input": 2}], [{"output": None}], [{"output": "x"}]], ids=range(7))
def test_strange_unit_tests_are_none(tmp_path: Path, tests: object) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({**SAFIM, "unit_tests": tests}))
    assert read_dataset(file)[0].tests == ()


@pytest.mark.parametrize(
    ("answer", "exact", "identifiers", "valid"),
    [
        ("return a + b", True, 1.0, True),
        (" return a + b ", True, 1.0, True),
        ("return (a", False, 1.0, False),
        ("yield_ed", False, 0.0, True),
    ],
)
def test_scores(answer: str, exact: bool, identifiers: float, valid: bool) -> None:
    hole = Hole("h", "line", "python", None, "def f(a, b):\n    ", "\n", "return a + b")
    told = score(hole, answer)
    assert (told.exact, told.identifiers, told.valid) == (exact, pytest.approx(identifiers), valid)  # type: ignore[comparison-overlap]
    assert told.similarity == 1.0 if exact else told.similarity < 1.0


def row(hole: str, arm: str = "with") -> EvaluatedHole:
    return EvaluatedHole(hole, "line", arm, True, True, 1.0, 1.0, True, 12.5, "brackets", "cold")


def test_the_journal_goes_on_and_leaves_out_a_torn_line(tmp_path: Path) -> None:
    file = tmp_path / "out" / "eval.jsonl"
    with EvaluationLog(file, {"seed": 1}) as journal:
        journal.add(row("a"))
        journal.add(row("b"))
    with file.open("a", encoding="utf-8") as out:
        out.write('{"hole": "c", "ki')
    with EvaluationLog(file, {"seed": 1}) as journal:
        assert [one.hole for one in journal.rows] == ["a", "b"]
        journal.add(row("c"))
    with EvaluationLog(file, {"seed": 1}) as journal:
        assert [one.hole for one in journal.rows] == ["a", "b", "c"]
    with EvaluationLog(file, {"seed": 2}) as journal:
        assert journal.rows == [], "another measurement begins anew"


async def test_a_whole_run_is_resumed_and_reported(repository: Path, tmp_path: Path) -> None:
    holes = holes_in(repository, 6, seed=3)
    asked: list[str] = []

    async def measure() -> list[EvaluatedHole]:
        backend = FakeBackend(fixed("return radius"), prefill_rate=0, decode_rate=0)
        with EvaluationLog(tmp_path / "eval.jsonl", {}) as journal:
            before = len(journal.rows)
            await run(backend, Options(), holes, repository, journal, 5_000, lambda done, _all: asked.append(str(done)))
            assert len(journal.rows) == 2 * len(holes)
            asked.append(f"new {len(journal.rows) - before}")
            return journal.rows

    rows = await measure()
    await measure()
    assert asked[-1] == "new 0"
    told = summary(rows)
    assert told["with"]["all"]["holes"] == len(holes)
    assert 0 < told["with"]["all"]["shown"] <= 1
    assert "block with context" in text(told)


async def test_an_answer_is_tested_if_the_machine_can_build_it(tmp_path: Path) -> None:
    """The answer of the first is wrong but passes; the second is not shown; nothing builds the third, though it is exact."""
    if find_fence() == "none":
        pytest.skip("no fence holds on this machine")
    tests = (ProgramTest("2", ("4",)),)
    holes = [
        Hole("a", "python", "python", None, "n = int(input())\nprint(", ")\n", "2 * n", tests=tests),
        Hole("b", "python", "python", None, "n = int(input())\nprint(n * ", ")\n", "2", tests=(ProgramTest("2", ("5",)),)),
        Hole("c", "cobol", "cobol", None, "DISPLAY ", "\n", "n + n", tests=tests),
        Hole("d", "python", "python", None, "print(", ")\n", "n + n"),
    ]
    with EvaluationLog(tmp_path / "eval.jsonl", {}) as journal:
        backend = FakeBackend(fixed("n + n"), prefill_rate=0, decode_rate=0)
        await run(backend, Options(), holes, None, journal, 5_000, lambda _done, _all: None, ("alone",))
        rows = {row.hole: (row.exact, row.passed) for row in journal.rows}
        assert rows == {"a": (False, True), "b": (False, False), "c": (True, None), "d": (True, None)}
        told = summary(journal.rows)
    assert (told["alone"]["all"]["passed"], told["alone"]["all"]["tested"]) == (0.5, 2)
    assert "not tested, pipeline off: 2" in text(told)
    cobol = next(line for line in text(told).split("\n") if line.startswith("cobol"))
    assert cobol.count("%") == 4  # exact, similarity, identifiers and shown; not whether it is valid or passes


def test_the_plot(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plot(summary([row("a"), row("a", "without")]), tmp_path / "eval.png")
    assert (tmp_path / "eval.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("characters", "in_project", "tokens", "told"),
    [(900, True, 0, ""), (0, True, 0, "has no room for other files"), (0, True, -1, "below 0"), (900, False, 0, "dataset")],
)
def test_arms_that_cannot_differ_are_reported(characters: int, in_project: bool, tokens: int, told: str) -> None:
    sentence = why_equal(characters, in_project, tokens)
    assert told in sentence
    assert bool(sentence) == bool(told)
