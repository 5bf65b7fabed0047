"""Which brackets and strings an answer leaves open or closes without opening, from a tree of its lines alone."""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.documents.fragments import fragment
from codestral_ls.documents.marks import Mark, Unmatched, unmatched
from codestral_ls.documents.tails import open_quote


def leaves_open(text: str, language: str) -> bool:
    """True if ``text`` opens a bracket or a string that it does not close; False without a grammar."""
    tree = fragment(language, text)
    return tree is not None and bool(unmatched(tree.marks(0, len(text))).openers)


def answer_leaves_open(text: str, cursor: Cursor) -> bool:
    """True if an answer opens a bracket or a string that it does not close; False in prose and without a grammar.

    A mark that closes what the line opened before the cursor does not count as opening: ``ls)"`` after ``x="$(``.
    """
    return cursor.plan.region != "comment" and not is_in_text_block(cursor) and bool(marks_of(text, cursor).openers)


def is_in_text_block(cursor: Cursor) -> bool:
    """True if the cursor is in a string that began on a line above."""
    return cursor.plan.region == "string" and not open_quote(cursor.line_before)


def marks_of(text: str, cursor: Cursor) -> Unmatched:
    """The marks of the text that have no partner in its lines, by index in ``text``."""
    before = cursor.line_before if cursor.plan.region != "string" or cursor.line_before.strip() else ""
    tree = fragment(cursor.language.id, before + text)
    if tree is None:
        return Unmatched((), ())
    found = unmatched(tree.marks(0, len(before) + len(text)))

    def own(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        return tuple(Mark(mark.index - len(before), mark.mark) for mark in marks if mark.index >= len(before))

    return Unmatched(own(found.closers), own(found.openers))
