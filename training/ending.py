"""Where a text may end: after a middle, but nowhere in a prompt.

In Codestral's order there is no token between prefix and middle. If `</s>` counts at every place, the model learns at the end of
each line in a prefix that it does not come, and then seldom writes it at the end of a middle: at 0.30 of them, when it was
measured. At inference all written text is middle, so inside a prompt `</s>` is left out of the loss.
"""

from __future__ import annotations

from torch import Tensor

from training.control import END
from training.rows import MIDDLE_WEIGHT

NEVER = -1e4


def without_end(logits: Tensor, weights: Tensor) -> Tensor:
    """The logits (places, vocabulary), changed in place: `</s>` is impossible where `weights` (places) are not a middle's."""
    logits[:, END] = logits[:, END].masked_fill(weights < MIDDLE_WEIGHT, NEVER)
    return logits
