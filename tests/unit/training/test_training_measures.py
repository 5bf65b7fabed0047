"""The parts of an evaluation: positions, the copy predictor, distances, the schedule."""

from __future__ import annotations

from typing import Any

import pytest

from training.copying import copy
from training.measures import distance, percent, similarity
from training.positions import draw
from training.schedule import factor

TEXT = "def one(first):\n    return first\n\ndef two(second):\n    return second\n"


def test_positions_are_the_same_for_a_seed_and_hold_the_file_together() -> None:
    drawn = draw([TEXT], 50, seed=1)
    assert drawn == draw([TEXT], 50, seed=1) != draw([TEXT], 50, seed=2)
    for position in drawn:
        assert position.prefix + position.truth + position.suffix == TEXT
        assert position.truth.strip()
        assert position.suffix.startswith("\n")


@pytest.mark.parametrize(
    ("drawn", "expected", "match"),
    [
        ("value = compute(a)\nvalue = comp│", "ute(a)", 12),
        ("total = a + b\nxx│\nxx = 3", " = 3", 0),
        ("nothing│", "", 0),
        ("items.append(x)\nitems.append(y)\nitems.app│\nitems.append(z)", "end(y)", 10),
        ("q│\nfirst = second\n", "", 0),
    ],
)
def test_copy(drawn: Any, expected: Any, match: Any) -> None:
    prefix, suffix = drawn.split("│")
    found = copy(prefix, suffix)
    if match:
        assert (found.text, found.match >= match) == (expected, True)
    else:
        assert found.text in ("", expected)


@pytest.mark.parametrize(("one", "other", "expected"), [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("same", "same", 0)])
def test_distance(one: Any, other: Any, expected: Any) -> None:
    assert distance(one, other) == distance(other, one) == expected


def test_similarity_and_percent() -> None:
    assert similarity("", "") == 1.0
    assert similarity("abcd", "abce") == 0.75
    assert percent([1.0, 0.0]) == 50.0


def test_the_learning_rate_rises_stays_and_falls() -> None:
    values = [factor(step / 100) for step in range(101)]
    assert values[0] < values[2] == values[30] == 1.0
    assert values[-1] <= 0.02
    assert values[60:] == sorted(values[60:], reverse=True)
