"""Draws the secrets found in a text: «…» around each."""

from __future__ import annotations

from codestral_ls.backends.masking.find import find_secrets

CODE = "".join(
    f"def f_{n}(left, right):\n    # the sum of both, and {n} more\n    return left + right + {n}\n\n\n" for n in range(9)
)
"""Longer than the longest stretch of text that a rule looks at before or after its match."""


def drawn(text: str, cut: int | None = None) -> str:
    """``text`` with «…» around each secret that masking finds; ``cut`` is where the cursor is."""
    pieces, at = [], 0
    for span in find_secrets(text, cut):
        pieces += [text[at : span.start], "«", text[span.start : span.end], "»"]
        at = span.end
    return "".join([*pieces, text[at:]])


def plain(row: str) -> str:
    """A drawn text without the «»."""
    return row.replace("«", "").replace("»", "")
