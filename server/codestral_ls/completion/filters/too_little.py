"""Drops an answer with no content: only a comment mark or a pair of quotes, at a place where anything may be written."""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor

PAIRS_OF_QUOTES = frozenset({'""', "''", '""""""', "''''''", "``"})


def mend(text: str, cursor: Cursor) -> str:
    """``""`` for only a comment mark or an empty string on an empty line, otherwise the text."""
    stripped = text.strip()
    if cursor.line_before.strip() or cursor.line_after.strip():
        return text
    language = cursor.language
    return "" if stripped in PAIRS_OF_QUOTES or stripped in (*language.line_comments, *(language.block_comment or ())[:1]) else text
