"""The chance of an exact match from the mean probability of a completion's tokens: a logistic curve, fitted. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

STEPS = 25
"""Newton's method on two parameters has converged long before."""


def fitted(mean_logprobs: Sequence[float], exact: Sequence[bool]) -> tuple[float, float]:
    """Offset and slope of `1 / (1 + exp(-(offset + slope * mean_logprob)))` by maximum likelihood; natural logarithms.

    A ridge of one thousandth keeps the slope finite where the two kinds do not overlap.
    """
    features = np.column_stack([np.ones(len(mean_logprobs)), np.asarray(mean_logprobs, float)])
    truth = np.asarray(exact, float)
    weights = np.zeros(2)
    for _ in range(STEPS):
        chances = 1.0 / (1.0 + np.exp(-np.clip(features @ weights, -30, 30)))
        gradient = features.T @ (truth - chances) - 1e-3 * weights
        curvature = features.T @ (features * (chances * (1 - chances))[:, None]) + 1e-3 * np.eye(2)
        weights = weights + np.linalg.solve(curvature, gradient)
    return float(weights[0]), float(weights[1])
