"""Lines exactly as LSP counts them: only ``\\n``, ``\\r\\n`` and ``\\r`` end a line.

Form feed, U+0085, U+2028 and their kin are ordinary characters here, so ``str.splitlines`` is never used.
All offsets are ``str`` indices, columns are code points; UTF-16 is known to ``lsp/convert.py`` alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Literal

from codestral_ls.errors import DocumentError

Newline = Literal["\n", "\r\n", "\r"]

_ENDING = re.compile(r"\r\n|\r|\n")
_SAMPLE = 65_536
"""Characters looked at to find a text's newline style: editors write one style throughout."""


def line_start(text: str, offset: int) -> int:
    """The offset of the first character of the line that holds ``offset``, in O(length of the line)."""
    offset = _before_split_ending(text, offset)
    start = text.rfind("\n", 0, offset) + 1
    return max(start, text.rfind("\r", start, offset) + 1)


def line_end(text: str, offset: int) -> int:
    """The offset just before the line ending of the line that holds ``offset`` (the text's end on the last line)."""
    offset = _before_split_ending(text, offset)
    end = text.find("\n", offset)
    if end < 0:
        end = len(text)
    carriage_return = text.find("\r", offset, end)
    return end if carriage_return < 0 else carriage_return


def next_line_start(text: str, offset: int) -> int:
    """The offset of the line after the one that holds ``offset``; ``len(text)`` if there is none."""
    end = line_end(text, offset)
    if text.startswith("\r\n", end):
        return end + 2
    return min(end + 1, len(text))


def line_text(text: str, offset: int) -> str:
    """The line that holds ``offset``, without its ending."""
    return text[line_start(text, offset) : line_end(text, offset)]


