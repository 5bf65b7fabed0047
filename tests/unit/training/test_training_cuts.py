"""Possible cursor positions, and the training examples made from them."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

from training.control import BEGIN, END, PREFIX, SUFFIX
from training.cuts import EMPTY, KINDS, LINES, PART, REST, cut
from training.cuts import END as END_OF_TEXT
from training.rows import MIDDLE_WEIGHT, Stretch, example, rows, stretches

TEXT = "".join(f"def function_{n}(argument, other):\n    value = argument + {n}\n\n    return value\n\n\n" for n in range(12))


def letters(text: str) -> list[int]:
    """A tokenizer with one piece per character, and one piece for `ab`: enough for borders between pieces that move."""
    return [100 + ord(piece) if piece != "\1" else 99 for piece in text.replace("ab", "\1")]


def whole(text: str) -> Stretch:
    return Stretch(text, 0, len(text))


def cuts(count: int = 400) -> Any:
    rng = random.Random(1)
    return [cut(TEXT, rng) for _ in range(count)]


def test_a_cut_loses_nothing() -> None:
    for hole in cuts():
        whole = hole.prefix + hole.middle + hole.suffix
        assert TEXT.startswith(whole) if hole.kind == END_OF_TEXT else whole == TEXT


def test_every_kind_occurs() -> None:
    assert {hole.kind for hole in cuts()} == set(KINDS)


@pytest.mark.parametrize("kind", [REST, PART])
def test_within_one_line(kind: Any) -> None:
    assert all("\n" not in hole.middle for hole in cuts() if hole.kind == kind)


def test_the_rest_of_a_line_ends_at_its_newline() -> None:
    assert all(hole.suffix.startswith("\n") and hole.middle for hole in cuts() if hole.kind == REST)


def test_whole_lines_end_at_a_newline() -> None:
    assert all(hole.suffix[:1] in ("", "\n") for hole in cuts() if hole.kind == LINES)


def test_at_the_end_of_a_text_everything_is_asked_for() -> None:
    middles = [hole.middle for hole in cuts() if hole.kind == END_OF_TEXT]
    assert any("\n" in middle for middle in middles)
    assert any(middle and "\n" not in middle for middle in middles)
    assert "" in middles
    assert all(hole.suffix == "" for hole in cuts() if hole.kind == END_OF_TEXT)


def test_nothing_is_a_middle_too() -> None:
    assert all(hole.middle == "" for hole in cuts() if hole.kind == EMPTY)


def test_an_example_is_in_codestrals_order_and_within_its_budget() -> None:
    rng = random.Random(2)
    for _ in range(100):
        ids, weights = example(whole(TEXT), 256, letters, rng)
        assert len(ids) == len(weights) <= 256
        assert ids[:2] == [BEGIN, SUFFIX]
        assert ids[-1] == END
        assert ids.count(PREFIX) == 1
        assert weights[ids.index(PREFIX)] == 0.0
        assert weights[-1] == MIDDLE_WEIGHT


def test_the_cut_moves_back_to_a_border_of_the_joint_tokenization() -> None:
    rng = random.Random(3)
    text = "ab" * 200
    for _ in range(50):
        ids, _ = example(whole(text), 4000, letters, rng)
        assert set(ids[ids.index(PREFIX) + 1 : -2]) <= {99}, "half a pair stands only where the middle ends"


def test_stretches_cover_every_text_once() -> None:
    texts = [f"{n} " + "some line of text\n" * 60 for n in range(5)]
    found = list(stretches(texts, 300, random.Random(4)))
    assert sum(stretch.stop - stretch.start for stretch in found) > 0.9 * sum(map(len, texts))
    for text in texts:
        places = sorted((stretch.start, stretch.stop) for stretch in found if stretch.text == text)
        assert all(stop <= start for (_, stop), (start, _) in pairwise(places))


def test_lines_from_elsewhere_stand_before_the_prefix_and_are_not_learned() -> None:
    text = "".join(f"    self.value_{n} = compute_it(value_{n})\n" for n in range(100))
    stretch = Stretch(text, 2000, 2600)
    found = 0
    for seed in range(60):
        ids, weights = example(stretch, 900, letters, random.Random(seed))
        begin = ids.index(PREFIX) + 1
        shown = sum(weight == 0.0 for weight in weights[begin:])
        found += shown > 0
        assert not any(weights[begin : begin + shown])
        assert all(weights[begin + shown :])
    assert 20 < found < 60


def test_rows_are_full_and_new_at_every_pass() -> None:
    supply = rows([TEXT], 256, letters, random.Random(5))
    found = [next(supply) for _ in range(20)]
    assert all(len(row.ids) == 257 and len(row.weights) == 256 for row in found)
    assert len({tuple(row.ids) for row in found}) > 15
