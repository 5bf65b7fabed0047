"""The learning rate as a function of the wall clock, so that a run ends on time whatever else the machine does."""

from __future__ import annotations

WARM_UP = 0.01
COOL_DOWN = 0.65
"""Fractions of the run. Between them the rate is flat, so a run stopped there can be prolonged without loss."""


def factor(progress: float) -> float:
    """The share of the peak rate at `progress` (0 to 1) of the time: up, flat, then linearly down to nearly nothing."""
    if progress < WARM_UP:
        return max(0.05, progress / WARM_UP)
    return max(0.01, min(1.0, (1.0 - progress) / COOL_DOWN))
