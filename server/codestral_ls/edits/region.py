"""The region that a model should rewrite: the lines around the cursor. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.line_tokens import LONGEST_LINE
from codestral_ls.fim.edit_format import EditFormat

SHOWN = 32
"""The least number of lines above and below the region that are shown, if the file has them."""
_STEP = 64
"""The number of the first shown line is a multiple of this, so that the text before the region stays the same while the cursor
moves.
"""


@dataclass(frozen=True, slots=True)
class Region:
    """Lines ``[first, end)`` of a page, the cursor at ``column`` of line ``cursor``; ``above`` and ``below`` are around it."""

    first: int
    end: int
    cursor: int
    column: int
    lines: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]


def region_at(page: DocumentLines, offset: int, form: EditFormat) -> Region | None:
    """The region for a cursor at ``offset``; None if a line near it is too long to be code that a person wrote."""
    cursor, count = page.line_at(offset), len(page.starts)
    base = cursor - cursor % form.grid
    first, end = max(0, base - form.above), min(count, base + form.grid + form.below)
    top = max(0, first - SHOWN)
    shown = tuple(page.line(number) for number in range(top - top % _STEP, min(count, end + SHOWN)))
    if any(len(line) > LONGEST_LINE for line in shown):
        return None
    start = first - (top - top % _STEP)
    stop = start + end - first
    column = min(offset - page.starts[cursor], len(page.line(cursor)))
    return Region(first, end, cursor, column, shown[start:stop], shown[:start], shown[stop:])
