"""Ends an answer where the model begins another file: Codestral's ``+++++ path`` lines."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor

PATH_LINE = re.compile(r"(?:^|[\r\n])[ \t]*\+{5} \S+[ \t]*(?=[\r\n]|\Z)")


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the line end before the first path line; at the very start a path line only counts on an empty line."""
    for match in PATH_LINE.finditer(text):
        if match.start() or text[:1] in "\r\n" or not cursor.line_before.strip():
            return match.start()
    return None
