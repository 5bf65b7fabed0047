"""The FIM window: which part of the document is the prefix and which the suffix, frozen while the user types.

Codestral's order puts the suffix first and the prefix last, so an evaluated prompt stays valid only while its suffix and
the top edge of its prefix stay what they were. Both edges are therefore kept from keystroke to keystroke and moved, at
line borders, only when the cursor has left the room they give it. Pure: state goes in and comes out as `Edges`.
Budgets are in characters, not tokens.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.documents.tails import tail_of
from codestral_ls.documents.text import line_end, line_start, next_line_start

REFILL = 0.7
"""A moved edge leaves this share of the budget in use, so that it need not move again at the next key."""

BORDER_ZONE = 0.2
"""Within this share of the window, a new top edge may move down to the beginning of a scope or of another unindented line."""

KEEP = 0.35
"""An edge is kept until less than this share of the budget is in use while more text is there."""

MARK = 48
"""Characters at the top edge that must be unchanged; otherwise the edge is not at the same place any more."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Where a window is: the prefix begins at ``top``; the suffix ends ``below`` characters before the end of the text.

    ``top_mark`` and ``below_mark`` are the characters there; they show whether an edit elsewhere has moved the text.
    """

    top: int
    below: int
    top_mark: str
    below_mark: str


@dataclass(frozen=True, slots=True)
class Window:
    """Prefix and suffix as the model will see them, and the line's auto-closed rest that is left out of both.

    ``elsewhere``: whole lines of the same text from outside the window, to be placed before the prefix.
    """

    prefix: str
    suffix: str
    tail: str
    edges: Edges
    elsewhere: str = ""


def cut(
    text: str,
    offset: int,
    prefix_characters: int,
    suffix_characters: int,
    previous: Edges | None = None,
    scope_starts: tuple[int, ...] = (),
) -> Window:
    """Cut the window around ``offset``.

    ``previous`` edges are kept as long as they are useful (see the module's text). ``scope_starts`` are offsets of the
    enclosing scopes, outermost first. A window is contiguous, so a scope that fits is whole anyway; if the new top edge
    comes near the start of a scope it is put there.
    """
    tail = tail_of(text[offset : line_end(text, offset)])
    suffix_start = offset + len(tail)
    top = _kept_top(text, offset, prefix_characters, previous)
    if top is None:
        top = _new_top(text, offset, prefix_characters, scope_starts)
    end = _kept_end(text, suffix_start, suffix_characters, previous)
    if end is None:
        end = _new_end(text, suffix_start, suffix_characters)
    edges = Edges(top, len(text) - end, text[top : top + MARK], text[end : end + MARK])
    return Window(text[top:offset], text[suffix_start:end], tail, edges)


def _kept_top(text: str, offset: int, budget: int, previous: Edges | None) -> int | None:
    if previous is None or previous.top > offset:
        return None
    top = previous.top
    length = offset - top
    mark = previous.top_mark[:length]
    if length > budget or not text.startswith(mark, top) or (length < KEEP * budget and top > 0):
        return None
    return top


def _kept_end(text: str, start: int, budget: int, previous: Edges | None) -> int | None:
    if previous is None:
        return None
    end = len(text) - previous.below
    length = end - start
    if length < 0 or length > budget or not text.startswith(previous.below_mark, end):
        return None
    if length < KEEP * budget and end < len(text):
        return None
    return end


def _new_top(text: str, offset: int, budget: int, scope_starts: tuple[int, ...]) -> int:
    if offset <= budget * REFILL:
        return 0
    lowest = offset - int(budget * REFILL)
    latest = lowest + int(budget * REFILL * BORDER_ZONE)
    for start in scope_starts:
        if lowest <= line_start(text, start) <= latest:
            return line_start(text, start)
    # The line that holds the edge is left out whole; a single line longer than the budget is cut inside.
    first = lowest if line_start(text, lowest) == lowest else next_line_start(text, lowest)
    border = first
    while border <= latest and border < offset:
        if text[border : border + 1].strip() and not text[max(0, border - 2) : border].strip():
            return border
        border = next_line_start(text, border)
    return first if first < offset else lowest


def _new_end(text: str, start: int, budget: int) -> int:
    if len(text) - start <= budget * REFILL:
        return len(text)
    highest = start + int(budget * REFILL)
    border = line_start(text, highest)
    return border if border > start else highest
