"""The few ways to put an answer into the document, the smallest change first.

As it is; over what the editor closed; cut where it repeats what follows; with the closing marks that it left out; moved to
another level; its first lines alone. Which of them is used is the judge's to say (`judge`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from codestral_ls.completion.filters import indentation, overlap
from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.completion.filters.taken_over import taken_over
from codestral_ls.documents.fragments import fragment
from codestral_ls.documents.marks import QUOTES, Mark, Unmatched, unmatched

SHARES = (0.75, 0.5, 0.0)
"""Of an answer's lines, how many are tried alone, the last time the first line."""
MOST_CUTS = 4
"""Closing marks before which an answer is cut for a try."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Put ``text`` at the cursor in place of the next ``over`` characters of its line."""

    text: str
    over: int
    name: str


def first(text: str, cursor: Cursor) -> list[Candidate]:
    """The answer as it is written, and over as much of the tail as it seems to have written itself.

    The second goes first where there is one: both may be sound (``class="a">">`` is HTML), and the tail was not the user's.
    """
    as_it_is = Candidate(text, 0, "")
    taken = taken_over(text, cursor.closers, cursor.plan.region == "string")
    if not cursor.line_before.strip():
        taken = 0  # nothing was opened on this line
    elif not cursor.tail or cursor.plan.region == "comment":
        # In prose, and before other code, a mark in the middle of the answer says nothing.
        marks = cursor.closers[:taken].strip()
        sound = cursor.language.grammar is not None and marks.strip(";,: ")
        taken = taken if sound and text.rstrip().endswith(marks) else 0
    return [Candidate(text, taken, ""), as_it_is] if taken else [as_it_is]


def over_the_tail(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """Over the tail, mark by mark, and as a whole first."""
    whole = len(cursor.closers)
    for over in sorted(range(1, whole + 1), key=lambda over: (over != whole, over)):
        if over == whole or cursor.closers[over - 1] != " ":
            yield Candidate(text, over, "")


def mends(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """Cuts where the answer repeats what follows, closing marks that it lacks, other levels of indentation."""
    yield from meeting(text, cursor)
    without = overlap.repeats_beginning(text, cursor)
    if without:
        yield Candidate(without, 0, "overlap")
    yield from _of_comments(text, cursor)
    found = marks_of(text, cursor)
    for mark in found.closers[:MOST_CUTS]:
        yield from _both(text[: mark.index].rstrip(), cursor, "repeated_closers")
    yield from closed(text, found, cursor)
    if cursor.language.off_side:
        for moved in indentation.shifted(text, cursor):
            yield Candidate(moved, 0, "indentation")


def meeting(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """Cuts where the answer comes to the text after the cursor."""
    for cut in overlap.possible(text, cursor):
        if cut.strip():
            yield Candidate(cut, 0, "overlap")


def shortened(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """The answer's first lines, as they are and with their closing marks."""
    lines = text.split("\n")
    begins = next((index for index, line in enumerate(lines) if line.strip()), 0)
    counts = [begins + max(1, int((len(lines) - begins) * share)) for share in SHARES]
    cursor = replace(cursor, line_ended=True)
    for count in dict.fromkeys(count for count in (len(lines) - 1, *counts) if begins < count < len(lines)):
        fewer = "\n".join(lines[:count]).rstrip()
        yield from _both(fewer, cursor, "shortened")
        yield from _of_comments(fewer, cursor)
        yield from closed(fewer, marks_of(fewer, cursor), cursor)


def _of_comments(text: str, cursor: Cursor) -> Iterator[Candidate]:
    """The text without the mark that ends the comment around it a second time; with the one that ends its own."""
    if cursor.language.block_comment is None:
        return
    opener, closer = cursor.language.block_comment
    opened, ended = text.rfind(opener), text.find(closer)
    if ended >= 0 and (opened < 0 or ended < text.find(opener)):
        yield from _both(text[:ended].rstrip(), cursor, "repeated_closers")
    if opened > text.rfind(closer):
        blank = " " if opener == "/*" else ""
        yield Candidate(f"{text.rstrip()}\n{cursor.indent_at(text, opened)}{blank}{closer}", 0, "closers")
        yield Candidate(f"{text.rstrip()} {closer}", 0, "closers")


def closed(text: str, found: Unmatched, cursor: Cursor) -> Iterator[Candidate]:
    """The text with its open marks closed: where its lines suggest, right after it, on a line of their own."""
    if not found.openers:
        return
    in_string = found.openers[-1].mark in QUOTES
    inline = (text if in_string else text.rstrip()) + "".join(mark.closing for mark in reversed(found.openers))
    layouts = [inline] if in_string else [_laid_out(text, found.openers, cursor, cursor.line_ended), inline]
    wanted = dict.fromkeys((*layouts, _laid_out(text, found.openers, cursor, True)))
    for whole in wanted:
        yield Candidate(whole, 0, "closers")
        if cursor.closers:
            yield Candidate(whole, len(cursor.closers), "closers")


def marks_of(text: str, cursor: Cursor) -> Unmatched:
    """The marks of the text that have no partner on its lines, by index in ``text``."""
    before = cursor.line_before if cursor.plan.region != "string" or cursor.line_before.strip() else ""
    tree = fragment(cursor.language.id, before + text)
    if tree is None:
        return Unmatched((), ())
    found = unmatched(tree.marks(0, len(before) + len(text)))

    def own(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        return tuple(Mark(mark.index - len(before), mark.mark) for mark in marks if mark.index >= len(before))

    return Unmatched(own(found.closers), own(found.openers))


def _both(text: str, cursor: Cursor, name: str) -> Iterator[Candidate]:
    if text.strip():
        yield Candidate(text, 0, name)
        if cursor.closers:
            yield Candidate(text, len(cursor.closers), name)


def _laid_out(text: str, openers: tuple[Mark, ...], cursor: Cursor, goes_on: bool) -> str:
    """The text with its open marks closed: on lines of their own where the statement goes on below, else right after it."""
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
