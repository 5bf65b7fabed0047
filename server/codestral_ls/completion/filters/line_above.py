"""Drops an answer that repeats the line above: the commonest way in which a small model says nothing."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor


def mend(text: str, cursor: Cursor) -> str:
    """``""`` when the text is one whole line, a statement, and equal to the line above; otherwise the text.

    A line that closes something (``</div>``, ``done``, ``endif()``) may follow its like.
    """
    if cursor.line_before.strip() or cursor.line_after.strip() or "\n" in text.strip():
        return text
    line = cursor.line_before + text.rstrip()
    closes = line.strip().startswith((*cursor.language.scope_closers, "</", "end", "\\end", "done", "fi", "esac", ")", "]", "}"))
    return "" if line == cursor.line_above.rstrip() and not closes and len(re.findall(r"\w+", line)) > 1 else text
