"""A place in a document: the text near the cursor on both sides, which is the key of a known answer.

Scrolling and edits far away do not change it, because only near text counts. Nor does an auto-closed bracket, because a rest of
the line that is only closing punctuation is left out. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.documents.tails import tail_of
from codestral_ls.documents.text import line_end

BEFORE = 96
"""Characters before the cursor that make a place: two to three lines."""

AFTER = 48
"""Characters after the cursor (and after the auto-closed tail) that make a place."""

TYPED_LIMIT = 160
"""How far back, in characters, an answer may have begun for typing along it to be recognised."""


@dataclass(frozen=True, slots=True)
class Place:
    """Equal places deserve the same answer."""

    uri: str
    before: str
    after: str


def after_key(text: str, offset: int) -> str:
    """The characters after the cursor that count, without the line's auto-closed tail."""
    tail = tail_of(text[offset : line_end(text, offset)])
    start = offset + len(tail)
    return text[start : start + AFTER]


def place_at(uri: str, text: str, offset: int, after: str | None = None) -> Place:
    """The place at ``offset``; ``after`` can be passed if it is known already."""
    return Place(uri, text[max(0, offset - BEFORE) : offset], after_key(text, offset) if after is None else after)


def typed_since(place: Place, uri: str, text: str, offset: int, limit: int = TYPED_LIMIT) -> str | None:
    """What was typed between ``place`` and the cursor: ``""`` if the cursor is still there, None if it is elsewhere."""
    if place.uri != uri or after_key(text, offset) != place.after:
        return None
    for count in range(min(limit, offset) + 1):
        start = offset - count
        if text[max(0, start - BEFORE) : start] == place.before:
            return text[start:offset]
    return None
