"""Removes whole repeats from an answer that loops.

Good code repeats itself too: ``0, 0, 0``, five ``%s``, rows of a table. It counts as a loop only if a limit ended the answer, or
if a statement of several lines is written twice in a row. Only whole repeats are removed, never half a line.
"""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor

PHRASE = re.compile(r"(.{2,60}?)\1{3,}", re.DOTALL)
"""A phrase that occurs four times in a row."""

BLOCK_LINES = 3
"""Lines of the shortest block that nobody writes twice in a row on purpose, if its lines differ and contain words."""
LONGEST_BLOCK = 6
BLOCKS = range(BLOCK_LINES, LONGEST_BLOCK + 1)
SHORTER = range(1, BLOCK_LINES)
TIMES = 3
"""How often a shorter block must occur to count as a loop, in an answer that a limit ended."""


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the line end before the second of two equal blocks in a row; None if there are none."""
    whole, _, _ = text.rpartition("\n")  # the last line may still be growing
    return _loop(whole, cursor, BLOCKS, 2)


def mend(text: str, cursor: Cursor) -> str:
    """The whole lines before a second equal block, as in `cut`, and before any other loop if a limit ended the answer."""
    index = _loop(text, cursor, BLOCKS, 2)
    if index is None and (cursor.ran_out or cursor.cut_short):
        index = _loop(text, cursor, SHORTER, TIMES)
    if index is not None:
        return text[:index]
    if not cursor.ran_out:
        return text
    last = text.rfind("\n") + 1
    found = PHRASE.search(text, last)
    while found is not None and found.end() < len(text.rstrip()) - len(found[1]):
        found = PHRASE.search(text, found.end())
    return text[: max(0, last - 1)] if found is not None and found[1].strip() else text


def _loop(text: str, cursor: Cursor, sizes: range, times: int) -> int | None:
    lines = [line.rstrip() for line in text.split("\n")]
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    if not cursor.line_before.strip():
        lines[0] = cursor.line_before + lines[0]
    for size in sizes:
        for index in range(len(lines)):
            block = lines[index : index + size]
            words = [line for line in block if re.search(r"\w", line)]
            if (size >= BLOCK_LINES and len(set(words)) < BLOCK_LINES) or not words:
                continue
            if all(lines[index + size * turn : index + size * (turn + 1)] == block for turn in range(1, times)):
                return starts[index + size] - 1
    return None
