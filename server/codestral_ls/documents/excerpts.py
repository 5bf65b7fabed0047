"""The part of a large document around the cursor, cut between statements: parsing it takes a fraction of the time.

Following an edit costs tree-sitter 5 to 10 ms in a file of 20,000 lines, because it looks at every member of a long list again. The
statements next to the cursor are enough to tell where the cursor is and whether an answer fits. They come from the last tree of the
whole document. Pure; offsets are ``str`` indices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from codestral_ls.documents.hunks import Replacement

if TYPE_CHECKING:
    from codestral_ls.documents.syntax import SyntaxTree

LARGE = 60_000
"""In characters: larger documents are parsed in parts; in smaller ones the tree follows an edit in about 1 ms."""
MARGIN = 2_000
"""The least number of characters in a part on each side of the cursor and of the edited text, if the document has them."""
NEAREST = MARGIN // 2
"""If the cursor is closer than this to a part's end, in characters, another part is cut out."""
LONGEST = 8_000
"""In characters: a statement that is longer than this is taken apart."""
WITHIN_MS = 20.0
"""CPU time for the tree of a part; 6,000 characters take 1 to 2 ms."""
SAMPLES = 24
"""The number of tokens that must be read as in the whole."""
LIKE = 0.75
"""The least share of those tokens if the grammar misreads the whole; with a smaller share the part is misread in another way."""

_TOKEN = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Part:
    """``[start, end)`` of a text around the cursor; ``heads`` before it and ``feet`` after it are lines of the statements around
    it.

    ``heads`` are ``[start, end)`` in the text; ``feet`` are counted from ``end`` on, because edits are made before them. The part
    is for a cursor at ``first`` or later that has at least ``least_after`` more characters of it after it.
    """

    start: int
    end: int
    first: int
    least_after: int
    heads: tuple[tuple[int, int], ...] = ()
    feet: tuple[tuple[int, int], ...] = ()

    @property
    def before(self) -> int:
        """Characters of the part before ``start``."""
        return sum(end - start for start, end in self.heads)

    def cut(self, text: str) -> str:
        """The part of ``text``."""
        return "".join(text[start:end] for start, end in self._stretches())

    def inside(self, offset: int) -> int:
        """Where in the part the text's ``offset`` is; it has to be in ``[start, end]``."""
        return offset - self.start + self.before

    def outside(self, offset: int) -> int:
        """Where in the text the part's ``offset`` is."""
        stretches = self._stretches()
        begins = list(accumulate((end - start for start, end in stretches), initial=0))
        for (start, _), (first, last) in zip(stretches, pairwise(begins), strict=True):
            if offset < last:
                return start + offset - first
        return stretches[-1][1] + offset - begins[-1]

    def holds(self, offset: int) -> bool:
        """True if the cursor may be at this ``offset`` of the text."""
        return self.first <= offset <= self.end - self.least_after

    def edited(self, edit: Replacement) -> Part | None:
        """The part after an edit inside it; None if the edit is elsewhere."""
        if not self.start <= edit.start <= edit.end <= self.end or edit.inserted > LONGEST:
            return None
        return replace(self, end=self.end + edit.inserted - (edit.end - edit.start))

    def _stretches(self) -> tuple[tuple[int, int], ...]:
        feet = ((self.end + start, self.end + end) for start, end in self.feet)
        return (*self.heads, (self.start, self.end), *feet)


def excerpt(tree: SyntaxTree, place: tuple[int, int]) -> tuple[Part, SyntaxTree] | None:
    """The part of the tree's text around ``place``, and its own tree.

    None if ``place`` is long, or if the part would be read differently from the whole.
    """
    if place[1] - place[0] > LONGEST // 2:
        return None
    stretches = tree.stretches_around(place, MARGIN, LONGEST)
    part = None if stretches is None else _part_of(stretches, place, len(tree.text))
    read = None if part is None else type(tree).parse(tree.language.id, part.cut(tree.text), WITHIN_MS)
    return (part, read) if part is not None and read is not None and _is_read_alike(part, read, tree) else None


def _part_of(stretches: Sequence[tuple[int, int]], place: tuple[int, int], length: int) -> Part | None:
    """The part that consists of ``stretches`` of a text of ``length`` characters; None if no stretch holds ``place``."""
    held = [index for index, (start, end) in enumerate(stretches) if start <= place[0] and place[1] <= end]
    if not held:
        return None
    start, end = stretches[held[0]]
    return Part(
        start,
        end,
        0 if start == 0 else min(place[0], start + NEAREST),
        0 if end == length else min(end - place[1], NEAREST),
        tuple(stretches[: held[0]]),
        tuple((first - end, last - end) for first, last in stretches[held[0] + 1 :]),
    )


def _is_read_alike(part: Part, read: SyntaxTree, whole: SyntaxTree) -> bool:
    """Whether the part has no more errors than the whole has there, and the same tokens; a broken statement's frame is broken
    too.
    """
    errors = whole.errors_in(part.start, part.end)
    here = read.errors_in(part.before, part.inside(part.end)) if whole.has_errors else read.error_count
    if here > errors:
        return False
    step = max(1, (part.end - part.start) // SAMPLES)
    tokens = (_TOKEN.search(whole.text, at, part.end) for at in range(part.start, part.end, step))
    alike = [read.kind_at(part.inside(token.start())) == whole.kind_at(token.start()) for token in tokens if token is not None]
    return sum(alike) >= len(alike) * (LIKE if errors else 1)
