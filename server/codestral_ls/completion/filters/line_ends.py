"""Gives an answer the line ends of its place, and removes invisible blanks at its end."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor

MARKDOWN = frozenset({"markdown", "mdx"})
_ENDING = re.compile(r"\r\n|\r|\n")


def mend(text: str, cursor: Cursor) -> str:
    """The text with every line end in the form used at the cursor."""
    return _ENDING.sub(cursor.style.newline, text)


def trim(text: str, cursor: Cursor) -> str:
    """The text without blanks and empty lines at its end if the line ends after it, and without a first line of only blanks.

    Blanks before visible text of the document stay, and so do Markdown's two blanks, which break a line.
    """
    if cursor.line_before.strip() and text[:1] in (" ", "\t") and not _breaks_line(text, cursor):
        body = text.lstrip(" \t")
        text = body if body[:1] in ("\n", "\r") else text
    if not text.strip():
        return ""
    return text if cursor.line_after.strip() else text.rstrip()


def _breaks_line(text: str, cursor: Cursor) -> bool:
    """True if the text begins with a hard line break in Markdown's form."""
    return cursor.language.id in MARKDOWN and text.startswith("  ")
