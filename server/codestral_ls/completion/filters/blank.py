"""Drops an answer without any visible character."""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor


def mend(text: str, cursor: Cursor) -> str:  # noqa: ARG001 - every mender takes the cursor
    """``""`` for white space alone, otherwise the text."""
    return text if text.strip() else ""
