"""Gives an answer the file's own line ends."""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor


def mend(text: str, cursor: Cursor) -> str:
    """The text with every line end as the file has them."""
    if "\r" not in text and cursor.newline == "\n":
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", cursor.newline)
