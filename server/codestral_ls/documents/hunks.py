"""Merges many edits into few changed ranges, between the text before all of them and the text after.

A syntax tree is parsed only when it is needed; until then edits accumulate. As hunks they need no text in between,
and edits far apart stay apart, so that the parser reuses the text between them. Pure; offsets are ``str`` indices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_MOST_HUNKS = 16
"""More changed places than this are merged into one range: by then parsing from scratch is nearly as fast."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """``inserted`` characters replaced the characters ``[start, end)`` of a text."""

    start: int
    end: int
    inserted: int


@dataclass(frozen=True, slots=True)
class Hunk:
    """``[old_start, old_end)`` of the old text became ``[new_start, new_end)`` of the new one."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def growth(self) -> int:
        """How many characters the new range has more than the old one."""
        return (self.new_end - self.new_start) - (self.old_end - self.old_start)


def hunks_of(edits: Iterable[Replacement]) -> tuple[Hunk, ...]:
    """The hunks, in order and not touching, for all ``edits`` (in the order in which they were made, each in the coordinates of
    its own time's text).
    """
    hunks: list[Hunk] = []
    for edit in edits:
        hunks = with_edit(hunks, edit)
        if len(hunks) > _MOST_HUNKS:
            first, last = hunks[0], hunks[-1]
            hunks = [Hunk(first.old_start, last.old_end, first.new_start, last.new_end)]
    return tuple(hunks)


def with_edit(hunks: list[Hunk], edit: Replacement) -> list[Hunk]:
    """``hunks`` with one more edit, given in the coordinates of the text that ``hunks`` lead to."""
    before = [hunk for hunk in hunks if hunk.new_end < edit.start]
    touched = [hunk for hunk in hunks if hunk.new_end >= edit.start and hunk.new_start <= edit.end]
    after = [hunk for hunk in hunks if hunk.new_start > edit.end]
    grown_before = sum(hunk.growth for hunk in before)
    grown_through = grown_before + sum(hunk.growth for hunk in touched)
    growth = edit.inserted - (edit.end - edit.start)
    old_start, new_start = edit.start - grown_before, edit.start
    old_end, new_end = edit.end - grown_through, edit.end
    if touched:
        first, last = touched[0], touched[-1]
        old_start, new_start = min(old_start, first.old_start), min(new_start, first.new_start)
        new_end = max(new_end, last.new_end)
        old_end = last.old_end + (new_end - last.new_end)
    shifted = [Hunk(hunk.old_start, hunk.old_end, hunk.new_start + growth, hunk.new_end + growth) for hunk in after]
    return [*before, Hunk(old_start, old_end, new_start, new_end + growth), *shifted]
