"""How likely an answer is to be accepted, from the model's own probabilities, and how likely it must be to be shown. Pure.

The curve is a logistic one over the mean log-probability per token, fitted to exact matches of the embedded model on unseen
packages in eight languages (``python -m training.exact`` prints the fit). Answers of backends that report no probabilities are
always shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

OFFSET = 1.41
SLOPE = 8.74
"""Logistic regression of exact match on mean log-probability (natural, per token)."""

THRESHOLDS: dict[str, float] = {"eager": 0.0, "balanced": 0.06, "quiet": 0.4}
"""The least chance of acceptance at which an answer of the embedded model is shown while typing, by `completion.show`."""

LARGE_THRESHOLDS: dict[str, float] = {"eager": 0.0, "balanced": 0.006, "quiet": 0.29}
"""The same for every other model. The curve was not fitted to them, and a long answer of a large one is worth more than its mean
probability says: they are shown from a mean of 0.48 (balanced) and of 0.77 (quiet) on."""

LEAST_PIECES = 5
"""Tokens before an answer may be given up, because the first ones are the most uncertain."""

COPY_THRESHOLDS: dict[str, float] = {"eager": 0.3, "balanced": 0.5, "quiet": 0.75}
"""The same for copied text that is shown before the embedded model is asked, or when no model can be asked."""

LARGE_COPY_THRESHOLDS: dict[str, float] = {"eager": 0.5, "balanced": 0.75, "quiet": 0.9}
"""The same with a large model, whose own answer would be right more often."""


def chance(mean_logprob: float | None) -> float | None:
    """Chance of acceptance in 0..1; None if the backend reports no probabilities."""
    if mean_logprob is None:
        return None
    return 1.0 / (1.0 + math.exp(-(OFFSET + SLOPE * mean_logprob)))


def hopeless(marks: Sequence[tuple[int, float | None]], threshold: float) -> bool:
    """True if the first tokens are so uncertain that the answer will not be shown, whatever follows."""
    if len(marks) < LEAST_PIECES:
        return False
    share = chance(marks[-1][1])
    return share is not None and share < threshold


def sure_length(text: str, marks: Sequence[tuple[int, float | None]], threshold: float) -> int:
    """The length of the leading lines that are certain enough; the first line counts whatever its chance is.

    ``marks`` are (length of text, mean log-probability of everything so far) per piece. A line below ``threshold`` and everything
    after it are left out: once a model has begun to guess, it goes on guessing.
    """
    position = text.find("\n", len(text) - len(text.lstrip("\r\n")))
    if position < 0 or not marks or marks[-1][1] is None:
        return len(text)
    while position < len(text):
        end = text.find("\n", position + 1)
        end = len(text) if end < 0 else end
        share = _chance_between(marks, position, end)
        if share is not None and share < threshold:
            return position
        position = end
    return len(text)


def _chance_between(marks: Sequence[tuple[int, float | None]], start: int, end: int) -> float | None:
    total_start = total_end = 0.0
    count_start = count_end = 0
    for count, (length, mean) in enumerate(marks, 1):
        if mean is None:
            return None
        if length <= start:
            total_start, count_start = mean * count, count
        total_end, count_end = mean * count, count
        if length >= end:
            break
    if count_end <= count_start:
        return None
    return chance((total_end - total_start) / (count_end - count_start))
