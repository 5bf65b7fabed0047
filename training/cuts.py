"""Cursor positions: cut a text into suffix, prefix and the middle that a completion should write.

The kinds of cut are those that an editor meets: the rest of a line, a part of a line, whole lines, and nothing at all. This
module handles text only; rows.py deals with tokens. Inference always takes back the last piece before the cursor and spells it
again, so rows.py moves every cut to the border of a piece, and a cut here may be anywhere in a word.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

REST, PART, LINES, EMPTY, END = "rest of line", "part of line", "lines", "empty", "end of text"
KINDS = {REST: 0.58, PART: 0.07, LINES: 0.16, EMPTY: 0.06, END: 0.13}
"""Shares of the examples.

The product mostly asks for the rest of a line. `END` is typing at the end of a file: a cut of one of the other kinds, without a
suffix.
"""
AT_THE_END = {REST: 0.55, LINES: 0.4, EMPTY: 0.05}

MOST_LINES = 6
EARLIEST, LATEST = 0.55, 0.97
"""The cursor's position in its stretch of text, as a fraction: on average three quarters of a window are prefix."""


@dataclass(frozen=True, slots=True)
class TrainingCut:
    """`prefix + middle + suffix` is the text, except for kind `END`, whose suffix is dropped."""

    kind: str
    prefix: str
    middle: str
    suffix: str


def line_around(text: str, position: int) -> tuple[int, int]:
    """Start and end (before the newline) of the line that contains `position`."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return start, len(text) if end < 0 else end


def _written_line(text: str, rng: random.Random) -> tuple[int, int]:
    """A line that is not empty, in the later part of the text."""
    start = end = 0
    for _ in range(8):
        start, end = line_around(text, int(rng.uniform(EARLIEST, LATEST) * len(text)))
        if text[start:end].strip():
            break
    return start, end


def cut(text: str, rng: random.Random) -> TrainingCut:
    """One cut of a random kind at a random place."""
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    start, end = _written_line(text, rng)
    code = start + len(text[start:end]) - len(text[start:end].lstrip())
    what = rng.choices(list(AT_THE_END), list(AT_THE_END.values()))[0] if kind == END else kind
    if what == LINES:
        begin, stop = _lines(text, start, code, end, rng)
    elif what == EMPTY:
        begin = stop = rng.choice((end, end, rng.randint(code, end)))
    elif what == PART:
        begin = rng.randint(code, end)
        stop = rng.randint(begin, end)
    else:
        begin, stop = rng.randint(code, max(code, end - 1)), end
    suffix = "" if kind == END else text[stop:]
    return TrainingCut(kind, text[:begin], text[begin:stop], suffix)


def _lines(text: str, start: int, code: int, end: int, rng: random.Random) -> tuple[int, int]:
    """From the end of the line before, or from after the indentation, to the end of the line or of one of the next few."""
    begin = max(0, start - 1) if rng.random() < 0.4 else code
    stop = end
    for _ in range(rng.randint(0, rng.randint(0, MOST_LINES - 1))):
        stop = line_around(text, min(stop + 1, len(text)))[1]
    return begin, stop
