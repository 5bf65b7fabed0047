"""The few ways to put an answer into the document, the smallest change first.

These are: as it was written; over the marks that the editor closed; cut where it repeats the text that follows; with closing
marks that it left out; moved to another level of indentation; only its first lines. The judge (`judge`) chooses among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from codestral_ls.completion.filters import indentation, overlap
from codestral_ls.completion.filters.balance import needs_marks
from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.open_marks import marks_of
from codestral_ls.completion.filters.taken_over import taken_over
from codestral_ls.documents.marks import QUOTES, Mark, Unmatched
from codestral_ls.documents.tails import open_quote

SHARES = (0.75, 0.5, 0.0)
"""Shares of an answer's lines that are tried without the rest; the last try is the first line."""
MOST_CUTS = 4
"""The most closing marks before which an answer is cut as a try."""

ADDING = frozenset({"closers", "indentation"})
"""Names of candidates that add or move characters."""
SURE = "repeats"
"""Name of a candidate without the text that the document certainly has already."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Put ``text`` at the cursor in place of the next ``over`` characters of its line."""

    text: str
    over: int
    name: str


def likely(text: str, cursor: Cursor) -> list[Candidate]:
    """The candidates to use if nothing speaks against them, the likeliest first: without text that follows already, and as it was
    written.
    """
    cut = overlap.evident(text, cursor)
    as_written = first(text, cursor)
    if cut is None:
        return as_written
    name = SURE if cut.sure else "overlap"
    without = [Candidate(cut.text, cut.over, name)] if cut.over is not None else first(cut.text, cursor)
    # Text that certainly follows already is never written again, even if nothing can be shown then.
    return [*(replace(one, name=name) for one in without), *(() if cut.sure else as_written)]


def first(text: str, cursor: Cursor) -> list[Candidate]:
    """The answer as it was written, and the answer over those closing marks after the cursor that it seems to have written
    itself.

    The second comes first if there is one, because both may be sound (``class="a">">`` is HTML) and the user did not type the
    tail. It does not if those marks clearly continue the answer.
    """
    as_it_is = Candidate(text, 0, "")
    taken = taken_here(text, cursor)
    if not taken:
        return [as_it_is]
    over = Candidate(text, taken, "")
    if taken == cursor.opened and _closes_all(text, cursor):
        return [over]
    return [as_it_is, over] if needs_marks(cursor, text, taken) else [over, as_it_is]


def taken_here(text: str, cursor: Cursor) -> int:
    """How many characters of the closing marks after the cursor the text has written, as far as characters show."""
    line = cursor.line_before
    if not line.strip() or not cursor.closers:
        return 0  # nothing was opened on this line
    opened = cursor.opened
    quote = open_quote(line)
    quoted: bool | str = quote
    if cursor.is_read:
        quoted = cursor.plan.region == "string" or (quote if quote == cursor.closers[0] else "")
    taken = taken_over(text, cursor.closers, quoted, opened)
    if cursor.is_read:
        if cursor.tail:
            return taken
        # Before other code, a mark in the middle of the answer proves little, unless it closes what the line opened.
        marks = cursor.closers[:taken].strip()
        written = marks.strip(";,: ") and text.rstrip().endswith(marks)
        return taken if written or taken <= opened else 0
    # Without a tree, a mark that closes nothing on the line counts as the document's own.
    return min(taken, opened)


