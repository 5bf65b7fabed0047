"""Ends a block where its scope ends: at the first line that is indented less than the block.

Works from indentation, which is reliable in real code with braces too. Lines inside a bracket or a string that the answer opened do
not count, and text without a grammar has no scopes.
"""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.open_marks import is_in_text_block, leaves_open


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the line end before the first line outside the scope.

    On an empty line the scope is the cursor's indentation; after code it is the body that the code opens or, if it
    opens none, the code's own level. A closing line (``}``, ``end``) of the scope that the text itself opened belongs to it.
    """
    if cursor.language.grammar is None or not cursor.language.scope_openers or cursor.line_after.strip():
        return None  # prose, or an answer that has to meet the text after it
    if is_in_text_block(cursor):
        return None  # its lines may have any indentation
    base = _width(cursor.base_indent)
    opens = cursor.line_before.strip() != "" and cursor.language.opens_scope(cursor.line_before + text.split("\n", 1)[0])
    start = text.find("\n") + 1
    if start == 0:
        return None
    while start <= len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)].rstrip("\r")
        body = line.lstrip(" \t")
        # The last line may still be growing: its indentation counts once it has text.
        if body:
            width = _width(line[: len(line) - len(body)])
            closes = any(body.startswith(closer) for closer in (*cursor.language.scope_closers, ")", "]"))
            if width < base or (opens and width <= base and not closes):
                if leaves_open(cursor.line_before.lstrip() + text[: start - 1], cursor.language.id):
                    return None
                return start - 2 if text[start - 2 : start] == "\r\n" else start - 1
            if opens and closes and width <= base:
                return end if end >= 0 else None
        if end < 0:
            return None
        start = end + 1
    return None


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))
