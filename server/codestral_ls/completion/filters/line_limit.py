"""Ends an answer after the planned number of lines, and where these end within a statement after that."""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.open_marks import answer_leaves_open


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the line end after the last line that was asked for; empty lines do not count.

    Where a single line was asked for and the cursor's line is complete, the line may also be the next one.
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
            # The rest of this line was requested, and the model says that there is none.
            return end
        start = end + (2 if text.startswith("\r\n", end) else 1)


def _goes_on(text: str, filled: int, cursor: Cursor) -> bool:
    """True if the lines so far opened a bracket that they did not close, and more may be written to close it."""
    plan = cursor.plan
    return filled < plan.max_lines + plan.more_lines and answer_leaves_open(text, cursor)


def _line_end(text: str, start: int) -> int:
    ends = [index for index in (text.find("\n", start), text.find("\r", start)) if index >= 0]
    return min(ends) if ends else len(text)
