"""Brackets of a text outside strings and comments, told by a regular expression per language.

A fast stand-in for the syntax tree where the text is not a whole file. Deliberately approximate: string prefixes,
interpolation and regular-expression literals are not understood.
"""

from __future__ import annotations

import re
from functools import lru_cache

from codestral_ls.completion.filters.cursor import Cursor
from codestral_ls.documents.languages import Language

PAIRS = {")": "(", "]": "[", "}": "{"}
CLOSING = {opener: closer for closer, opener in PAIRS.items()}


@lru_cache(maxsize=64)
def _pattern(language: Language) -> re.Pattern[str]:
    parts = []
    for quote in language.multiline_quotes:
        escaped = re.escape(quote)
        parts.append(rf"{escaped}(?:\\.|(?!{escaped})[\s\S])*(?:{escaped}|\Z)")
    if language.block_comment is not None:
        start, end = (re.escape(mark) for mark in language.block_comment)
        parts.append(rf"{start}[\s\S]*?(?:{end}|\Z)")
    parts.extend(rf"{re.escape(mark)}[^\r\n]*" for mark in language.line_comments)
    parts.extend(
        rf"{re.escape(quote)}(?:\\(?:\r\n|[\s\S])|[^{re.escape(quote)}\\\r\n])*(?:{re.escape(quote)}|(?=[\r\n])|\\?\Z)"
        for quote in language.quotes
    )
    if "'" not in language.quotes and not any(mark.startswith("'") for mark in language.multiline_quotes):
        parts.append(r"'[()\[\]{}\"]'")  # one character, where "'" is no quote because it begins names too
    return re.compile("|".join([*parts, r"[()\[\]{}]"]))


def brackets(text: str, language: Language) -> list[tuple[int, str]]:
    """(index, bracket) of every bracket outside strings and comments, in order."""
    found = []
    for match in _pattern(language).finditer(text):
        piece = match[0]
        if len(piece) == 1 and piece in "()[]{}":
            found.append((match.start(), piece))
    return found


def unclosed(text: str, language: Language) -> tuple[int, str] | None:
    """Where the first string or block comment begins that ``text`` does not close, and the mark that would close it."""
    for match in _pattern(language).finditer(text):
        piece = match[0]
        for quote in (*language.multiline_quotes, *language.quotes):
            if piece.startswith(quote):
                if len(piece) < 2 * len(quote) or not piece.endswith(quote) or _escaped(piece, len(quote)):
                    return match.start(), quote
                break
        else:
            comment = language.block_comment
            if comment is not None and piece.startswith(comment[0]) and not piece.endswith(comment[1]):
                return match.start(), comment[1]
    return None


def _escaped(piece: str, quote_length: int) -> bool:
    """Whether the quote that ends ``piece`` stands behind an odd number of backslashes."""
    body = piece[:-quote_length]
    return (len(body) - len(body.rstrip("\\"))) % 2 == 1


def unmatched(text: str, language: Language) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Closers that close nothing in ``text`` and openers that nothing in it closes, each as (index, bracket)."""
    closers: list[tuple[int, str]] = []
    openers: list[tuple[int, str]] = []
    for index, bracket in brackets(text, language):
        if bracket not in PAIRS:
            openers.append((index, bracket))
        elif openers and openers[-1][1] == PAIRS[bracket]:
            openers.pop()
        else:
            closers.append((index, bracket))
    return closers, openers


def lead_of(cursor: Cursor) -> str | None:
    """What to read before an answer so that its strings and brackets are told right; None where that cannot be told.

    In code nothing; in a string or a line comment that begins on the cursor's line that line; in longer ones None.
    """
    if cursor.plan.region == "comment":
        return cursor.line_before if _in_line_comment(cursor) else None
    if unclosed(cursor.line_before, cursor.language) is not None:
        return cursor.line_before
    return "" if cursor.plan.region == "code" else None


def _in_line_comment(cursor: Cursor) -> bool:
    language = cursor.language
    if language.block_comment is not None:
        start, end = language.block_comment
        if cursor.before.rfind(start) > cursor.before.rfind(end):
            return False
    pieces = [match[0] for match in _pattern(language).finditer(cursor.line_before)]
    return bool(pieces) and pieces[-1].startswith(language.line_comments or ("\n",))
