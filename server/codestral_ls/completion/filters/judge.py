"""Which way to put an answer into the document is used, if any: the one function that decides it.

An answer is shown as it is written unless the syntax tree of the whole document has fewer errors with another candidate;
the smallest change with the fewest errors wins. Where even that leaves more errors than there were before, nothing is
shown, nor what cannot be told in time. Without a tree an answer is taken as it is, over what it seems to have written of the tail.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain, islice

from codestral_ls.completion.filters import candidates
from codestral_ls.completion.filters.balance import imbalance
from codestral_ls.completion.filters.candidates import Candidate
from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.open_marks import marks_of
from codestral_ls.documents.marks import QUOTES
from codestral_ls.documents.syntax import SyntaxTree

WITHIN_MS = 15.0
"""CPU time of one reparse; sound answers need 4 ms in a file of 20,000 lines."""
WITHIN_MS_BROKEN = 10.0
"""The same where the document has errors: what the parser cannot tell soon it reads to the end of the file for."""
TOTAL_MS = 30.0
"""CPU time for all candidates of one answer: nobody who types should wait for a worse one."""

MOST_MEETING = 2
"""Cuts that are tried where the document's errors are not the answer's doing."""

MOST_AFRESH = 4
"""Candidates that are parsed afresh to tell them apart."""

LONGEST_AFRESH = 30_000
"""Characters of the longest document that is parsed afresh to make sure; about 4 ms."""

LONGEST_SURE = 12_000
"""The same where every answer that may end a string is looked at so; about 1.5 ms."""

UNKNOWN = 1_000_000
"""Errors of a candidate that could not be parsed in time."""


def judged(text: str, cursor: Cursor) -> Candidate | None:
    """The candidate to use, None where nothing may be shown; one with an empty text where the document has all of it."""
    likely = candidates.likely(text, cursor)
    tree = cursor.snapshot.tree()
    if tree is None:
        return likely[0]
    judge = _Judge(cursor, tree)
    best = _chosen(text, likely, cursor, tree, judge)
    return None if best is not None and judge.breaks(best) else best


def _chosen(text: str, likely: list[Candidate], cursor: Cursor, tree: SyntaxTree, judge: _Judge) -> Candidate | None:
    """The candidate to use as far as trees that followed the document tell."""
    if likely[0].name == candidates.SURE:
        text = likely[0].text  # what follows already is no part of the answer
    best = judge.best(likely)
    if best is None and tree.has_errors:
        return None  # what the parser reads on to the end of the file for broke something
    if best is not None and judge.errors[best] == 0:
        return best
    if likely[0].name == candidates.SURE and judge.errors.get(likely[0], UNKNOWN) <= tree.error_count:
        return likely[0]  # a text that the grammar misreads has fewer errors here and there by chance
    if best is not None and judge.is_settled(best):
        return judge.best(chain([best], islice(candidates.meeting(text, cursor), MOST_MEETING)))
    best = judge.best(chain(likely, candidates.over_the_tail(text, cursor), candidates.mends(text, cursor)))
    if best is not None and tree.has_errors:
        best = judge.told_apart(best)
    if best is None or judge.errors[best] > 0:
        # What loses text is right where it makes the document sound, or where the answer breaks it and the document's balance.
        fewer = judge.best(candidates.fewer(text, cursor))
        heals = fewer is not None and not judge.errors[fewer] and fewer.name == "repeated_closers"
        breaks = best is None or judge.errors[best] > tree.error_count
        if fewer is not None and (heals or (breaks and _is_balanced_by(fewer, text, cursor))):
            best = fewer if best is None or judge.errors[fewer] < judge.errors[best] else best
    as_written = judge.best(likely)
    if best is not None and best.name in candidates.ADDING and as_written is not None and not judge.confirms(best, as_written):
        best = as_written
    if best is None or judge.errors[best] > tree.error_count:
        best = judge.shortened([] if best is None else [best], list(candidates.shortened(text, cursor)))
    return best if best is not None and judge.errors[best] <= tree.error_count else None


def _is_balanced_by(fewer: Candidate, text: str, cursor: Cursor) -> bool:
    """Whether the document's brackets are no worse for what ``fewer`` left out of ``text``."""
    return imbalance(cursor, fewer.text, fewer.over) <= imbalance(cursor, text, 0)


