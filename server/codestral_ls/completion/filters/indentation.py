"""Keeps an answer's indentation in the file's own style, and takes off indentation that the cursor has already."""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.lexical import unmatched
from codestral_ls.documents.text import indent_of


def mend(text: str, cursor: Cursor) -> str:
    """The text with tabs or spaces as the file has them and no deeper first line than the line above allows."""
    lines = text.split("\n")
    style = "\t" if uses_tabs(cursor) else " " * max(1, len(cursor.indent_unit.expandtabs(4)))
    lines[1:] = [_restyled(line, style) for line in lines[1:]]
    if not cursor.line_before.strip(" \t"):
        lines[0] = _first(lines[0], cursor, style)
    return "\n".join(lines)


def uses_tabs(cursor: Cursor) -> bool:
    """Whether the lines at the cursor are indented with tabs."""
    indent = cursor.base_indent or indent_of(cursor.line_above)
    if "\t" in indent:
        return True
    if " " in indent:
        return False
    return cursor.indent_unit == "\t"


def _restyled(line: str, style: str) -> str:
    body = line.lstrip(" \t")
    indent = line[: len(line) - len(body)]
    if style == "\t":
        return "\t" * round(len(indent.expandtabs(4)) / 4) + body if " " in indent else line
    return indent.replace("\t", style) + body if "\t" in indent else line


def _first(line: str, cursor: Cursor, style: str) -> str:
    body = line.lstrip(" \t")
    if not body or body[0] in "\r\n":
        return line
    if len(line) == len(body):
        return line
    above = cursor.line_above
    deepest = len(indent_of(above).expandtabs(4))
    if above.rstrip().endswith((*cursor.language.scope_openers, "(", "[", "{")):
        deepest += len(style.expandtabs(4))
    elif unmatched(above, cursor.language)[1]:
        # Below an open bracket a line may be aligned with anything.
        deepest = len(above.expandtabs(4))
    elif above.rstrip().endswith((",", "\\")):
        deepest += len(style.expandtabs(4))
    wanted = len((cursor.line_before + line[: len(line) - len(body)]).expandtabs(4))
    here = len(cursor.line_before.expandtabs(4))
    if wanted > deepest or not cursor.line_before:
        wanted = max(here, min(wanted, deepest))
    missing = wanted - here
    if style == "\t":
        return "\t" * (missing // 4) + body
    return " " * missing + body
