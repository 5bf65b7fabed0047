"""Ends an answer that goes round in circles: the same line, block or phrase again and again."""

from __future__ import annotations

import re

from codestral_ls.completion.filters.cursor import Cursor

PHRASE = re.compile(r"(.{3,40}?)\1{3,}", re.DOTALL)
"""A phrase four times in a row. Shorter ones ("    ", "----", "0, ") occur in sound code."""

LONGEST_BLOCK = 4


def cut(text: str, cursor: Cursor) -> int | None:
    """Index behind the first occurrence of what is repeated."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    if not cursor.line_before.strip():
        lines[0] = cursor.line_before + lines[0]
    for size in range(1, LONGEST_BLOCK + 1):
        times = 3 if size == 1 else 2
        for index in range(len(lines) - size * times + 1):
            block = lines[index : index + size]
            if not any(len(line.strip()) > 3 for line in block):
                continue
            if all(lines[index + size * turn : index + size * (turn + 1)] == block for turn in range(1, times)):
                return max(0, starts[index + size] - 1)
    for match in PHRASE.finditer(text):
        phrase = match[1]
        if phrase.strip() and any(character.isalnum() for character in phrase) and len(set(phrase)) > 2:
            return match.start() + len(phrase)
    return None
