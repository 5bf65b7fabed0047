"""Decides which candidate puts an answer into the document, if any may be shown.

An answer is shown as it is written unless the syntax tree of the whole document has fewer errors with another candidate; the
smallest change with the fewest errors wins. Nothing is shown if even that candidate leaves more errors than there were before, or
if this cannot be decided in time. Without a tree the answer is used as it is, in place of the closing marks it seems to repeat.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain, islice

from codestral_ls.completion.filters import candidates
from codestral_ls.completion.filters.balance import imbalance
from codestral_ls.completion.filters.candidates import Candidate, opens_comment
from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.open_marks import marks_of
from codestral_ls.documents.marks import QUOTES
from codestral_ls.documents.syntax import SyntaxTree

WITHIN_MS = 15.0
"""CPU time of one reparse; sound answers need 4 ms in a file of 20,000 lines."""
WITHIN_MS_BROKEN = 10.0
"""The same for a document with errors: a parser that does not recover soon reads to the end of the file."""
TOTAL_MS = 30.0
"""CPU time for all candidates of one answer, so that typing never waits for worse candidates."""

MISREAD = 8
"""With this many errors a grammar misreads the document: a few more or fewer say nothing about an answer."""

MOST_MEETING = 2
"""The most cuts that are tried if the document's errors are not the answer's fault."""

MOST_AFRESH = 4
"""The most candidates that are parsed afresh to choose among those with equally few errors."""

LONGEST_AFRESH = 30_000
"""Characters of the longest document that is parsed afresh for a second opinion; about 4 ms."""

LONGEST_SURE = 12_000
"""The same for the check of every answer that may end a string; about 1.5 ms."""

UNKNOWN = 1_000_000
"""Errors of a candidate that could not be parsed in time."""


def judged(text: str, cursor: Cursor) -> Candidate | None:
    """Return the candidate to use: None if nothing may be shown, an empty text if the document already has all of the answer."""
    likely = candidates.likely(text, cursor)
    tree = cursor.snapshot.tree()
    if tree is None:
        return likely[0]
    judge = _Judge(cursor, tree)
    best = _chosen(text, likely, cursor, tree, judge)
    return None if best is not None and judge.breaks(best) else best


def _chosen(text: str, likely: list[Candidate], cursor: Cursor, tree: SyntaxTree, judge: _Judge) -> Candidate | None:
    """Return the candidate that the incrementally parsed trees favour, or None."""
    if likely[0].name == candidates.SURE:
        text = likely[0].text  # text that follows already is not part of the answer
    if tree.error_count > MISREAD and len({one.text for one in likely}) == 1:
        likely = likely[:1]  # the characters show better what a mark belongs to
    best = judge.best(likely)
    if best is None and tree.has_errors:
        return None  # a parse that needs the rest of the file means that something broke
    if best is not None and judge.errors[best] == 0:
        return best
    if likely[0].name == candidates.SURE and judge.errors.get(likely[0], UNKNOWN) <= tree.error_count:
        return likely[0]  # where the grammar misreads the text, fewer errors are chance
    if best is not None and judge.is_settled(best):
        return judge.best(chain([best], islice(candidates.meeting(text, cursor), MOST_MEETING)))
    best = judge.best(chain(likely, candidates.over_the_tail(text, cursor), candidates.mends(text, cursor)))
    if best is not None and tree.has_errors:
        best = judge.told_apart(best)
    if best is None or judge.errors[best]:
        # A cut that loses text is right if it leaves no errors, or if the answer added errors and unbalanced the brackets.
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
    """Whether the brackets of the document are at least as balanced with ``fewer`` as with the whole ``text``."""
    return imbalance(cursor, fewer.text, fewer.over) <= imbalance(cursor, text, 0)


class _Judge:
    """Counts the errors of candidates, once for each, within the time for all of them."""

    def __init__(self, cursor: Cursor, tree: SyntaxTree) -> None:
        self._cursor = cursor
        self._tree = tree
        self._within = WITHIN_MS_BROKEN if tree.has_errors else WITHIN_MS
        self._ends = time.thread_time() + TOTAL_MS / 1000
        self.errors: dict[Candidate, int] = {}

    def best(self, tried: Iterator[Candidate] | list[Candidate]) -> Candidate | None:
        """Return the first candidate with the fewest errors, stopping at 0. None if no candidate could be parsed."""
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

        An incremental and a fresh parse recover from errors in different ways. In a document with errors both must find fewer
        errors with the mend.
        """
        if not self._tree.has_errors:
            return not self.errors[mend]
        if self.errors[mend] >= self._tree.error_count or self._tree.error_count > MISREAD:
            return False  # the grammar misreads the file without the answer too
        mended, plain = self._afresh(mend), self._afresh(as_written)
        if UNKNOWN in (mended, plain):
            return not self.errors[mend] or self.errors[as_written] > self._tree.error_count
        if plain <= mended:
            self.errors[as_written] = plain
        return mended < plain

    def shortened(self, kept: list[Candidate], fewer: list[Candidate]) -> Candidate | None:
        """Return the best candidate. Closing marks are added to a document with errors only if no error is left then.

        Otherwise the number of errors after adding marks is chance.
        """
        best = self.best([*kept, *fewer])
        if best is None or best.name not in candidates.ADDING or not self._tree.has_errors:
            return best
        if not self.errors[best] and self._afresh(best) in (0, UNKNOWN):
            return best
        return self.best([*kept, *(one for one in fewer if one.name not in candidates.ADDING)])

    def breaks(self, best: Candidate) -> bool:
        """Whether freshly parsed trees show more errors with ``best`` in a document that has errors already.

        Checked if the answer could end a string: the text after it then means something else, which an incremental parse may miss.
        """
        if not self._tree.has_errors or not any(quote in best.text for quote in QUOTES):
            return False
        found = marks_of(best.text, self._cursor)
        if len(self._cursor.snapshot.text) > LONGEST_SURE or not (found.closers or found.openers):
            return False
        return self._afresh(Candidate("", 0, "")) < self._afresh(best) < UNKNOWN

    def told_apart(self, best: Candidate) -> Candidate:
        """Of the candidates with as few errors as ``best``, return the candidate with the fewest in a freshly parsed tree.

        In a document with errors an incremental parse reuses old nodes, so one error may hide another.
        """
        fewest = self.errors[best]
        equal = [one for one, errors in self.errors.items() if errors == fewest and one.name not in candidates.ADDING]
        if not fewest or not 1 < len(equal) <= MOST_AFRESH:
            return best
        return min(dict.fromkeys((best, *equal)), key=self._afresh)

    def _afresh(self, candidate: Candidate) -> int:
        """The errors of the document with ``candidate``, parsed as a whole; `UNKNOWN` if that would take too long."""
        snapshot = self._cursor.snapshot
        text = snapshot.text
        if len(text) > LONGEST_AFRESH:
            return UNKNOWN
        whole = text[: snapshot.offset] + candidate.text + text[snapshot.offset + candidate.over :]
        tree = SyntaxTree.parse(snapshot.language, whole, self._within)
        return UNKNOWN if tree is None else tree.error_count + 2 * self._swallows(candidate, tree)

    def is_settled(self, candidate: Candidate) -> bool:
        """Whether all errors were there before, because the answer itself is complete."""
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
        return edited.error_count + self._lost(candidate, edited) + 2 * self._swallows(candidate, edited)

    def _lost(self, candidate: Candidate, edited: SyntaxTree) -> int:
        """Return 1 if a mark that the editor inserted as code has become part of a comment or string, otherwise 0."""
        left = self._cursor.tail[candidate.over :].lstrip()
        if not left or left[0] in ";,:>":
            return 0
        offset = self._cursor.snapshot.offset
        here = offset + len(self._cursor.tail) - len(left)
        there = offset + len(candidate.text) + len(self._cursor.tail) - candidate.over - len(left)
        return int(self._tree.has_mark(here) and not edited.has_mark(there))

    def _swallows(self, candidate: Candidate, edited: SyntaxTree) -> bool:
        """Whether the answer begins a comment that nothing ends, so that the code after the cursor has become a comment.

        Some grammars accept a comment without an end (Scala, Haskell, OCaml).
        """
        if self._cursor.plan.region != "code" or not opens_comment(candidate.text, candidate.over, self._cursor):
            return False
        snapshot = self._cursor.snapshot
        after = snapshot.text[snapshot.offset + candidate.over :]
        blanks = len(after) - len(after.lstrip())
        return blanks < len(after) and edited.region_at(snapshot.offset + len(candidate.text) + blanks + 1) == "comment"
