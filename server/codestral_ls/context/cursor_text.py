"""The text around a cursor as sources see it: the visible window, the nearest lines, the names in each. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from codestral_ls.context.words import parts, words
from codestral_ls.documents.snapshot import Snapshot

VISIBLE_BEFORE, VISIBLE_AFTER = 4_900, 1_640
"""Characters around the cursor that the prompt has anyway: budget.py's windows at 3.2 characters per token."""
LINES_BEFORE, LINES_AFTER = 14, 6
LAST_LINES = 5

_OWNER = re.compile(r"(?<!\w)([^\W\d]\w*+)\s*+(?:\(\s*\))?(?:\?|!)?(?:\.|->|::)")


@dataclass(frozen=True, slots=True)
class CursorText:
    """The text around a cursor.

    ``visible`` and ``close`` are the names in the window and in the lines around the cursor (without the rest of its own line);
    ``elsewhere`` the names in the rest of the file. ``visible_text`` is the window itself, ``close_text`` the lines around the
    cursor. ``parts`` are sub-words of the identifiers in the last lines; ``owners`` are lower-case names of which an attribute
    was used nearby.
    """

    visible: frozenset[str]
    close: frozenset[str]
    elsewhere: frozenset[str]
    owners: frozenset[str]
    visible_text: str
    close_text: str
    parts: frozenset[str]


def cursor_text(snapshot: Snapshot) -> CursorText:
    """Look around the cursor. About 1 ms for 1,000 lines; the last few answers are kept."""
    return _near(snapshot.text, snapshot.offset)


@lru_cache(maxsize=4)
def _near(text: str, offset: int) -> CursorText:
    start, end = max(0, offset - VISIBLE_BEFORE), min(len(text), offset + VISIBLE_AFTER)
    before = text[start:offset].split("\n")[-LINES_BEFORE:]
    after = text[offset:end].split("\n")[: LINES_AFTER + 1]
    close_text = "\n".join([*before, *after])
    visible = words(text[start:offset]) | words(text[offset:end])
    elsewhere = words(text[:start]) | words(text[end:])
    owners = frozenset(name.lower().strip("_") for name in _OWNER.findall(close_text)) - {"self", "this", "cls", ""}
    last = words("\n".join([*before[-LAST_LINES:], *after[:2]]))
    made_of = frozenset(part for name in last for part in parts(name))
    return CursorText(visible, words(close_text), elsewhere - visible, owners, text[start:end], close_text, made_of)
