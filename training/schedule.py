"""The learning rate as a function of wall time, so that a run ends on time whatever else the machine does."""

from __future__ import annotations

WARM_UP = 0.01
COOL_DOWN = 0.65
"""Fractions of the run. Between them the rate is constant, so a run that is stopped there can be prolonged without loss."""


def factor(progress: float) -> float:
    """The share of the peak rate at `progress` (0 to 1) of the time: it rises, is constant, then falls linearly to nearly zero."""
    if progress < WARM_UP:
        return max(0.05, progress / WARM_UP)
    return max(0.01, min(1.0, (1.0 - progress) / COOL_DOWN))
