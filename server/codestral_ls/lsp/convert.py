"""Protocol positions to ``str`` indices and back: the only module that knows UTF-8, UTF-16 and UTF-32 units.

A position beyond a line's end means that line's end, and a line beyond the document means its end, as LSP asks;
a position in the middle of a character means that character's start. Never raises for a position.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from lsprotocol import types

if TYPE_CHECKING:
    from codestral_ls.documents.document import Document

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_PREFERRED: tuple[Encoding, ...] = ("utf-32", "utf-8", "utf-16")
"""Python indexes by code point, so UTF-32 costs nothing; every client has to understand UTF-16."""


def choose_encoding(offered: Sequence[str] | None) -> Encoding:
    """The cheapest encoding that the client offers; UTF-16 if it offers none that is known."""
    for encoding in _PREFERRED:
        if encoding in (offered or ()):
            return encoding
    return "utf-16"


def units(text: str, encoding: Encoding) -> int:
    """Length of ``text`` in the units of ``encoding``. A lone surrogate counts as one character of the basic plane."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-16":
        return len(text) + sum(character > "\uffff" for character in text)
    return len(text.encode("utf-8", "surrogatepass"))


def characters(text: str, count: int, encoding: Encoding) -> int:
    """How many whole characters the first ``count`` units of ``text`` hold, at most ``len(text)``."""
    if encoding == "utf-32" or text[:count].isascii():
        return min(count, len(text))
    taken = 0
    for index, character in enumerate(text):
        taken += units(character, encoding)
        if taken > count:
            return index
    return len(text)


def to_offset(document: Document, position: types.Position, encoding: Encoding) -> int:
    """The ``str`` index in the document that ``position`` means."""
    if position.line >= document.line_count:
        return len(document.text)
    start = document.line_start(position.line)
    line = document.line_text(position.line)
    return start + characters(line, position.character, encoding)


def to_position(document: Document, offset: int, encoding: Encoding) -> types.Position:
    """The protocol's position of ``offset``, an index in the document."""
    line, column = document.position_at(offset)
    return types.Position(line, units(document.text[offset - column : offset], encoding))


def to_range(document: Document, start: int, end: int, encoding: Encoding) -> types.Range:
    """The protocol's range of the document's ``text[start:end]``."""
    return types.Range(to_position(document, start, encoding), to_position(document, end, encoding))
