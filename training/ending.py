"""Where a text may end: after a middle, and nowhere in a prompt.

In Codestral's order there is no token between prefix and middle. A model asked for `</s>` at every place learns at each line's
end of a prefix that it does not come, and then seldom writes it at the end of a middle: 0.30 was measured there. At inference all
written text is middle, so inside a prompt `</s>` is left out of the loss.
"""

from __future__ import annotations

from torch import Tensor

from training.control import END
from training.rows import MIDDLE_WEIGHT

NEVER = -1e4


def without_end(logits: Tensor, weights: Tensor) -> Tensor:
    """The same logits (places, vocabulary), changed in place: `</s>` cannot come where `weights` (places) is not a middle's."""
    logits[:, END] = logits[:, END].masked_fill(weights < MIDDLE_WEIGHT, NEVER)
    return logits
