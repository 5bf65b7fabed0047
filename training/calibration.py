"""Fits logistic curves: the chance of an exact match by a completion's probability, and when a copy is preferred to it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

STEPS = 25
"""More than Newton's method needs to converge for two or three parameters."""


def logistic(features: ArrayLike, truth: ArrayLike) -> list[float]:
    """The weights of `1 / (1 + exp(-(w0 + w1 * x1 + ...)))` by maximum likelihood; `features` are (places, parameters).

    A ridge of one thousandth keeps them finite if the two outcomes do not overlap.
    """
    rows = np.asarray(features, float)
    rows = np.column_stack([np.ones(len(rows)), rows])
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chances = 1.0 / (1.0 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (np.asarray(truth, float) - chances) - 1e-3 * weights
        curvature = rows.T @ (rows * (chances * (1 - chances))[:, None]) + 1e-3 * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, gradient)
    return [float(weight) for weight in weights]


def fitted(mean_logprobs: Sequence[float], exact: Sequence[bool]) -> tuple[float, float]:
    """Offset and slope of the chance of an exact match as a function of the mean log-probability (natural logarithms)."""
    offset, slope = logistic(np.asarray(mean_logprobs, float)[:, None], exact)
    return offset, slope
