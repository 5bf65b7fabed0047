"""Turns a model's answer into the smallest edit: only the changed lines nearest to the cursor. Pure.

A model can misread a prompt and then leave out most of a file, or repeat it: such an answer is not an edit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from codestral_ls.edits.region import Region
from codestral_ls.edits.rewrite_prompt import CURSOR
from codestral_ls.fim.edit_format import EditFormat

NO_EDIT = "NO_EDITS"
KEPT = 0.5
"""The least share of a region's lines that an answer keeps; an answer that keeps fewer rewrites what it should edit."""
GROWTH = 12
"""Lines by which an answer may be longer than its region; more is new code, which is for completions."""
_MARKER = re.compile(r"<\|marker_(\d+)\|>\n?")


@dataclass(frozen=True, slots=True)
class RewrittenLines:
    """Lines ``[line, end)`` of the document become ``lines``; there is at least one line in ``[line, end)``."""

    line: int
    end: int
    lines: tuple[str, ...]


def lines_of(form: EditFormat, answer: str, region: Region) -> tuple[str, ...] | None:
    """The region as the answer has it; None if the model wants no edit, or if the answer does not have the format."""
    text = answer.replace("\r\n", "\n")
    if NO_EDIT in text:
        return None
    if form.name == "zeta2.1":
        marks = list(_MARKER.finditer(text))
        if len(marks) < 2 or marks[0][1] != "1" or marks[-1][1] != "2" or text[: marks[0].start()].strip():
            return None
        text = _MARKER.sub("", text[marks[0].end() : marks[-1].start()])
    elif form.name == "sweep":
        text = text.removeprefix("\n")
    text = text.replace(CURSOR, "")
    if any(word in text for word in form.reserved) or not text.strip():
        return None
    blank = next((count for count, line in enumerate(reversed(region.lines)) if line.strip()), 0)
    return (*text.rstrip("\n").split("\n"), *region.lines[len(region.lines) - blank :])


def edits_of(region: Region, new: Sequence[str]) -> list[RewrittenLines]:
    """The single edits from the region to ``new``, the one nearest to the cursor first; none if the answer is no edit of it."""
    old = region.lines
    if not len(old) * KEPT <= len(new) <= len(old) + GROWTH:
        return []
    steps = [step for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if step[0] != "equal"]
    if sum(max(0, (i2 - i1) - (j2 - j1)) for _, i1, i2, j1, j2 in steps) > len(old) * (1 - KEPT):
        return []
    if sum(i2 - i1 for _, i1, i2, _, _ in steps) > max(2, len(old) * KEPT):
        return []
    found = [_edit(region, new, i1, i2, j1, j2) for _, i1, i2, j1, j2 in steps]
    return sorted(found, key=lambda one: _distance(one, region.cursor))


def _edit(region: Region, new: Sequence[str], i1: int, i2: int, j1: int, j2: int) -> RewrittenLines:
    """A step in the document's lines; an insertion includes a line next to it."""
    lines = tuple(new[j1:j2])
    if i1 < i2:
        return RewrittenLines(region.first + i1, region.first + i2, lines)
    if i1:
        return RewrittenLines(region.first + i1 - 1, region.first + i1, (region.lines[i1 - 1], *lines))
    return RewrittenLines(region.first, region.first + 1, (*lines, region.lines[0]))


def _distance(edit: RewrittenLines, cursor: int) -> int:
    return max(edit.line - cursor, cursor - (edit.end - 1), 0)
