"""Draws the secrets found in a text: «…» around each."""

from __future__ import annotations

from codestral_ls.backends.masking.find import find_secrets

LETTERS = ((r"\\", "\0"), (r"\n", "\n"), (r"\r", "\r"), (r"\t", "\t"), ("\0", "\\"))
CODE = "".join(
    f"def f_{n}(left, right):\n    # the sum of both, and {n} more\n    return left + right + {n}\n\n\n" for n in range(9)
)
"""Longer than the longest stretch of text that a rule looks at before or after its match."""
SURROUNDINGS = [(before, after) for before in ("\nf(x)\n", "f(x)\n", "# é\nf(x)\n\n", CODE) for after in ("", "\n" + CODE)]
"""Text of a program before and after a row: tests/unit/backends/test_beside.py tests bare words in other text."""


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


def wrongly_masked(rows: str) -> list[tuple[str, str]]:
    """Drawn rows and what masking makes of them, where the two differ in any of the surroundings.

    Each line of ``rows`` is a row; the escapes of `LETTERS` in it mean what they mean in Python.
    """
    wrong = []
    for row in rows.strip("\n").split("\n"):
        for sign, letter in LETTERS:
            row = row.replace(sign, letter)
        for before, after in SURROUNDINGS:
            found = drawn(f"{before}{plain(row)}\n{after}")
            if found != f"{before}{row}\n{after}":
                wrong.append((row, found))
    return wrong
