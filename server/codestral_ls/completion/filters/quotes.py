"""Closes the string that an answer left open, or cuts before it where it is not on the answer's last line.

An open quote would turn the rest of the file into a string, and its brackets with it.
"""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.indentation import uses_tabs
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
        return _without_line(text, start)
    body = text.rstrip()
    if body.endswith("\\"):
        body = body.rstrip("\\")
    if multiline and start < 0:
        return text  # it was open before, and who types it says where it ends
    if multiline and cursor.line_ended:
        closing = _below(text, start, mark, cursor)
        if closing.rstrip() != cursor.line_below.rstrip():
            return f"{body}{cursor.newline}{closing}"
        # It would read as the line behind the cursor, written twice.
    if multiline and "\n" in body[max(0, start) :]:
        # A doc comment or string that was cut off in a line says half of something; a string is missing where it stood.
        return text[:start].rstrip() if mark not in cursor.language.multiline_quotes else _without_line(text, start)
    return body + mark


def _without_line(text: str, index: int) -> str:
    """The lines before the one on which ``index`` stands."""
    line = text.rfind("\n", 0, max(0, index))
    return text[:line].rstrip() if line >= 0 else ""


def _below(text: str, start: int, mark: str, cursor: Cursor) -> str:
    """The closing mark for a line of its own, where such marks stand below the opening one at ``start``."""
    indent = cursor.indent_at(text, start)
    return f"{indent} {mark}" if mark == "*/" and not uses_tabs(cursor) else indent + mark


def _inside_long_string(text: str, cursor: Cursor) -> str:
    """In a string of several lines or a comment: nothing behind the mark that closes it."""
    found = [(text.find(mark), mark) for mark in _marks_around(cursor) if mark in text]
    if not found:
        return text
    start, mark = min(found)
    # Where the document closes it already, the answer may not close it a second time.
    return text[:start].rstrip() if _closed_behind(mark, cursor) else text[: start + len(mark)]


def _marks_around(cursor: Cursor) -> tuple[str, ...]:
    """What may close the comment or string around the cursor."""
    if cursor.plan.region == "comment":
        # What quotes something in a comment closes nothing.
        return cursor.language.block_comment[1:] if cursor.language.block_comment is not None else ()
    marks = cursor.language.multiline_quotes
    begun = unclosed(cursor.before, cursor.language)
    return (begun[1],) if begun is not None and begun[1] in marks else marks


def _closed_behind(mark: str, cursor: Cursor) -> bool:
    """Whether the next such mark behind the cursor belongs to the comment or string around it, and not to a later one."""
    comment = cursor.language.block_comment
    behind = cursor.snapshot.text[cursor.snapshot.offset :]
    if comment is not None and mark == comment[1]:
        return mark in behind.partition(comment[0])[0]
    return behind.count(mark) % 2 == 1
