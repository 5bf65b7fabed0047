"""Decides whether a place is code, in a string or in a comment.

``region_from`` decides from the tree's captures, ``region_in`` from the text alone, for languages without a
grammar and text the parser could not understand. Pure functions; offsets are ``str`` indices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

from codestral_ls.documents.languages import Language
from codestral_ls.documents.matches import Capture

Region = Literal["code", "string", "comment"]


def region_from(captures: Iterable[Capture], text: str, offset: int, language: Language) -> Region:
    """The innermost captured region that holds ``offset``; the captures are those of a ``regions.scm`` near it.

    A cursor after the opening mark is inside, before the closing mark too; after the closing mark it is outside.
    At the end of a comment to the end of the line, and of a string that was never closed, it is still inside.
    """
    region: Region = "code"
    for capture in sorted(captures, key=lambda capture: (capture.start, -capture.end)):
        if not capture.start <= offset <= capture.end:
            continue
        if capture.name == "code":
            inside = capture.start < offset < capture.end
            kind: Region = "code"
        elif capture.name == "comment":
            inside = _in_comment(text, capture, offset, language)
            kind = "comment"
        else:
            inner = capture.name == "string.inner"
            inside = inner or (capture.start < offset and (offset < capture.end or _is_open(text, capture, language)))
            kind = "string"
        if inside:
            region = kind
    return region


def region_in(text: str, start: int, offset: int, language: Language) -> Region:
    """The region of ``offset``, found by reading mark by mark from ``start``, a place known to be code."""
    last: re.Match[str] | None = None
    for token in _tokens(language).finditer(text, start, offset):
        last = token
    if last is None or last.end() < offset or last.lastgroup is None:
        return "code"
    return "string" if last.lastgroup.startswith("open_string") else "comment"


def _in_comment(text: str, capture: Capture, offset: int, language: Language) -> bool:
    opener, closer = language.block_comment or ("/*", "*/")
    if text.startswith(opener, capture.start):
        closed = text.endswith(closer, capture.start + len(opener), capture.end)
        return capture.start < offset < capture.end or (offset == capture.end and not closed)
    end = capture.end
    while end > capture.start and text[end - 1] in "\r\n":
        end -= 1  # some grammars count the line's ending into the comment
    return capture.start < offset <= end


def _is_open(text: str, capture: Capture, language: Language) -> bool:
    """True if a string has no closing mark: it does not end with the mark that it began with, or consists of nothing else."""
    literal = text[capture.start : capture.end]
    mark = next((index for index, character in enumerate(literal) if character in "\"'`[/"), None)
    if mark is None:
        return literal.startswith("%") and len(literal) < 4
    quote = literal[mark]
    long = quote * 3
    if literal.startswith(long, mark) and long in language.multiline_quotes:
        return len(literal) < mark + 6 or not literal.rstrip("#").endswith(long)
    closer = {"[": "]"}.get(quote, quote)
    body = literal[mark + 1 :].rstrip("#" if quote == '"' else "abcdefghijklmnopqrstuvwxyz" if quote == "/" else "")
    return not body.endswith(closer) or _is_escaped(body, language)


def _is_escaped(body: str, language: Language) -> bool:
    """True if an odd number of backslashes escapes the last character of ``body``."""
    stem = body[:-1]
    backslashes = len(stem) - len(stem.rstrip("\\"))
    return backslashes % 2 == 1 and language.id not in ("shellscript",)


@cache
def _tokens(language: Language) -> re.Pattern[str]:
    """One pattern for all comments and strings of the language; unclosed ones are groups named ``open_…``.

    Repetitions are possessive and their branches exclusive: an open string of any length is read once, not backtracked.
    """
    parts: list[str] = []
    if language.block_comment is not None:
        opener, closer = map(re.escape, language.block_comment)
        parts += [f"{opener}(?s:.*?){closer}", f"(?P<open_block>{opener}(?s:.*))"]
    if language.line_comments:
        marks = "|".join(map(re.escape, language.line_comments))
        parts.append(f"(?P<open_line>(?:{marks})[^\r\n]*)")
    for quote in sorted(language.multiline_quotes, key=len, reverse=True):
        mark = re.escape(quote)
        parts += [rf"{mark}(?s:(?:\\.|(?!{mark})[^\\])*+){mark}", rf"(?P<open_string{len(parts)}>{mark}(?s:.*))"]
    for quote in language.quotes:
        mark = re.escape(quote)
        inner = rf"{mark}(?:\\[^\r\n]|[^\r\n\\{mark}])*+"
        parts += [inner + mark, rf"(?P<open_string{len(parts)}>{mark}[^\r\n]*)"]
    return re.compile("|".join(parts) or r"(?!)")
