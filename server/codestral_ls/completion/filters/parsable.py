"""Asks the syntax tree: an answer that breaks a file which parsed is shortened by lines until it does not, or dropped."""

from __future__ import annotations

from codestral_ls.completion.filters import brackets, quotes
from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.tail import with_tail

TRIES = 4
"""Reparses at most this often; each costs well under a millisecond in usual files."""

WITHIN_MS = 40.0
"""CPU time of one reparse; sound answers need 4 ms in a file of 20,000 lines."""


def mend(text: str, cursor: Cursor) -> str:
    """The longest run of the text's lines that adds no syntax error, ``""`` if there is none.

    Files without a tree are left to the other filters. Where the file has errors already (someone is typing), the answer
    may not add any.
    """
    tree = cursor.snapshot.tree()
    if tree is None:
        return text
    offset = cursor.snapshot.offset
    end = offset + len(cursor.tail)
    length = len(cursor.snapshot.text)
    before = tree.errors_in(0, length) if tree.has_errors else 0
    for _ in range(TRIES):
        if not text.strip():
            return ""
        inserted = with_tail(text, cursor.tail)
        edited = tree.try_edit(offset, end, inserted, WITHIN_MS)
        if edited is None:
            # The parser reads on to the end of a large file only when something was left open.
            return ""
        if not edited.has_errors or (before and edited.errors_in(0, length + len(inserted)) <= before):
            return text
        shorter = _without_last_line(text)
        shorter = brackets.mend(quotes.mend(shorter, cursor), cursor)
        if len(shorter) >= len(text):
            # Shortening took off what the other filters had to add: there is no sound part of this answer.
            return ""
        text = shorter
    return ""


def _without_last_line(text: str) -> str:
    cut = max(text.rfind("\n"), text.rfind("\r"))
    return text[:cut].rstrip() if cut > 0 else ""
