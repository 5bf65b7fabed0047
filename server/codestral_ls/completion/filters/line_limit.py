"""Ends an answer after the planned number of lines or, if a statement is open there, where that ends."""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.open_marks import answer_leaves_open


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the line end after the last requested line; empty lines do not count.

    If a single line was requested for the rest of a line, an answer that begins with a line end is empty.
    """
    filled = 0
    start = 0
    while True:
        end = _line_end(text, start)
        if text[start:end].strip():
            filled += 1
        if end == len(text):
            return None
        if filled >= cursor.plan.max_lines and not _goes_on(text[:end], filled, cursor):
            return end
        if not filled and cursor.plan.single_line and cursor.line_before.strip():
            # The rest of this line was requested, and the model's answer is that it is empty.
            return end
        start = end + (2 if text.startswith("\r\n", end) else 1)


def _goes_on(text: str, filled: int, cursor: Cursor) -> bool:
    """True if the lines so far opened a bracket that they did not close, and the answer may have more lines to close it."""
    plan = cursor.plan
    return filled < plan.max_lines + plan.more_lines and answer_leaves_open(text, cursor)


def _line_end(text: str, start: int) -> int:
    ends = [index for index in (text.find("\n", start), text.find("\r", start)) if index >= 0]
    return min(ends) if ends else len(text)
