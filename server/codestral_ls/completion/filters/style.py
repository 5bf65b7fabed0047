"""The style that an answer must fit: how lines are indented, and how they end.

Indentation comes from the editor's ``formattingOptions``, else from ``.editorconfig``, else from the language's own rule, else
from the file near the cursor. If none of them says anything it is None, and an answer keeps its own. Line ends are those next to
the cursor: a second kind in a file is damage, whatever a setting says, so settings count only in a file with a single line.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from codestral_ls.documents import editorconfig
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import indent_of

Kind = Literal["tab", "space"]

NEAR = 4_000
"""Characters on each side whose lines count."""

STEPS = (2, 3, 4, 8)
"""Differences in indentation that are a step; other differences align text."""

TABS = frozenset({"makefile", "go"})
"""Languages whose own rule is a tab: make reads only tabs, gofmt writes only tabs."""


@dataclass(frozen=True, slots=True)
class Style:
    """``kind`` and ``width`` (columns of a step) as they should be, None if unknown; ``used``: the kinds near the cursor."""

    kind: Kind | None
    width: int | None
    used: frozenset[Kind]
    newline: str

    @property
    def unit(self) -> str | None:
        """One step of indentation."""
        if self.kind == "tab":
            return "\t"
        return " " * self.width if self.kind == "space" and self.width is not None else None


def style_at(snapshot: Snapshot, tab_size: int | None, insert_spaces: bool | None) -> Style:
    """The style at the snapshot's cursor."""
    text, offset = snapshot.text, snapshot.offset
    near = text[max(0, offset - NEAR) : offset + NEAR]
    used, step = _seen(near)
    if snapshot.indent:
        used |= {"tab" if snapshot.indent.startswith("\t") else "space"}
    project = editorconfig.settings_for(snapshot.path)
    kind: Kind | None = None
    width = step
    if insert_spaces is not None:
        kind = "space" if insert_spaces else "tab"
        width = width or tab_size
    elif project.kind is not None:
        kind, width = project.kind, width or project.width
    elif snapshot.spec.id in TABS:
        kind = "tab"
    elif len(used) == 1:
        (kind,) = used
    return Style(kind, width, used, _newline_at(text, offset) or project.newline or "\n")


@lru_cache(maxsize=4)  # a key's answer is filtered while it is written, and once more when it is shown
def _seen(near: str) -> tuple[frozenset[Kind], int | None]:
    """The kinds of indentation, and the most common step between neighbouring lines that are indented with spaces."""
    kinds: set[Kind] = set()
    steps: Counter[int] = Counter()
    previous: int | None = 0
    for line in near.split("\n"):
        body = line.lstrip(" \t")
        if not body.strip():
            continue
        indent = indent_of(line)
        if indent.startswith("\t"):
            kinds.add("tab")
            previous = None
            continue
        if len(indent) > 1:
            kinds.add("space")
        step = len(indent) - previous if previous is not None else 0
        steps[step] += step in STEPS
        previous = len(indent)
    # Of two equally common steps take the smaller: the larger is two of it.
    return frozenset(kinds), min(steps, key=lambda step: (-steps[step], step)) if steps.total() else None


def _newline_at(text: str, offset: int) -> str | None:
    """The nearest line end before the cursor, else the one after it."""
    before = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset))
    if before >= 0:
        if text[before] == "\n":
            return "\r\n" if before and text[before - 1] == "\r" else "\n"
        return "\r" if text[before + 1 : before + 2] != "\n" else "\r\n"
    ends = [at for at in (text.find("\n", offset), text.find("\r", offset)) if at >= 0]
    if not ends:
        return None
    first = min(ends)
    return "\r\n" if text.startswith("\r\n", first) else text[first]
