"""Quotes a user's text inside a sentence: one short line, without characters that a terminal would obey."""

from __future__ import annotations

MOST = 60
"""Characters of a foreign text that are worth repeating."""


def plain(text: str, most: int = MOST) -> str:
    """``text`` with everything unprintable (line ends, escapes) as Python writes it, cut to ``most`` characters.

    >>> plain("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text[: most + 1])
    return shown if len(shown) <= most else shown[: most - 1] + "…"
