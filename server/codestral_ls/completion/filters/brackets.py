"""Keeps brackets balanced: cuts before a bracket that closes too much, and closes what the answer left open.

What may be closed is what stands open before the cursor and is not closed behind it. An auto-closed tail counts as being
behind; `tail` decides afterwards which of it the answer has written itself.
"""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.lexical import CLOSING, PAIRS, unmatched


def mend(text: str, cursor: Cursor) -> str:
    """The text cut and completed so that no bracket is unbalanced that was balanced before; ``""`` if nothing is left."""
    if cursor.plan.region != "code" or not any(bracket in text for bracket in "()[]{}"):
        return text
    tail_closers = [character for character in cursor.tail if character in PAIRS]
    open_here = _open_at_cursor(cursor)
    cut_at = _first_bad_closer(text, cursor, tail_closers, open_here)
    if cut_at is not None:
        text = text[:cut_at].rstrip()
        if not text:
            return ""
    _, openers = unmatched(text, cursor.language)
    return _closed(text, [bracket for _, bracket in openers], cursor)


def _open_at_cursor(cursor: Cursor) -> list[str]:
    """Brackets open before the cursor that nothing behind it closes, outermost first."""
    _, openers = unmatched(cursor.before, cursor.language)
    closers, _ = unmatched(cursor.after[len(cursor.tail) :], cursor.language)
    pending = [bracket for _, bracket in openers]
    tail_count = sum(1 for character in cursor.tail if character in PAIRS)
    # The tail closes the innermost brackets, what follows it the ones around them.
    behind = len(closers)
    without_tail = pending[: len(pending) - tail_count] if tail_count else pending
    return without_tail[behind:] if behind else without_tail


def _first_bad_closer(text: str, cursor: Cursor, tail_closers: list[str], open_here: list[str]) -> int | None:
    closers, _ = unmatched(text, cursor.language)
    may_close = [*(PAIRS[closer] for closer in tail_closers), *reversed(open_here)]
    for (index, closer), expected in zip(closers, may_close, strict=False):
        if PAIRS[closer] != expected:
            return index
    if len(closers) > len(may_close):
        return closers[len(may_close)][0]
    return None


def _closed(text: str, openers: list[str], cursor: Cursor) -> str:
    for bracket in reversed(openers):
        if bracket == "{" and text.rstrip().endswith("{"):
            text = f"{text.rstrip()}{cursor.newline}{cursor.base_indent}}}"
        else:
            text += CLOSING[bracket]
    return text
