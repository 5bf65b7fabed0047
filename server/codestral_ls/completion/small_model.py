"""Special treatment of the embedded model: it writes short blocks, and likely copies outrank it. Pure.

Only the embedded model's probabilities were calibrated (``confidence.py``), so only its chance can be compared with a copy's. A
large model that differs from a copy usually has a reason.
"""

from __future__ import annotations

import math

from codestral_ls.backends.base import BackendInfo
from codestral_ls.completion.confidence import COPY_THRESHOLDS, LARGE_COPY_THRESHOLDS, LARGE_THRESHOLDS, THRESHOLDS

BLOCK_LINES = 3
"""More lines than this are rarely right with the embedded model."""

LONGEST_BLOCK = 64

BIAS, COPIED, WRITTEN = 0.64, 1.09, -0.77
"""Logistic regression of which of the two is right where they differ, on the log-odds of both chances: 685 lines of held-out
packages in eight languages (``python -m training.exact`` prints the fit). The chances alone were measured on all places, and where
the two differ the model is wrong more often than elsewhere."""


def is_small(info: BackendInfo) -> bool:
    """True if the embedded model answers."""
    return info.is_embedded


def block_lines(info: BackendInfo) -> int:
    """How many lines a block may have."""
    return BLOCK_LINES if is_small(info) else LONGEST_BLOCK


def show_threshold(info: BackendInfo, show: str) -> float:
    """Least chance at which a model's answer is shown while typing; ``show`` is the option."""
    return (THRESHOLDS if is_small(info) else LARGE_THRESHOLDS)[show]


def copy_threshold(info: BackendInfo, show: str) -> float:
    """Least chance at which a copy is shown before the model is asked; ``show`` is the option."""
    return (COPY_THRESHOLDS if is_small(info) else LARGE_COPY_THRESHOLDS)[show]


def copy_outranks(info: BackendInfo, copied: float | None, written: float | None) -> bool:
    """True if a copy with the chance ``copied`` goes before another answer of the model with the chance ``written`` (0..1)."""
    if not is_small(info) or copied is None or written is None:
        return False
    return BIAS + COPIED * log_odds(copied) + WRITTEN * log_odds(written) > 0


def log_odds(chance: float) -> float:
    """The natural logarithm of the odds; chances closer to 0 or 1 than a thousandth count as a thousandth away."""
    chance = min(max(chance, 0.001), 0.999)
    return math.log(chance / (1 - chance))
