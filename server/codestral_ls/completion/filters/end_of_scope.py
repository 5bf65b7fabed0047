"""Ends a block where its scope ends: at the first line that is indented less than the block.

Works from indentation, which is reliable in real code with braces too. Lines inside a bracket or a string that the answer opened do
not count, and text without a grammar has no scopes.
"""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.open_marks import is_in_text_block, leaves_open
from codestral_ls.documents.text import indent_of


def cut(text: str, cursor: Cursor) -> int | None:
    """Index of the line end before the first line outside the scope.

    On an empty line the scope is the cursor's indentation. After code it is the body that the code opens or, if it opens none,
    the code's own level. The line that closes a scope which the text itself opened (``}``, ``end``) belongs to it.
    """
    if cursor.language.grammar is None or not cursor.language.scope_openers or cursor.line_after.strip():
        return None  # prose, or an answer that must reach the text after it
    if is_in_text_block(cursor):
        return None  # its lines may have any indentation
    base = _width(cursor.base_indent)
    opens = cursor.line_before.strip() != "" and cursor.language.opens_scope(cursor.line_before + text.split("\n", 1)[0])
    above, *lines = text.split("\n")
    for line in lines:
        # The last line may still be growing: its indentation counts once it has text.
        if line.strip():
            width = _width(indent_of(line))
            closes = line.lstrip().startswith((*cursor.language.scope_closers, ")", "]"))
            if width < base or (opens and width == base and not closes):
                if leaves_open(cursor.line_before.lstrip() + above, cursor.language.id):
                    return None
                return len(above.removesuffix("\r"))
            if opens and closes and width == base:
                end = len(f"{above}\n{line}")
                return end if end < len(text) else None
        above = f"{above}\n{line}"
    return None


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))
