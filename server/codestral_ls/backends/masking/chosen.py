"""Find passwords by their shape alone: a word, a number and a sign, as people choose them when a rule demands all three.

Names, versions and sizes end with a number too, but hardly ever with a number and a sign. In program code, where a sign can be an
operator or a pointer, only a string that is nothing else counts. In settings, data and notes a word with a number is enough if it
is one of few on its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codestral_ls.backends.masking.occurrences import begins, just_before, letter_at, line_begin

_SIGNS = "!#?*@$&%"
_LONGEST = 26
_WORD = re.compile(r"(?<![\w@$%&#./\\<+-])(?=(?:\d*[^\W\d_]){3})[^\W_]{4,24}(?<=\d)\Z")
"""Letters and digits that end with a digit, right before a sign."""
_CHOSEN = re.compile(r"[A-Z][a-z]{2,}\d{2,4}|[a-z]{4,}\d{2,4}|[A-Za-z]*\d+[A-Za-z]+\d[A-Za-z\d]*")
"""A word with a number, or letters with digits in place of some of them."""
_TECHNICAL = re.compile(
    r"(?i)(?:u?int|float|double|char|byte|word|utf|ucs|iso|latin|sha|md|aes|des|rsa|hmac|crc|base|x|vec|mat|simd|bit|reg|arg|param"
    r"|ubuntu|debian|fedora|centos|alpine|postgres|postgresql|mysql|mariadb|redis|php|java|jdk|jre|ruby|gcc|clang|cuda|py|cp"
    r"|var|tmp|temp|item|index|page|line|row|col|step|test|case|http|ipv|win|windows|python|node|version|rev|build|issue|bug|id|no"
    r"|num|port|r|v|e)\d+[_.-]?\w{0,3}|[\da-f]+|0x\w+|\d+\w{1,2}|\d+\w{1,2}\d+"
)
_AFTER = re.compile(r"[!#?*@$&%]{0,2}(?=[\s\"'`,;)\]}<|\\]|\Z)")
_ALONE = re.compile(
    r"(?<![\w@$%&#./\\<>+*-])(?:[A-Z]?[a-z]{4,}\d{2,4}"
    r"|(?=\w{6,24}(?!\w))(?=\w*[a-z]{2})[A-Z]?[a-z\d]*[A-Za-z]\d+[a-z]+[a-z\d]*)"
    r"(?=[\s\"'`,;:)\]}<|]|\Z)(?![\"'`]?[ \t]*(?:=|:(?!\S)))"
)
"""The same without a sign, between blanks, quotes or separators, and not the name of a value."""
_MOST_FIELDS = 4
"""On a line of more words than this, as sentences and commands are, a word with a number says nothing."""
_QUOTES = frozenset("\"'`")


def find(text: str, *, program: bool) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of words that look chosen as passwords; of a ``program`` only whole strings."""
    if not program:
        yield from _alone(text)
    for sign in _SIGNS:
        for place in begins(text, sign):
            if not letter_at(text, place - 1).isdigit():
                continue
            word = just_before(_WORD, text, place, _LONGEST)
            after = _AFTER.match(text, place + 1) if word else None
            if word is None or after is None or not _CHOSEN.fullmatch(word[0]) or _TECHNICAL.fullmatch(word[0]):
                continue
            start, end = word.start(), after.end()
            quote = letter_at(text, start - 1)
            if not program or (quote in _QUOTES and letter_at(text, end) == quote):
                yield start, end


def _alone(text: str) -> Iterator[tuple[int, int]]:
    for match in _ALONE.finditer(text):
        if not _TECHNICAL.fullmatch(match[0]):
            end = text.find("\n", match.end())
            line = text[line_begin(text, match.start()) : len(text) if end < 0 else end]
            if len(line.split(None, _MOST_FIELDS)) <= _MOST_FIELDS:
                yield match.span()
