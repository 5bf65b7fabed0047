"""What is different with the small model in the package: it writes short blocks, and likely copies outrank it. Pure.

A large model has its reasons where it differs from a copy, and its mean probability was never calibrated here; the small one's
was (``confidence.py``), so its chance and a copy's can be compared.
"""

from __future__ import annotations

from codestral_ls.backends.base import BackendInfo
from codestral_ls.completion.confidence import COPY_THRESHOLDS, LARGE_COPY_THRESHOLDS

NAMES = frozenset({"embedded", "tiny-fim"})
BLOCK_LINES = 3
"""More lines than this are rarely right with the small model."""

LONGEST_BLOCK = 64


def is_small(info: BackendInfo) -> bool:
    """Whether the model in the package answers."""
    return info.model in NAMES


def block_lines(info: BackendInfo) -> int:
    """How many lines a block may have."""
    return BLOCK_LINES if is_small(info) else LONGEST_BLOCK


def copy_threshold(info: BackendInfo, show: str) -> float:
    """The chance from which a copy is shown before the model is asked; ``show`` is the user's word."""
    return (COPY_THRESHOLDS if is_small(info) else LARGE_COPY_THRESHOLDS)[show]


def copy_outranks(info: BackendInfo, copied: float | None, written: float | None) -> bool:
    """Whether a copy with the chance ``copied`` goes before an answer of the model with the chance ``written`` (0..1, measured)."""
    return is_small(info) and copied is not None and written is not None and copied > written
