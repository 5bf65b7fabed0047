"""Closes the string that an answer left open, or cuts before it where it is not on the answer's last line.

An open quote would turn the rest of the file into a string, and its brackets with it.
"""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.lexical import lead_of, unclosed


def mend(text: str, cursor: Cursor) -> str:
    """The text with every string and block comment closed that it opens; strings that go on behind the cursor stay."""
    lead = lead_of(cursor)
    if lead is None:
        return _inside_long_string(text, cursor)
    found = unclosed(lead + text, cursor.language)
    if found is None:
        return text
    start, mark = found[0] - len(lead), found[1]
    if mark in cursor.tail or (start < 0 and mark in cursor.line_after):
        return text
    multiline = mark in cursor.language.multiline_quotes or mark not in cursor.language.quotes
    if "\n" in text[max(0, start) :] and not multiline:
        line = text.rfind("\n", 0, max(0, start))
        return text[:line].rstrip() if line >= 0 else ""
    body = text.rstrip()
    if body.endswith("\\"):
        body = body.rstrip("\\")
    if multiline and "\n" in body[max(0, start) :]:
        # A doc comment or string of several lines that was cut off says half of something.
        return text[: max(0, start)].rstrip()
    return body + mark


def _inside_long_string(text: str, cursor: Cursor) -> str:
    """In a string of several lines or a comment: nothing behind the mark that closes it."""
    marks = [*cursor.language.multiline_quotes]
    if cursor.language.block_comment is not None:
        marks.append(cursor.language.block_comment[1])
    ends = [text.find(mark) + len(mark) for mark in marks if mark in text]
    if not ends:
        return text
    end = min(ends)
    # Where the document closes it already, the answer may not close it a second time.
    closed_behind = any(mark in cursor.after for mark in marks)
    return text[: end - 3].rstrip() if closed_behind else text[:end]
