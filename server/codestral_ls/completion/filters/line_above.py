"""Drops an answer that only copies the line above, the commonest thing small models do when they know nothing."""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor


def mend(text: str, cursor: Cursor) -> str:
    """``""`` when the completed line equals the line above (four characters or more), otherwise the text."""
    first = (cursor.line_before + text.split("\n", 1)[0]).strip()
    if len(first) >= 4 and first == cursor.line_above.strip():
        return ""
    return text
