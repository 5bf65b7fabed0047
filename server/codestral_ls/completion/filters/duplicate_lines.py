"""Ends an answer before it repeats the lines that follow the cursor, exactly or nearly."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.tail import with_tail

NEAR_RATIO = 0.92
"""Similarity from which two lines of at least `NEAR_LENGTH` characters are the same line written twice."""

NEAR_LENGTH = 16

_WORD = re.compile(r"\w+")


def cut(text: str, cursor: Cursor) -> int | None:
    """Index at which the first repeated line begins (its line end before it is cut too).

    The line being written is compared only when it is complete, or when it is the same already: a running answer must not
    be ended for a line that may still become another.
    """
    below = cursor.line_below
    if not below.strip():
        return None
    start = 0
    first = True
    while start <= len(text):
        end = text.find("\n", start)
        complete = end >= 0
        line = text[start : end if complete else len(text)].rstrip("\r")
        whole = cursor.line_before + line if first else line
        if whole.strip() and _same(whole, below, complete):
            return max(0, start - 1 if start == 0 or text[start - 2 : start - 1] != "\r" else start - 2)
        if not complete:
            return None
        start = end + 1
        first = False
    return None


def mend(text: str, cursor: Cursor) -> str:
    """The text without lines that became repeated ones only by mending, or only with the auto-closed tail behind them."""
    index = cut(text, cursor)
    if index is not None:
        text = text[:index]
    whole = with_tail(text, cursor.tail)
    last = whole.rfind("\n") + 1
    line = whole[last:] if last else cursor.line_before + whole
    if text and cursor.line_below.strip() and line.rstrip() == cursor.line_below.rstrip():
        return text[: text.rfind("\n")].rstrip() if "\n" in text else ""
    return text


def _same(line: str, below: str, complete: bool) -> bool:
    if line.rstrip() == below.rstrip():
        return True
    stripped, wanted = line.strip(), below.strip()
    if not complete or len(stripped) < NEAR_LENGTH or len(wanted) < NEAR_LENGTH:
        return False
    if stripped == wanted:
        return True
    words, theirs = _WORD.findall(stripped), _WORD.findall(wanted)
    if len(words) == len(theirs) and words != theirs:
        return False  # a sibling: the same statement about something else
    matcher = SequenceMatcher(None, stripped, wanted, autojunk=False)
    return matcher.real_quick_ratio() >= NEAR_RATIO and matcher.quick_ratio() >= NEAR_RATIO and matcher.ratio() >= NEAR_RATIO
