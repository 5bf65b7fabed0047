"""Which lines around a place make sense without the others: whole statements, and the frame of a long statement around them.

A class that fills a file, or a dictionary of 20,000 lines, is one statement. From such a statement its opening lines, its closing
lines and the members next to the place are kept, and from a long member the same. Offsets are ``str`` indices.
"""

from __future__ import annotations

import tree_sitter

from codestral_ls.documents.queries import UNIT
from codestral_ls.documents.text import line_start, next_line_start

FRAME = 1_000
"""Characters of a long statement that are kept on each side of the member at the place."""
DEEPEST = 60
"""How many levels of long statements are taken apart; hand-written code has at most about ten."""

Stretch = tuple[int, int]
"""``[start, end)``: whole lines."""


def around(root: tree_sitter.Node, text: str, place: Stretch, margin: int, longest: int) -> list[Stretch] | None:
    """What to keep around ``place``, in order and without overlaps, with at least ``margin`` characters on each side if there are
    as many.

    None if the statements around the place cannot be taken apart into stretches of at most ``longest`` characters.
    """
    lines = 0, len(text)
    start, end = _members(root, text, place[0] - margin, place[1] + margin, lines)
    found = [(start, end)] if end - start <= longest else _framed(root, text, place, margin, longest, lines, DEEPEST)
    return None if found is None else _joined(found)


def _inside(node: tree_sitter.Node, text: str, place: Stretch, margin: int, longest: int, deepest: int) -> list[Stretch] | None:
    """What to keep of the lines of one statement."""
    lines = _lines(node, text)
    if lines[1] - lines[0] <= longest:
        return [lines]
    if not deepest or not node.named_child_count:
        return None
    opening, closing = _opening_and_closing(node, text, lines)
    members = _members(node, text, place[0] - margin, place[1] + margin, lines)
    kept = [members] if members[1] - members[0] <= longest else _framed(node, text, place, margin, longest, lines, deepest)
    return None if kept is None else [opening, *kept, closing]


def _framed(
    node: tree_sitter.Node, text: str, place: Stretch, margin: int, longest: int, lines: Stretch, deepest: int
) -> list[Stretch] | None:
    """What to keep of the long member of ``node`` at ``place``, and the members next to it; the place may also be between two
    members.
    """
    own = line_start(text, place[0]), next_line_start(text, place[1])
    kept: list[Stretch] | None = [own]
    for at in (place[0], own[0]):
        child = _child_at(node, at * UNIT)
        lines_of_child = None if child is None else _lines(child, text)
        if child is not None and lines_of_child is not None and lines_of_child[0] < own[1] and own[0] < lines_of_child[1]:
            start, end = child.start_byte // UNIT, child.end_byte // UNIT
            within = lines_of_child[0] <= own[0] and own[1] <= lines_of_child[1]
            inner = min(max(place[0], start), end), min(max(place[1], start), end)
            kept = _inside(child, text, inner, margin, longest, deepest - 1) if within else None
            own = lines_of_child
            break
    else:
        above = _child_before(node, place[0] * UNIT)
        if above is not None and own[0] - above.start_byte // UNIT > 2 * FRAME:
            end = min(above.end_byte // UNIT, len(text))  # the text after a long statement may continue it
            inside = _inside(above, text, (end, end), margin, longest, deepest - 1)
            kept = None if inside is None else [*inside, (_lines(above, text)[1], own[1])]
            own = _lines(above, text)[0], own[1]
    if kept is None:
        return None
    start, end = _members(node, text, own[0] - FRAME, own[1] + FRAME, lines)
    before = (start, own[0]) if own[0] - start <= 2 * FRAME else (own[0], own[0])
    after = (own[1], end) if end - own[1] <= 2 * FRAME else (own[1], own[1])
    return [before, *kept, after]


def _members(node: tree_sitter.Node, text: str, start: int, end: int, lines: Stretch) -> Stretch:
    """The stretch of whole lines from the child of ``node`` at offset ``start`` to the child at ``end``; ``lines`` is the node's
    own.
    """
    first = _child_at(node, start * UNIT) or _last(node)
    last = _child_at(node, end * UNIT)
    begins = line_start(text, first.start_byte // UNIT) if first is not None and start > lines[0] else lines[0]
    ends = _after(text, last.end_byte // UNIT) if last is not None and end < lines[1] else lines[1]
    return max(lines[0], begins), min(lines[1], ends)


def _opening_and_closing(node: tree_sitter.Node, text: str, lines: Stretch) -> tuple[Stretch, Stretch]:
    """The lines of a statement up to its first member, and those from its last member on; nothing of a long member.

    The members are kept with the marks, because an opening tag is a member, and not every language allows a comma after the last.
    """
    first, last = node.named_child(0), _last(node)
    if first is None or last is None:
        return (lines[0], lines[0]), (lines[1], lines[1])
    openings = _after(text, first.end_byte // UNIT), line_start(text, first.start_byte // UNIT)
    closings = line_start(text, last.start_byte // UNIT), _after(text, last.end_byte // UNIT)
    return (
        (lines[0], next((end for end in openings if lines[0] <= end <= lines[0] + 2 * FRAME), lines[0])),
        (next((start for start in closings if lines[1] - 2 * FRAME <= start <= lines[1]), lines[1]), lines[1]),
    )


def _child_at(node: tree_sitter.Node, place: int) -> tree_sitter.Node | None:
    """The named child of ``node`` that ends after ``place`` (a byte offset); None if there is none."""
    cursor = node.walk()
    if cursor.goto_first_child_for_byte(max(0, place)) is None:
        return None
    while cursor.node is not None and not cursor.node.is_named:
        if not cursor.goto_next_sibling():
            return None
    return cursor.node


def _child_before(node: tree_sitter.Node, place: int) -> tree_sitter.Node | None:
    """The last named child of ``node`` that ends at or before ``place`` (a byte offset)."""
    child = _child_at(node, place)
    return _last(node) if child is None else child.prev_named_sibling


def _last(node: tree_sitter.Node) -> tree_sitter.Node | None:
    return node.named_child(node.named_child_count - 1) if node.named_child_count else None


def _lines(node: tree_sitter.Node, text: str) -> Stretch:
    return line_start(text, node.start_byte // UNIT), _after(text, node.end_byte // UNIT)


def _after(text: str, offset: int) -> int:
    """The end of the line with the character before ``offset``, including its line ending; at most the end of the text.

    A node may end after the text, in the line end that the parser got (`syntax`).
    """
    offset = min(offset, len(text))
    return offset if offset and text[offset - 1] == "\n" else next_line_start(text, offset)


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """The stretches in order; those that touch are merged, empty ones are left out."""
    joined: list[Stretch] = []
    for start, end in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined
