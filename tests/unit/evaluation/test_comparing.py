"""Two models on the same holes: paired intervals, the table, the picture, and a sentence of advice."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls.commands.eval import contending, shown_name
from codestral_ls.config.sections import Options
from codestral_ls.evaluation.answer_log import EvaluatedHole
from codestral_ls.evaluation.comparing import Comparison, Contender, compare
from codestral_ls.evaluation.picture import draw, table


def contender(name: str, exact: Callable[[int], bool], ms: float, count: int = 100, passed: bool | None = None) -> Contender:
    rows = [
        EvaluatedHole(str(n), "line", "with", True, exact(n), 0.9 if exact(n) else 0.3, 0.5, True, ms + n % 5, "", "model", passed)
        for n in range(count)
    ]
    return Contender(name, {row.hole: row for row in rows})


def test_a_clear_winner_that_is_faster_is_advised() -> None:
    found = compare(contender("old", lambda n: n % 5 == 0, 300), contender("new", lambda n: n % 2 == 0, 100))
    assert found.advice == "Take new: it writes exactly what was there 30 points more often than old, in 102 ms."
    exact = found.lines[0]
    assert [exact.first.value, exact.second.value] == pytest.approx([0.2, 0.5])
    assert exact.difference.low > 0
    assert exact.difference.low < 0.3 < exact.difference.high


def test_a_better_but_slower_one_is_advised_with_its_price() -> None:
    found = compare(contender("small", lambda n: False, 50), contender("large", lambda n: n % 2 == 0, 500))
    assert found.advice.endswith("if 502 ms instead of 52 are quick enough for you.")


def test_equal_quality_is_decided_by_time_or_not_at_all() -> None:
    chance = random.Random(3)
    first, second = ([chance.random() < 0.4 for _ in range(40)] for _ in range(2))
    found = compare(contender("a", first.__getitem__, 200, 40), contender("b", second.__getitem__, 90, 40))
    assert found.advice.startswith("Take b: these holes show no difference")
    same = compare(contender("a", first.__getitem__, 200, 40), contender("b", first.__getitem__, 200, 40))
    assert same.advice.startswith("Keep what you have")
    assert (same.lines[0].difference.low, same.lines[0].difference.high) == (0.0, 0.0)


def test_pairing_makes_the_interval_narrower_than_two_separate_ones() -> None:
    found = compare(contender("a", lambda n: n % 2 == 0, 100), contender("b", lambda n: n % 2 == 0 or n % 20 == 1, 100))
    line = found.lines[0]
    assert line.difference.low > 0
    assert line.first.high > line.second.low


def test_tests_that_were_run_come_first() -> None:
    found = compare(contender("a", lambda n: True, 1, passed=False), contender("b", lambda n: True, 1, passed=True))
    assert found.lines[0].name == "passes its tests"
    assert "passes the tests 100 points more often" in found.advice


def test_holes_that_nothing_here_can_test_do_not_hide_the_others() -> None:
    first, second = contender("a", lambda n: n < 2, 1, 10, passed=False), contender("b", lambda n: n < 2, 1, 10, passed=True)
    some = {hole: replace(row, passed=None) if int(hole) % 2 else row for hole, row in second.rows.items()}
    found = compare(first, Contender("b", some))
    assert (found.lines[0].name, found.lines[0].second.value) == ("passes its tests (5 holes)", 1.0)
    assert "passes the tests 100 points more often" in found.advice


def test_only_holes_that_both_answered_count() -> None:
    found = compare(contender("a", lambda n: True, 1, 10), contender("b", lambda n: True, 1, 4))
    assert found.holes == 4
    assert compare(Contender("a", {}), Contender("b", {})).advice == "Nothing was measured."


def test_the_table_and_the_picture_name_everything(tmp_path: Path) -> None:
    found: Comparison = compare(contender("old", lambda n: n % 5 == 0, 300), contender("new", lambda n: n % 2 == 0, 100))
    said = table(found)
    assert "A: old" in said
    assert "20.0 % [" in said
    assert "100 holes; in brackets 95 % intervals" in said
    pytest.importorskip("matplotlib")
    draw(found, "project", tmp_path / "c.png")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_a_contender_is_a_backend_or_a_local_model() -> None:
    assert contending(Options(), "ollama").backend.primary == "ollama"
    local = contending(Options(), "qwen2.5-coder-0.5b")
    assert (local.backend.primary, local.local.model) == ("local", "qwen2.5-coder-0.5b")


@pytest.mark.parametrize(
    ("given", "model", "shown"),
    [
        ("/home/ada/.local/share/models/Codestral-22B-Q4.gguf", "Codestral", "Codestral-22B-Q4"),
        ("models/seed.gguf", "", "seed"),
        ("embedded", "tiny-fim", "embedded"),
        ("qwen2.5-coder-0.5b", "Qwen2.5 Coder", "qwen2.5-coder-0.5b"),
        ("ollama", "codestral:latest", "ollama (codestral:latest)"),
        ("codestral", "", "codestral"),
    ],
)
def test_a_title_has_a_models_name_and_no_folder(given: str, model: str, shown: str) -> None:
    assert shown_name(given, model) == shown
