"""The curve from mean log-probability to the chance of an exact match."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("numpy", reason="the extra [local] is not installed")

from codestral_ls.completion import confidence
from training.calibration import fitted


def test_a_known_curve_is_found_again() -> None:
    randomness = random.Random(4)
    means = [-randomness.expovariate(1.5) for _ in range(20_000)]
    exact = [randomness.random() < (confidence.chance(mean) or 0.0) for mean in means]
    offset, slope = fitted(means, exact)
    assert offset == pytest.approx(confidence.OFFSET, abs=0.15)
    assert slope == pytest.approx(confidence.SLOPE, abs=0.3)


def test_kinds_that_do_not_overlap_still_give_a_curve() -> None:
    offset, slope = fitted([-0.1, -0.2, -2.0, -3.0], [True, True, False, False])
    assert slope > 0
    assert offset > 0
