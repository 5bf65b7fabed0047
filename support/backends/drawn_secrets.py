"""Texts with their secrets drawn in: «…» around each."""

from __future__ import annotations

from codestral_ls.backends.masking.find import find_secrets

CODE = "".join(
    f"def f_{n}(left, right):\n    # the sum of both, and {n} more\n    return left + right + {n}\n\n\n" for n in range(9)
)
"""Longer than every stretch that a rule looks back or ahead."""


def drawn(text: str, cut: int | None = None) -> str:
    """``text`` with the secrets found in it drawn; ``cut`` is where the cursor is."""
    pieces, at = [], 0
    for span in find_secrets(text, cut):
        pieces += [text[at : span.start], "«", text[span.start : span.end], "»"]
        at = span.end
    return "".join([*pieces, text[at:]])


def plain(row: str) -> str:
    """A drawn text as it is without the drawing."""
    return row.replace("«", "").replace("»", "")