def over_the_tail(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """The answer over marks that an editor may have closed: all of them first, then one by one.

    The document's own marks are kept.
    """
    whole = _written(text, cursor, taken_over(text, cursor.closers, cursor.plan.region == "string"))
    fewest = cursor.opened if _closes_all(text, cursor) else 1
    for over in sorted(range(fewest, whole + 1), key=lambda over: (over != whole, over)):
        if over == whole or cursor.closers[over - 1].strip():
            yield Candidate(text, over, "")


def _closes_all(text: str, cursor: Cursor) -> bool:
    """True if the text begins with every mark that closes what the line opened, so that those marks would be in the document
    twice.
    """
    opened = cursor.opened
    return opened > 0 and text.startswith(cursor.closers[:opened]) and not needs_marks(cursor, text, opened)


def _written(text: str, cursor: Cursor, most: int = 0) -> int:
    """How many of the marks that an editor may have closed (or of the first ``most``) occur anywhere in the text."""
    whole = max(cursor.opened, most)
    return next((index for index in range(whole) if cursor.closers[index].strip() and cursor.closers[index] not in text), whole)


def mends(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """Repairs: cuts where the answer repeats the text that follows, closing marks that it lacks, other levels of indentation."""
    yield from meeting(text, cursor)
    without = overlap.repeats_beginning(text, cursor)
    if without:
        yield Candidate(without, 0, "overlap")
    yield from _comments_closed(text, cursor)
    yield from closed(text, marks_of(text, cursor), cursor)
    if cursor.language.off_side:
        for moved in indentation.shifted(text, cursor):
            yield Candidate(moved, 0, "indentation")


def fewer(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """Cuts that also lose the answer's text after them: before a mark that the text after the cursor repeats.

    The less there is of a text that the grammar misreads, the fewer errors a document has. So fewer errors alone do not justify
    these cuts.
    """
    first = overlap.first_line(text, cursor)
    if first is not None:
        yield from _both(first, cursor, "shortened")
    if cursor.language.block_comment is not None:
        opener, closer = cursor.language.block_comment
        ended = text.find(closer)
        if ended >= 0 and not 0 <= text.find(opener) < ended and _closes(cursor.after, opener, closer):
            name = "repeated_closers" if overlap.is_marks(text[ended + len(closer) :]) else "shortened"
            yield from _both(text[:ended].rstrip(), cursor, name)
    if cursor.plan.region == "comment":
        return
    for mark in marks_of(text, cursor).closers[:MOST_CUTS]:
        name = "repeated_closers" if overlap.is_marks(text[mark.index :]) else "shortened"
        yield from _both(text[: mark.index].rstrip(), cursor, name)


def meeting(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """The answer, cut where it reaches the text after the cursor."""
    for cut in overlap.possible(text, cursor):
        if cut.strip():
            yield from (replace(one, name="overlap") for one in first(cut, cursor))


def shortened(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """The answer's first lines, as they were written and with their closing marks."""
    lines = text.split("\n")
    begins = next((index for index, line in enumerate(lines) if line.strip()), 0)
    counts = [begins + max(1, int((len(lines) - begins) * share)) for share in SHARES]
    cursor = replace(cursor, line_ended=True)
    for count in dict.fromkeys(count for count in (len(lines) - 1, *counts) if begins < count < len(lines)):
        part = "\n".join(lines[:count]).rstrip()
        yield from _both(part, cursor, "shortened")
        yield from _comments_closed(part, cursor)
        yield from closed(part, marks_of(part, cursor), cursor)


def _comments_closed(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """The text with the mark that ends the comment it opened."""
    if cursor.language.block_comment is None:
        return
    opener, closer = cursor.language.block_comment
    opened = text.rfind(opener)
    if opened > text.rfind(closer) and not rest_of(cursor):
        blank = " " if opener == "/*" else ""
        yield Candidate(f"{text.rstrip()}\n{cursor.indent_at(text, opened)}{blank}{closer}", 0, "closers")
        yield Candidate(f"{text.rstrip()} {closer}", 0, "closers")


def _closes(after: str, opener: str, closer: str) -> bool:
    """True if the text ends a comment that it does not open."""
    ended = after.find(closer)
    return ended >= 0 and not 0 <= after.find(opener) < ended


def opens_comment(text: str, over: int, cursor: Cursor) -> bool:
    """True if the text begins a comment that is not ended, in the text or after it, before another comment begins."""
    if cursor.language.block_comment is None:
        return False
    opener, closer = cursor.language.block_comment
    opened = text.rfind(opener)
    if opened < 0:
        return False
    inside = text[opened + len(opener) :]
    rest = inside + cursor.after[over:]
    ended = rest.find(closer)
    return ended < 0 or 0 <= rest.find(opener, len(inside)) < ended


def rest_of(cursor: Cursor) -> str:
    """The code on the cursor's line after the closing marks, which a line break before it would separate from its line."""
    return cursor.line_after[len(cursor.closers) :].strip()


def closed(text: str, found: Unmatched, cursor: Cursor) -> Iterator[Candidate]:
    """The text with its open marks closed: in the layout that its lines suggest, directly after it, and on separate lines."""
    if not found.openers or rest_of(cursor):
        return  # the code that follows may close them, and a closing mark before it would be wrong
    in_string = found.openers[-1].mark in QUOTES
    inline = (text if in_string else text.rstrip()) + "".join(mark.closing for mark in reversed(found.openers))
    layouts = [inline] if in_string else [_laid_out(text, found.openers, cursor, cursor.line_ended), inline]
    wanted = dict.fromkeys((*layouts, _laid_out(text, found.openers, cursor, True)))
    for whole in wanted:
        yield Candidate(whole, 0, "closers")
        if cursor.opened:
            yield Candidate(whole, cursor.opened, "closers")


def _both(text: str, cursor: Cursor, name: str) -> Iterator[Candidate]:
    if text.strip():
        if not _closes_all(text, cursor):
            yield Candidate(text, 0, name)
        over = _written(text, cursor)
        if over:
            yield Candidate(text, over, name)


def _laid_out(text: str, openers: tuple[Mark, ...], cursor: Cursor, goes_on: bool) -> str:
    """The text with its open marks closed: on separate lines if the statement continues below, otherwise directly after it."""
    whole = text.rstrip()
    goes_on = goes_on or whole.endswith(",")
    line_closed = -1
    for mark in reversed(openers):
        line = text.count("\n", 0, mark.index)
        rest = text[mark.index + 1 :]
        ends_line = not rest.partition("\n")[0].strip() and (mark.mark == "{" or bool(rest.strip()))
        if (goes_on or ends_line) and line != line_closed:
            whole = f"{whole.rstrip()}\n{cursor.indent_at(text, mark.index)}"
            line_closed = line
        whole += mark.closing
    return whole
