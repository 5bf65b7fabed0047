"""Ends a block where its scope ends: at the first line that is indented less than the block.

Works from indentation alone, which holds in languages with braces too as they are really written; what slips through is
caught by the brackets and the syntax tree at the end.
"""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the line end before the first line outside the scope.

    On an empty line the scope is the cursor's indentation; behind code it is the body that the code opens, or, where it
    opens none, the code's own level. A closing line (``}``, ``end``) of the scope that the text itself opened belongs to it.
    """
    base = _width(cursor.base_indent)
    opens = cursor.line_before.strip() != "" and _opens(cursor.line_before + text.split("\n", 1)[0], cursor)
    start = text.find("\n") + 1
    if start == 0:
        return None
    while start <= len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)].rstrip("\r")
        body = line.lstrip(" \t")
        # The last line may still be growing: its indentation counts once something stands on it.
        if body:
            width = _width(line[: len(line) - len(body)])
            closes = any(body.startswith(closer) for closer in (*cursor.language.scope_closers, ")", "]"))
            if width < base or (opens and width <= base and not closes):
                return start - 2 if text[start - 2 : start] == "\r\n" else start - 1
            if opens and closes and width <= base:
                return end if end >= 0 else None
        if end < 0:
            return None
        start = end + 1
    return None


def _opens(line: str, cursor: Cursor) -> bool:
    return line.rstrip().endswith(tuple(cursor.language.scope_openers) or (":", "{"))


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))
