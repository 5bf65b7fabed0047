"""The chance that a candidate of a next edit is accepted."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from codestral_ls.edits.evidence import EditEvidence, chance, features
from codestral_ls.edits.weights import WEIGHTS


def drawn(kind: str, draw: random.Random) -> EditEvidence:
    def yes() -> bool:
        return draw.random() < 0.5

    return EditEvidence(
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


@pytest.mark.parametrize(("name", "most"), [("against", 4), ("age", 5), ("left", 8), ("right", 8), ("core", 20)])
def test_what_is_counted_counts_up_to_a_number(name: str, most: int) -> None:
    evidence = drawn("line", random.Random(2))
    counts: list[dict[str, Any]] = [{name: count} for count in (0, 1, most - 1, most, most + 1)]
    shares = [features(evidence._replace(**count)).get(name, 0.0) for count in counts]
    assert shares == pytest.approx([0, 1 / most, (most - 1) / most, 1, 1])


def test_what_the_features_are() -> None:
    evidence = EditEvidence(
        kind="name", support=2, against=0, age=0, common=0.5, left=0, right=0, core=10, same_file=True, distance=0, identical=False,
        places=1, was_known=False, gone=True, imported=False, size=2, number=False,
    )  # fmt: skip
    own = {
        "supported": 1.0, "supported twice": 1.0, "none against": 1.0, "common": 0.5, "core": 0.5, "same file": 1.0,
        "one place": 1.0, "places": math.log(2) / 5, "gone": 1.0, "size": math.log(3) / 4,
    }  # fmt: skip
    crossed = {f"supported: {name}": own[name] for name in ("none against", "common", "places", "same file")}
    always = {"always": 1.0, "name: always": 1.0}
    assert features(evidence) == pytest.approx(own | {f"name: {name}": value for name, value in own.items()} | crossed | always)
    once = features(evidence._replace(kind="deletion", support=1, places=2, distance=3))
    assert once["deletion: always"] == 1.0
    assert once["distance"] == pytest.approx(math.log(4) / 8)
    assert not {"supported twice", "one place", "name: always"} & once.keys()
