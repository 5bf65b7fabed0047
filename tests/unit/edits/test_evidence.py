"""The chance of a candidate."""

from __future__ import annotations

import math
import random

import pytest

from codestral_ls.edits.evidence import Evidence, chance, features
from codestral_ls.edits.weights import WEIGHTS


def drawn(kind: str, draw: random.Random) -> Evidence:
    def yes() -> bool:
        return draw.random() < 0.5

    return Evidence(
        kind=kind,
        support=draw.randrange(4),
        against=draw.randrange(6),
        age=draw.randrange(8),
        common=draw.random(),
        left=draw.randrange(12),
        right=draw.randrange(12),
        core=draw.randrange(30),
        same_file=yes(),
        distance=draw.randrange(500),
        identical=yes(),
        places=draw.randrange(1, 80),
        was_known=yes(),
        gone=yes(),
        imported=yes(),
        size=draw.randrange(1, 40),
        number=yes(),
    )


@pytest.mark.parametrize("kind", ["name", "line", "deletion", "insertion", "sibling"])
def test_the_chance_is_the_logistic_of_all_weighed_features(kind: str) -> None:
    draw = random.Random(kind)
    for _ in range(200):
        evidence = drawn(kind, draw)
        score = sum(WEIGHTS.get(name, 0.0) * value for name, value in features(evidence).items())
        assert chance(evidence) == pytest.approx(1 / (1 + math.exp(-score)))


def test_every_weight_is_of_a_feature() -> None:
    draw = random.Random(1)
    known = {
        name
        for kind in ("name", "line", "deletion", "insertion", "sibling")
        for _ in range(200)
        for name in features(drawn(kind, draw))
    }
    assert set(WEIGHTS) <= known