def indent_of(line: str) -> str:
    """The spaces and tabs that ``line`` begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def lines(text: str) -> list[str]:
    """The lines of ``text`` without their endings; n endings make n + 1 lines, as in LSP (``""`` is one empty line)."""
    return _ENDING.split(text) if "\r" in text else text.split("\n")


def lines_with_endings(text: str) -> list[str]:
    """The lines of ``text`` with their endings, so that joining them gives ``text`` again."""
    starts = line_starts(text)
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def newline_of(text: str) -> Newline:
    """The line ending that most lines of ``text`` have; ``"\\n"`` where it has none."""
    sample = text[:_SAMPLE]
    both = sample.count("\r\n")
    counts: dict[Newline, int] = {
        "\n": sample.count("\n") - both,
        "\r\n": both,
        "\r": sample.count("\r") - both,
    }
    return max(counts, key=lambda ending: counts[ending])


def line_starts(text: str) -> list[int]:
    """The offset of every line of ``text``, first 0."""
    if "\r" not in text:
        with_ending = (1).__add__  # no step of this is Python code: a long file has many lines
        starts = list(accumulate(map(with_ending, map(len, text.split("\n"))), initial=0))
        starts.pop()
        return starts
    return [0, *(match.end() for match in _ENDING.finditer(text))]


def moved_line_starts(old: str, starts: list[int], new: str) -> list[int]:
    """``line_starts(new)``, from those of ``old``: only what lies between their common beginning and their common end is read."""
    if "\r" in old or "\r" in new:
        return line_starts(new)
    head = common_prefix(old, new)
    tail = common_suffix(old[head:], new[head:])
    growth = len(new) - len(old)
    kept = starts[: bisect_right(starts, head)]
    later = starts[bisect_right(starts, len(old) - tail) :]
    between = [match.end() for match in _ENDING.finditer(new, head, len(new) - tail)]
    return [*kept, *between, *(map(growth.__add__, later) if growth else later)]


def line_count(text: str, end: int) -> int:
    """How many lines end before ``end``: the number of the line that begins there, from 0."""
    ends = text.count("\n", 0, end)
    return ends if text.find("\r", 0, end) < 0 else ends + text.count("\r", 0, end) - text.count("\r\n", 0, end)


def common_prefix(one: str, other: str) -> int:
    """Length of the longest common beginning, found by halving: comparing slices is quick."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_suffix(one: str, other: str) -> int:
    """Length of the longest common ending, found in the same way."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def occurrences(key: str, text: str, before: tuple[int, int], after: tuple[int, int]) -> Iterator[int]:
    """Yield where all of ``key`` occurs: in the range ``before`` from its end, then in the range ``after`` from its beginning."""
    start, end = before
    while (at := text.rfind(key, start, end)) >= 0:
        yield at
        end = at + len(key) - 1
    start, end = after
    while (at := text.find(key, start, end)) >= 0:
        yield at
        start = at + 1


def _before_split_ending(text: str, offset: int) -> int:
    """An offset between ``\\r`` and ``\\n`` belongs to the line that the pair ends; otherwise ``offset`` itself."""
    if 0 < offset < len(text) and text[offset] == "\n" and text[offset - 1] == "\r":
        return offset - 1
    return offset


class LineIndex:
    """Where the lines of a text begin, kept up to date by edits.

    An edit costs O(length of the edited lines + distance in lines to the edit before), not O(file): the starts after
    the last edit lack ``_delta``, which is added only to those that a later edit passes.
    """

    __slots__ = ("_delta", "_pivot", "_starts")

    def __init__(self, text: str) -> None:
        self._starts = line_starts(text)
        self._pivot = len(self._starts)
        self._delta = 0

    @property
    def count(self) -> int:
        """Number of lines, at least 1."""
        return len(self._starts)

    def start(self, line: int) -> int:
        """The offset where ``line`` (0-based) begins. Raises: DocumentError outside the document."""
        if not 0 <= line < len(self._starts):
            raise DocumentError(f"Line {line + 1} is outside the document, which has {len(self._starts)} lines.")
        return self._starts[line] + (self._delta if line >= self._pivot else 0)

    def line_of(self, offset: int) -> int:
        """The 0-based line that holds ``offset``, a valid offset of the text."""
        starts = self._starts
        if self._pivot < len(starts) and offset >= starts[self._pivot] + self._delta:
            return bisect_right(starts, offset - self._delta, self._pivot) - 1
        return bisect_right(starts, offset, 0, self._pivot) - 1

    def position(self, offset: int) -> tuple[int, int]:
        """``offset`` as (line, column in code points), both 0-based."""
        line = self.line_of(offset)
        return line, offset - self.start(line)

    def starts(self) -> list[int]:
        """The offset of every line, O(lines): only for tests and whole-file work."""
        return [self.start(line) for line in range(len(self._starts))]

    def edited(self, start: int, end: int, text: str, inserted: int) -> None:
        """Follow an edit: in ``text``, the new text, ``inserted`` characters replaced the old ``[start, end)``."""
        first = self.line_of(start - 1) if start else 0
        last = self.line_of(end)
        first_start = self.start(first)
        self._move_pivot(last + 1)
        growth = inserted - (end - start)
        at_end = last + 1 == len(self._starts)
        stop = len(text) if at_end else self._starts[last + 1] + self._delta + growth
        found = [match.end() for match in _ENDING.finditer(text, first_start, stop)]
        if not at_end and found and found[-1] == stop:
            found.pop()  # that line is already in the index, after the pivot
        self._starts[first + 1 : last + 1] = found
        self._pivot = first + 1 + len(found)
        self._delta = 0 if at_end else self._delta + growth

    def _move_pivot(self, line: int) -> None:
        """Make ``line`` the first one whose stored start lacks ``_delta``."""
        starts, delta = self._starts, self._delta
        if delta:
            if line > self._pivot:
                starts[self._pivot : line] = [start + delta for start in starts[self._pivot : line]]
            elif line < self._pivot:
                starts[line : self._pivot] = [start - delta for start in starts[line : self._pivot]]
        self._pivot = line
