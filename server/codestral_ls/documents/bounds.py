"""Detects trees that make queries extremely slow: nested thousands deep, or with thousands of bare marks side by side.

For every node a query walks up its ancestors and along its later siblings to the next named one, so on such a tree it takes time
in the square of the tree's size: 40,000 times ``begin`` took 24 s per query. The binding's own time limit cannot be used: it
crashes on the first match (tree-sitter 0.26.1). So the tree is examined on the way down to evenly spread places, which no such
region of relevant size can avoid, and a text with such a region gets no tree.

A text with hundreds of levels of indentation gets no tree either: the scanners of YAML and Python keep the levels in 1,024 bytes,
and crashed at 250 and 510 levels (`python -m benchmarks.parsers --deep` looks for such texts).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import tree_sitter

DEEPEST = 1_200
"""Nodes on the way from the root. Hand-written code stays below 100, but a sum of a thousand terms is as deep as it is long."""
MOST_BARE = 2_500
"""Children of one node without a name (marks, keywords) in excess of those with a name; a list has about as many separators as
elements.
"""
SPACING = 2_048
"""Characters between two examined places."""
MOST_LEVELS = 200
"""Levels of indentation; hand-written code has at most about 30."""
_MAY_BE_DEEP = re.compile(f"\n[ \\t\\f:?-]{{{MOST_LEVELS}}}")
"""A line that could be so deep: each level takes at least a column, and in YAML list marks count as levels.

Searching from the line end is ten times as fast as from the beginning of a line.
"""
_BEGINNING = re.compile(r"^(?:[ \t\f]|[-?:](?=\s|\Z))+", re.MULTILINE)


def is_too_deep(text: str, start: int = 0, end: int | None = None) -> bool:
    """True if the lines of ``text`` begin at too many different columns; looked at only if one of ``[start, end)`` is so deep."""
    end = len(text) if end is None else end
    line = text.rfind("\n", 0, start)
    first = line < 0 and _MAY_BE_DEEP.match("\n" + text[: min(end, MOST_LEVELS)]) is not None
    if not first and _MAY_BE_DEEP.search(text, max(0, line), end) is None:
        return False
    columns: set[int] = set()
    for match in _BEGINNING.finditer(text):
        columns.add(match.end() - match.start())
        columns.update(column for column, character in enumerate(match.group()) if not character.isspace())
    return len(columns) > MOST_LEVELS


def is_unbounded(tree: tree_sitter.Tree, places: Iterable[int]) -> bool:
    """True if ``tree`` is too deep or has too many bare marks at one of ``places`` (byte offsets)."""
    cursor = tree.walk()
    for place in places:
        cursor.reset(tree.root_node)
        depth = 0
        while True:
            node = cursor.node
            if node is None:
                break
            children = node.child_count
            if children > MOST_BARE and children - 2 * node.named_child_count > MOST_BARE:
                return True
            if cursor.goto_first_child_for_byte(place) is None:
                break
            depth += 1
            if depth > DEEPEST:
                return True
    return False
