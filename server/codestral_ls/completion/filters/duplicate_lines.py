"""Ends a running answer that begins to repeat the lines below the cursor."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor

SURE = 3
"""So many lines with text in a row are not equal by chance."""

_WORD = re.compile(r"[^\W\d_]\w\w")


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the line end before three whole lines that are the next three below the cursor, or the last lines of the document.

    A single equal line proves too little: ``break;`` and ``return None`` follow many statements. `overlap` compares the end of an
    answer once it is complete.
    """
    below = [line.rstrip() for line in cursor.lines_below if line.strip()][:SURE]
    if not below or (len(below) < SURE and not cursor.ends_below):
        return None
    lines = [line.rstrip() for line in text.split("\n")[:-1]]
    if not lines:
        return None
    filled = [index for index, line in enumerate(lines) if line or (index == 0 and cursor.line_before.strip())]
    lines[0] = cursor.line_before + lines[0]
    for at in range(len(filled) - len(below) + 1):
        found = [lines[index] for index in filled[at : at + len(below)]]
        if all(map(_same, found, below)) and any(map(_WORD.search, found)):
            return len("\n".join(text.split("\n")[: filled[at]]).removesuffix("\r"))
    return None


def _same(line: str, below: str) -> bool:
    return line == below or (len(line) > 16 and "".join(line.split()) == "".join(below.split()))
