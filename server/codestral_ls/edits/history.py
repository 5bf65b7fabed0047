"""The user's changes in the open documents since they were opened, in the order in which they were made.

Texts are compared only when the changes are needed, not on every key: the difference from the last comparison is one more edit.
Changes are kept as hunks between the text at the opening and the text now, so that typing in one place is one change, however
long it took.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codestral_ls.documents.hunks import Hunk, Replacement, with_edit
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import common_prefix, common_suffix, line_count, line_end, line_start, line_text, lines
from codestral_ls.edits.changes import LineChange

MOST_DOCUMENTS = 100
"""The most documents that are followed: more than one search uses, so that none is forgotten during it."""
MOST_HUNKS = 12
"""Hunks kept per document; beyond these the oldest is merged into the text to compare with."""
LONGEST = 1_000_000
"""Characters of the longest document that is followed."""
_FAR_APART = 400
"""In characters. A longer difference is compared by lines: it may be several edits that were made at once."""


@dataclass(frozen=True, slots=True)
class _Numbered:
    hunk: Hunk
    number: int


class _Followed:
    """A document: the text to compare with, the text at the last comparison, and the hunks between the two."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.language = snapshot.language
        self.base = self.text = snapshot.text
        self.hunks: list[_Numbered] = []

    def follow(self, text: str, number: int) -> None:
        """Take the text as it is now; new edits in it get the number ``number``."""
        for edit in _edits_between(self.text, text):
            known = {one.hunk: one.number for one in self.hunks}
            before = [one.hunk for one in self.hunks]
            shifted = {_key(hunk): known[hunk] for hunk in before}
            after = with_edit(before, edit)
            self.hunks = [_Numbered(hunk, shifted.get(_key(hunk), number)) for hunk in after]
        self.text = text
        while len(self.hunks) > MOST_HUNKS:
            self._settle(min(self.hunks, key=lambda one: one.number))

    def _settle(self, oldest: _Numbered) -> None:
        """Merge a hunk into the text to compare with."""
        hunk = oldest.hunk
        self.base = self.base[: hunk.old_start] + self.text[hunk.new_start : hunk.new_end] + self.base[hunk.old_end :]
        self.hunks = [
            _Numbered(_moved(one.hunk, hunk.growth) if one.hunk.old_start > hunk.old_start else one.hunk, one.number)
            for one in self.hunks
            if one is not oldest
        ]

    def changes(self, uri: str) -> Iterable[tuple[int, LineChange]]:
        """The hunks in whole lines, each with its number; hunks that share a line are one."""
        apart: list[_Numbered] = []
        for one in self.hunks:
            last = apart[-1] if apart else None
            if last is not None and self._share_a_line(last.hunk, one.hunk):
                both = Hunk(last.hunk.old_start, one.hunk.old_end, last.hunk.new_start, one.hunk.new_end)
                apart[-1] = _Numbered(both, max(last.number, one.number))
            else:
                apart.append(one)
        for one in apart:
            change = self._in_lines(uri, one.hunk)
            if change is not None:
                yield one.number, change

    def _share_a_line(self, one: Hunk, later: Hunk) -> bool:
        in_base = line_end(self.base, one.old_end) >= later.old_start
        return in_base or line_end(self.text, one.new_end) >= later.new_start

    def _in_lines(self, uri: str, hunk: Hunk) -> LineChange | None:
        old_from, new_from = line_start(self.base, hunk.old_start), line_start(self.text, hunk.new_start)
        old = lines(self.base[old_from : line_end(self.base, hunk.old_end)])
        new = lines(self.text[new_from : line_end(self.text, hunk.new_end)])
        tail = _equal_at_start(old[::-1], new[::-1])
        old, new = old[: len(old) - tail], new[: len(new) - tail]
        head = _equal_at_start(old, new)
        old, new = old[head:], new[head:]
        if not old and not new:
            return None
        first = line_count(self.text, new_from)
        if head:
            above = lines(self.text[new_from : line_end(self.text, hunk.new_end)])[head - 1]
        else:
            above = line_text(self.text, new_from - 1) if new_from else ""
        return LineChange(uri, self.language, first + head, tuple(old), tuple(new), above)


class History:
    """The changes in all open documents."""

    def __init__(self) -> None:
        self._documents: OrderedDict[str, _Followed] = OrderedDict()
        self._number = 0

    def opened(self, snapshot: Snapshot) -> None:
        """Compare with this text from now on."""
        if len(snapshot.text) <= LONGEST:
            self._documents[snapshot.uri] = _Followed(snapshot)
            while len(self._documents) > MOST_DOCUMENTS:
                self._documents.popitem(last=False)

    def closed(self, uri: str) -> None:
        """Forget a document."""
        self._documents.pop(uri, None)

    def look(self, snapshot: Snapshot) -> None:
        """Look for changes in a document since the last call."""
        if len(snapshot.text) > LONGEST:
            self.closed(snapshot.uri)
            return
        known = self._documents.get(snapshot.uri)
        if known is None or known.language != snapshot.language:
            self.opened(snapshot)
            return
        self._documents.move_to_end(snapshot.uri)
        if known.text != snapshot.text:
            self._number += 1
            known.follow(snapshot.text, self._number)

    def changes(self) -> list[LineChange]:
        """The changes, oldest first."""
        found = [told for uri, one in self._documents.items() for told in one.changes(uri)]
        return [change for _, change in sorted(found, key=lambda told: (told[0], told[1].start))]


def _equal_at_start(one: Sequence[str], other: Sequence[str]) -> int:
    """The number of lines with which both begin."""
    return next((n for n, (old, new) in enumerate(zip(one, other, strict=False)) if old != new), min(len(one), len(other)))


def _key(hunk: Hunk) -> tuple[int, int, int]:
    """The part of a hunk that stays the same when the text before it grows."""
    return hunk.old_start, hunk.old_end, hunk.new_end - hunk.new_start


def _moved(hunk: Hunk, growth: int) -> Hunk:
    return Hunk(hunk.old_start + growth, hunk.old_end + growth, hunk.new_start, hunk.new_end)


def _edits_between(old: str, new: str) -> Sequence[Replacement]:
    """The edits that lead from ``old`` to ``new``, each in the text that the previous one left."""
    head = common_prefix(old, new)
    tail = common_suffix(old[head:], new[head:])
    start, stop, new_stop = head, len(old) - tail, len(new) - tail
    if min(stop - start, new_stop - start) < _FAR_APART:
        return [Replacement(start, stop, new_stop - start)]
    from codestral_ls.edits.line_diff import line_edits

    return line_edits(old, new, start, stop, new_stop)
