"""Whether a document closes the brackets and quotes that it opens: without a tree, only this can tell what a mark belongs to.

Pure.
"""

from __future__ import annotations

from codestral_ls.completion.filters.cursor import Cursor

PAIRS = ("()", "[]", "{}")
QUOTES = "\"'"
LONGEST = 400_000
"""The most characters in which marks are counted; this takes about 1 ms."""


def imbalance(cursor: Cursor, text: str, over: int) -> int:
    """How many brackets of the document have no partner if ``text`` replaces the next ``over`` characters at the cursor."""
    parts = _parts(cursor, text, over)
    return sum(abs(sum(part.count(pair[0]) - part.count(pair[1]) for part in parts)) for pair in PAIRS)


def odd_quotes(cursor: Cursor, text: str, over: int) -> int:
    """How many kinds of quotes occur an odd number of times.

    Apostrophes and some comment marks have no partner, so those kinds are counted only on the last line of the text, all others
    everywhere.
    """
    last = text.rsplit("\n", 1)[-1] if "\n" in text else cursor.line_before + text
    line = last, cursor.line_after[over:]
    commenting = cursor.language.line_comments
    parts = {quote: line if quote == "'" or quote in commenting else _parts(cursor, text, over) for quote in QUOTES}
    return sum(sum(part.count(quote) for part in counted) % 2 for quote, counted in parts.items())


def _parts(cursor: Cursor, text: str, over: int) -> tuple[str, str, str]:
    snapshot = cursor.snapshot
    if len(snapshot.text) > LONGEST:
        return cursor.before, text, cursor.after[over:]
    return snapshot.text[: snapshot.offset], text, snapshot.text[snapshot.offset + over :]


def needs_marks(cursor: Cursor, text: str, taken: int) -> bool:
    """True if ``text`` must not replace the first ``taken`` characters after the cursor, although it closed what the line opened.

    That is so if the document is balanced with these characters and not without them. If that does not decide, the last line
    decides, and after that the smaller imbalance.
    """
    with_marks, without = imbalance(cursor, text, 0), imbalance(cursor, text, taken)
    if (with_marks == 0) != (without == 0):
        return with_marks == 0
    last = text.rsplit("\n", 1)[-1] if "\n" in text else cursor.line_before + text
    if last.rstrip().endswith(("{", "(", "[")):
        return False  # the block continues below
    even, even_without = _is_even(last + cursor.line_after), _is_even(last + cursor.line_after[taken:])
    return even if even != even_without else not even and with_marks < without


def _is_even(line: str) -> bool:
    """True if a line closes every bracket and quote that it opens."""
    return all(line.count(pair[0]) == line.count(pair[1]) for pair in (*PAIRS, "<>")) and line.count('"') % 2 == 0
