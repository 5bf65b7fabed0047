"""Splits a large difference, by lines, into the edits that it probably consists of."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import accumulate

from codestral_ls.documents.hunks import Replacement
from codestral_ls.documents.text import line_end, line_start, lines_with_endings

_MOST_LINES = 600
"""The most lines on either side that are compared; a larger difference counts as one edit."""


def line_edits(old: str, new: str, start: int, stop: int, new_stop: int) -> list[Replacement]:
    """The edits between ``old[start:stop]`` and ``new[start:new_stop]``, from the first to the last.

    Each refers to the text after the edits before it, as ``documents.hunks`` needs them.
    """
    first = line_start(old, start)
    old_lines = lines_with_endings(old[first : line_end(old, stop)])
    new_lines = lines_with_endings(new[first : line_end(new, new_stop)])
    if max(len(old_lines), len(new_lines)) > _MOST_LINES:
        return [Replacement(start, stop, new_stop - start)]
    old_at = [0, *accumulate(map(len, old_lines))]
    new_at = [0, *accumulate(map(len, new_lines))]
    found, grown = [], 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        begin, size, inserted = first + old_at[i1] + grown, old_at[i2] - old_at[i1], new_at[j2] - new_at[j1]
        found.append(Replacement(begin, begin + size, inserted))
        grown += inserted - size
    return found
