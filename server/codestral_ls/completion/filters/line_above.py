"""Drops an answer that only repeats the line above, the most common useless answer of a small model."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor


def mend(text: str, cursor: Cursor) -> str:
    """``""`` if the text is one whole line, a statement, and equal to the line above; otherwise the text.

    Lines that close something (``</div>``, ``done``, ``endif()``) may repeat.
    """
    if cursor.line_before.strip() or cursor.line_after.strip() or "\n" in text.strip():
        return text
    line = cursor.line_before + text.rstrip()
    closes = line.strip().startswith((*cursor.language.scope_closers, "</", "end", "\\end", "done", "fi", "esac", ")", "]", "}"))
    return "" if line == cursor.line_above.rstrip() and not closes and len(re.findall(r"\w+", line)) > 1 else text
