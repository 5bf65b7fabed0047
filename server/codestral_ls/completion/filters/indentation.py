"""Gives an answer the indentation of its place, if the answer clearly has that of another place.

An answer in the file's own style is not changed. It is changed if it uses tabs where the style and the lines near the cursor have
spaces, or the reverse; if its steps have another width and its closing line shows which level it assumed; and if it repeats the
indentation that is already before the cursor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import gcd

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.documents.fragments import fragment
from codestral_ls.documents.marks import unmatched
from codestral_ls.documents.text import indent_of

OPEN_BRACKET_NEAR = 4_000
"""Characters before the cursor that are searched for an open bracket."""

MARKUP = frozenset({"html", "vue", "svelte", "xml"})
_OPENING = re.compile(r"\s*(?:def|defp|defmodule|class|module|if|unless|while|until|case|begin|when|else|elsif|rescue|function)\b")

TAB = 4
"""Columns of a tab in an answer: models write the width that is most common in their training data."""


def mend(text: str, cursor: Cursor) -> str:
    """The text indented for its place; lines inside its own strings stay as they are."""
    if cursor.plan.region == "string":
        return text
    lines = text.split("\n")
    if not cursor.line_before.strip():
        lines[0] = _first(lines, cursor)
    return "\n".join(_levelled(lines, cursor))


def shifted(text: str, cursor: Cursor) -> Iterator[str]:
    """The text moved to the levels that its first line may have, so that the tree can decide: the line above's, and one deeper."""
    if cursor.line_before.strip() or not text.strip():
        return
    body = text.lstrip(" \t")
    here = _width(cursor.line_before)
    above = _width(indent_of(cursor.line_above))
    step = cursor.style.width or TAB
    for level in dict.fromkeys((here, above, above + step)):
        delta = level - _width(cursor.line_before + text[: len(text) - len(body)])
        if level >= here and delta:
            first, *others = text.split("\n")
            moved = [_indented(max(0, _width(indent_of(line)) + delta), line, cursor) for line in others]
            yield "\n".join([_indented(level - here, first, cursor), *moved])


def _first(lines: list[str], cursor: Cursor) -> str:
    """The first line of an answer on an empty line, without the indentation that is already before the cursor."""
    line = lines[0]
    body = line.lstrip(" \t")
    if line[:1] not in (" ", "\t") or not body.strip() or cursor.line_after.strip() or not cursor.language.scope_openers:
        return line
    here = _width(cursor.line_before)
    more = _width(cursor.line_before + indent_of(line)) - here
    above = _width(indent_of(cursor.line_above))
    opens = _opens(cursor)
    if cursor.plan.region == "comment" or any(
        _width(indent_of(below)) == here + more for below in cursor.lines_below[:1] if below.strip()
    ):
        return line
    if more == 1 and here == above and not opens and not body.startswith("*"):
        return body  # a stray blank
    if cursor.language.id == "python" and not opens and here <= above < here + more and _begins_a_statement(cursor):
        return " " * (above - here) + body if "\t" not in line else line
    step = cursor.style.width or 1
    if here < 2 or more != here or here < above or here % step * 2 == step:
        return line  # no level of indentation ends at the cursor, so the answer completes it
    others = [_width(indent_of(other)) for other in lines[1:] if other.strip()]
    if others and min(others) >= 2 * here:
        return line
    if not opens or (cursor.style.width is None and here > above):
        return body
    return line if above + (cursor.style.width or TAB) >= 2 * here else body


def _opens(cursor: Cursor) -> bool:
    """True if the line above opens a block or bracket for the lines below it."""
    line = cursor.line_above.rstrip()
    if cursor.language.id in MARKUP and line.endswith(">"):
        return not line.endswith("/>") and not line.lstrip().startswith("</")
    by_word = "end" in cursor.language.scope_closers and _OPENING.match(line) is not None
    return by_word or cursor.language.opens_scope(line) or line.endswith(("(", "[", "{"))


def _begins_a_statement(cursor: Cursor) -> bool:
    """True if the line above ended a statement: no bracket is open at the cursor, and nothing indicates that the line continues."""
    tree = cursor.snapshot.tree()
    if tree is None or cursor.line_above.rstrip().endswith(("\\", ",")):
        return False
    offset = cursor.snapshot.offset
    return not unmatched(tree.marks(max(0, offset - OPEN_BRACKET_NEAR), offset)).openers


def _levelled(lines: list[str], cursor: Cursor) -> list[str]:
    """The lines after the first, with the document's kind and steps of indentation."""
    style = cursor.style
    widths = [_width(indent_of(line)) for line in lines[1:] if line.strip()]
    kinds = {"tab" if line.startswith("\t") else "space" for line in lines[1:] if line.strip() and line[:1] in (" ", "\t")}
    foreign = style.kind is not None and bool(kinds) and kinds.isdisjoint({style.kind, *style.used})
    closing = _closing_width(lines, cursor)
    base = _width(cursor.base_indent)
    if closing is not None and style.unit is not None:
        step = gcd(*(width - closing for width in widths)) or 1
        if step > 1 and (
            foreign or (closing != base and style.kind == "space" and step % (style.width or step) == 0 and step != style.width)
        ):
            unit = TAB if style.kind == "tab" else style.width or TAB
            return [lines[0], *(_indented(base + (_width(indent_of(line)) - closing) // step * unit, line, cursor)
                                for line in lines[1:])]  # fmt: skip
    if style.kind == "space" and not foreign:
        return lines  # lines of the answer that have the document's style show that the model knows it
    # Lines indented with another kind than the document's are converted one by one; aligned lines are not changed.
    unit = TAB if style.kind == "tab" else style.width or TAB
    step = (gcd(*widths, base) if foreign else TAB) if style.kind == "tab" else TAB
    if step < 2:
        return lines
    return [lines[0], *(_converted(line, step, unit, cursor) for line in lines[1:])]


def _converted(line: str, step: int, unit: int, cursor: Cursor) -> str:
    kind = "tab" if line.startswith("\t") else "space"
    width = _width(indent_of(line))
    if not line[:1].isspace() or kind == cursor.style.kind or kind in cursor.style.used or width % step:
        return line
    return _indented(width // step * unit, line, cursor)


def _closing_width(lines: list[str], cursor: Cursor) -> int | None:
    """Columns of the last line's indentation, if that line closes what the first one opened."""
    last = lines[-1]
    if len(lines) < 3 or not last.strip().startswith((")", "]", "}", *cursor.language.scope_closers)):
        return None
    if last.lstrip().startswith("</"):
        return None  # it is not known which tag it closes
    width = _width(indent_of(last))
    if any(_width(indent_of(line)) < width for line in lines[1:] if line.strip()):
        return None
    tree = fragment(cursor.language.id, "\n".join(lines))
    if tree is None:
        return None  # nothing shows what the last line closes
    found = unmatched(tree.marks(0, len(tree.text)))
    return None if found.closers or found.openers else width


def _indented(width: int, line: str, cursor: Cursor) -> str:
    body = line.lstrip(" \t")
    if not body.strip():
        return line
    if cursor.style.kind == "tab":
        return "\t" * (width // TAB) + " " * (width % TAB) + body
    return " " * width + body


def _width(indent: str) -> int:
    return len(indent.expandtabs(TAB))
