"""The texts that are searched for places to change: open documents, split into lines once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, overload

from codestral_ls.documents.text import line_starts, moved_line_starts, newline_of
from codestral_ls.edits.line_tokens import LONGEST_LINE

if TYPE_CHECKING:
    from codestral_ls.documents.snapshot import Snapshot
    from codestral_ls.documents.syntax import SyntaxTree

MOST_LINES_WITH = 100
"""The most lines with a word that are examined in one text: a more common word does not identify a place."""


class DocumentLines:
    """A document at one version, by lines from 0. Lazy: only what is needed is computed.

    ``before`` is the document at an earlier version, from whose lines these can be computed faster.
    """

    def __init__(self, snapshot: Snapshot, before: DocumentLines | None = None) -> None:
        self.snapshot = snapshot
        self.uri: str = snapshot.uri
        self.path: Path | None = snapshot.path
        self.language: str = snapshot.language
        self.text: str = snapshot.text
        self._with: dict[str, Sequence[int]] = {}
        self._earlier = (before.text, before.starts) if before is not None and "starts" in vars(before) else None

    def is_of(self, snapshot: Snapshot) -> bool:
        """True if this is the page of ``snapshot``, whatever its cursor."""
        mine = self.snapshot
        return mine.revision is snapshot.revision and mine.version == snapshot.version and mine.language == snapshot.language

    @cached_property
    def starts(self) -> list[int]:
        """The offset of every line."""
        if self._earlier is None:
            return line_starts(self.text)
        starts = moved_line_starts(*self._earlier, self.text)
        self._earlier = None  # the earlier text need not stay in memory
        return starts

    @cached_property
    def tree(self) -> SyntaxTree | None:
        """The syntax tree, or None if there is none."""
        return self.snapshot.tree()

    def line_at(self, offset: int) -> int:
        """The line that holds ``offset``."""
        return bisect_right(self.starts, offset) - 1

    def line(self, number: int) -> str:
        """The text of a line without its ending; ``""`` outside the document."""
        if not 0 <= number < len(self.starts):
            return ""
        return self.text[self.starts[number] : self.line_end(number)]

    def line_end(self, number: int) -> int:
        """The offset just before the ending of a line."""
        if number + 1 == len(self.starts):
            return len(self.text)
        end = self.starts[number + 1] - 1  # the last character of the ending
        return end - self.text.startswith("\r\n", end - 1)

    @property
    def ending(self) -> str:
        """The line ending of most lines of the document."""
        return newline_of(self.text)

    def lines_from(self, number: int) -> Lines:
        """The lines from ``number`` on, split only when they are needed."""
        return Lines(self, number)

    def lines_with(self, part: str) -> Sequence[int]:
        """The lines that contain ``part``, in order, each once; none if there are too many of them."""
        known = self._with.get(part)
        if known is None:
            known = self._with[part] = self._found_with(part)
        return known

    def _found_with(self, part: str) -> Sequence[int]:
        found: list[int] = []
        at = self.text.find(part)
        while at >= 0:
            number = self.line_at(at)
            found.append(number)
            if len(found) > MOST_LINES_WITH:
                return ()
            at = self.text.find(part, max(self.line_end(number), at + 1))
        return tuple(number for number in found if self.line_end(number) - self.starts[number] <= LONGEST_LINE)


class Lines(Sequence[str]):
    """The lines of a page from one line on."""

    def __init__(self, page: DocumentLines, first: int) -> None:
        self._page, self._first = page, first

    def __len__(self) -> int:
        return len(self._page.starts) - self._first

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """One line, or the lines of a slice."""
        if isinstance(index, slice):
            return [self._page.line(self._first + number) for number in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._page.line(self._first + index)
