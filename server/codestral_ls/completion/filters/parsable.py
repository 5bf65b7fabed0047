"""Asks the syntax tree: an answer that breaks a file which parsed is shortened by lines until it does not, or dropped."""

from __future__ import annotations

import textwrap
from dataclasses import replace

from codestral_ls.completion.filters import brackets, quotes
from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.lexical import unclosed, unmatched
from codestral_ls.completion.filters.tail import with_tail
from codestral_ls.documents.snapshot import Snapshot

SHARES = (1.0, 0.75, 0.5, 0.0)
"""Of the lines, how many are tried, the last time the first alone; a reparse costs well under a millisecond in usual files."""

WITHIN_MS = 15.0
"""CPU time of one reparse; sound answers need 4 ms in a file of 20,000 lines."""


WITHIN_MS_BROKEN = 3.0
"""The same where the file has errors: what the parser cannot tell soon it reads to the end of the file for, and knows no better."""


def mend(text: str, cursor: Cursor) -> str:
    """The longest run of the text's lines that adds no syntax error, ``""`` if there is none.

    Files without a tree are left to the other filters. Where the file has errors already (someone is typing), the answer
    may add some only if it is sound when it is read alone, or if the grammar does not know the line above either.
    """
    tree = cursor.snapshot.tree()
    if tree is None:
        return text
    broken = tree.has_errors
    # An auto-closed mark behind the cursor may change its partner with the text: there the whole file is asked.
    lenient = broken and not cursor.tail
    if broken and _string_stays_open(text, cursor):
        return text
    offset = cursor.snapshot.offset
    length = len(cursor.snapshot.text)
    errors: int | None = None  # counted once and only where it matters: a walk through the tree
    lines = text.split("\n")
    for share in SHARES:
        if share < 1.0:
            shorter = _first_lines(lines, share)
            if len(shorter) >= len(text):
                continue
            cursor = replace(cursor, line_ended=True)
            text = brackets.mend(quotes.mend(shorter, cursor), cursor)
        if not text.strip():
            return ""
        if lenient and (_is_sound(cursor.line_before + text, cursor) or (share == 1.0 and _is_strange(cursor.line_above, cursor))):
            return text
        inserted = with_tail(text, cursor.tail)
        edited = tree.try_edit(offset, offset + len(cursor.tail), inserted, WITHIN_MS_BROKEN if broken else WITHIN_MS)
        if edited is None:
            # In a sound file the parser reads on to the end only when something was left open.
            return text if lenient else ""
        if not edited.has_errors:
            return text
        if broken:
            errors = tree.errors_in(0, length) if errors is None else errors
            if edited.errors_in(0, length + len(inserted)) <= errors:
                return text
    return ""


def _string_stays_open(text: str, cursor: Cursor) -> bool:
    """Whether the cursor stands in a string of several lines, begun on its line, that the text does not end.

    Until that string is closed the tree reads the rest of the file inside out and can tell nothing.
    """
    found = unclosed(cursor.line_before + text, cursor.language)
    return found is not None and found[0] < len(cursor.line_before) and found[1] in cursor.language.multiline_quotes


def _is_sound(text: str, cursor: Cursor) -> bool:
    """Whether the text, moved to the left margin, has no syntax error by itself, or none but a body's that it opens."""
    text = textwrap.dedent(text).rstrip()
    endings = [""]
    if text.endswith(cursor.language.scope_openers):
        endings += [" pass"] if cursor.language.off_side else [f"\n{closer}" for closer in cursor.language.scope_closers]
    trees = (Snapshot.of(f"{text}{ending}\n", 0, cursor.snapshot.language).tree() for ending in endings)
    return any(tree is not None and not tree.has_errors for tree in trees)


def _is_strange(line: str, cursor: Cursor) -> bool:
    """Whether the grammar does not know the idiom of a whole line: a macro, say. An item of a list is not strange."""
    if line.rstrip().endswith(cursor.language.scope_openers) or any(unmatched(line, cursor.language)):
        return False
    return not _is_sound(line.rstrip().rstrip(","), cursor)


def _first_lines(lines: list[str], share: float) -> str:
    blank = next((index for index, line in enumerate(lines) if line.strip()), 0)
    return "\n".join(lines[: blank + max(1, int((len(lines) - blank) * share))]).rstrip()