class _Judge:
    """Counts errors, each candidate once, within the time for all of them."""

    def __init__(self, cursor: Cursor, tree: SyntaxTree) -> None:
        self._cursor = cursor
        self._tree = tree
        self._within = WITHIN_MS_BROKEN if tree.has_errors else WITHIN_MS
        self._ends = time.thread_time() + TOTAL_MS / 1000
        self.errors: dict[Candidate, int] = {}

    def best(self, tried: Iterator[Candidate] | list[Candidate]) -> Candidate | None:
        """The first of those with the fewest errors; stops at one without any. None where none could be parsed."""
        best: Candidate | None = None
        for candidate in tried:
            if candidate not in self.errors:
                if self.errors and time.thread_time() > self._ends:
                    break
                self.errors[candidate] = self._count(candidate)
            errors = self.errors[candidate]
            if errors < (UNKNOWN if best is None else self.errors[best]):
                best = candidate
            if not errors:
                break
        return best

    def confirms(self, mend: Candidate, as_written: Candidate) -> bool:
        """Whether a mend that adds or moves characters may be used instead of the answer as it is written.

        An incremental parse and one afresh recover from errors in different ways: in a broken document both have to tell that
        it has fewer errors with the mend.
        """
        if not self._tree.has_errors:
            return not self.errors[mend]
        if self.errors[mend] >= self._tree.error_count:
            return False  # the grammar misreads the file without the answer too
        mended, plain = self._afresh(mend), self._afresh(as_written)
        if mended is None or plain is None:
            return not self.errors[mend] or self.errors[as_written] > self._tree.error_count
        if plain <= mended:
            self.errors[as_written] = plain
        return mended < plain

    def shortened(self, kept: list[Candidate], fewer: list[Candidate]) -> Candidate | None:
        """The best of the candidates; marks are added to a broken document where that makes it sound alone.

        Which errors a broken document has with marks of ours in it is chance.
        """
        best = self.best([*kept, *fewer])
        if best is None or best.name not in candidates.ADDING or not self._tree.has_errors:
            return best
        if not self.errors[best] and not self._afresh(best):
            return best
        return self.best([*kept, *(one for one in fewer if one.name not in candidates.ADDING)])

    def breaks(self, best: Candidate) -> bool:
        """Whether trees parsed afresh tell that a broken document has more errors with ``best``.

        Looked at where the answer could end a string: what follows is read anew then, which an incremental parse may put off.
        """
        if not self._tree.has_errors or not any(quote in best.text for quote in QUOTES):
            return False
        found = marks_of(best.text, self._cursor)
        if len(self._cursor.snapshot.text) > LONGEST_SURE or not (found.closers or found.openers):
            return False
        before, after = self._afresh(Candidate("", 0, "")), self._afresh(best)
        return before is not None and after is not None and after > before

    def told_apart(self, best: Candidate) -> Candidate:
        """Of the candidates with as few errors as ``best``, the one with the fewest in a tree parsed afresh.

        In a broken document an incremental parse recovers from errors by what it has, so that one mistake may hide another.
        """
        fewest = self.errors[best]
        equal = [one for one, errors in self.errors.items() if errors == fewest and one.name not in candidates.ADDING]
        if not fewest or not 1 < len(equal) <= MOST_AFRESH:
            return best
        counts = {one: self._afresh(one) for one in dict.fromkeys((best, *equal))}
        known = {one: count for one, count in counts.items() if count is not None}
        return min(known, key=known.__getitem__) if len(known) == len(counts) else best

    def _afresh(self, candidate: Candidate) -> int | None:
        snapshot = self._cursor.snapshot
        text = snapshot.text
        if len(text) > LONGEST_AFRESH:
            return None
        whole = text[: snapshot.offset] + candidate.text + text[snapshot.offset + candidate.over :]
        tree = SyntaxTree.parse(snapshot.language, whole, self._within)
        return None if tree is None else tree.error_count

    def is_settled(self, candidate: Candidate) -> bool:
        """Whether the errors are those that were there before: the answer itself opens and closes nothing by halves."""
        if self.errors[candidate] > self._tree.error_count or self._cursor.line_after.strip():
            return False
        found = marks_of(candidate.text, self._cursor)
        return not found.closers and not found.openers

    def _count(self, candidate: Candidate) -> int:
        offset = self._cursor.snapshot.offset
        if not candidate.text and not candidate.over:
            return self._tree.error_count
        edited = self._tree.try_edit(offset, offset + candidate.over, candidate.text, self._within)
        if edited is None:
            return UNKNOWN
        return edited.error_count + self._lost(candidate, edited)

    def _lost(self, candidate: Candidate, edited: SyntaxTree) -> int:
        """1 where a mark that the editor put there as code has become part of a comment or a string."""
        left = self._cursor.tail[candidate.over :].lstrip()
        if not left or left[0] in ";,:>":
            return 0
        offset = self._cursor.snapshot.offset
        here = offset + len(self._cursor.tail) - len(left)
        there = offset + len(candidate.text) + len(self._cursor.tail) - candidate.over - len(left)
        return int(self._tree.has_mark(here) and not edited.has_mark(there))
