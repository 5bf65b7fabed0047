"""Classify words by whether people choose such words as passwords: the *look* of a word.

Pure. Most words of a text (known words, names in code, numbers) have no look and cannot be passwords in the eyes of `likely`.
"""

from __future__ import annotations

import re
from itertools import pairwise

from codestral_ls.backends.masking.known_words import common_passwords, common_words, is_two_words, known_words

SIGNS = "!@#$^*+~"
"""The signs that people put into passwords and that rarely separate words (`&` and `%` do in addresses)."""
_SHORTEST, _LONGEST = 5, 32
_TECHNICAL = re.compile(
    r"(?i)(?:u?int|float|double|char|byte|word|utf|ucs|iso|latin|sha|md|aes|des|rsa|hmac|crc|base|vec|mat|simd|bit|reg|arg|param"
    r"|ubuntu|debian|fedora|centos|alpine|postgres|postgresql|mysql|mariadb|redis|php|java|jdk|jre|ruby|gcc|clang|cuda|python|py"
    r"|https?|ipv|windows|win|amd|arm|armv|mips|sparc|ppc|oauth|log|exp|atan|rfc|pep|issue|cp|cve|column|line|page)"
    r"[_-]?\d+[_.-]?\w{0,3}|[\da-f]+|0x\w+|\d+\w{1,2}|[a-z]{1,2}\d+|u\d\w+"
)
_WORDY = re.compile(r"(?=.*[a-z])(?:[^A-Za-z]*[A-Za-z]){3}(?!.*[A-Za-z\d]\*[A-Za-z\d])")
"""Three letters, one of them small, and no product: names of registers and formulas are not like that."""
_NUMBERED = re.compile(r"([A-Z]?[a-z]{3,})(\d{1,6})")
_WORD_NUMBER_SIGN = re.compile(rf"[A-Z]?[a-z]{{3,}}[{re.escape(SIGNS)}]?\d+[{re.escape(SIGNS)}]{{0,3}}")
_WORD_SIGN = re.compile(r"[A-Za-z]{4,}[!@#$*]{1,3}")
_MAIL = re.compile(r"[a-z]\w*@(?:[a-z]+|v?\d+)|[A-Za-z]\w*#\d+|[a-z]*\w\+{1,2}\d+")
"""An address without its domain, a name and its version, or the number of a remark."""
_CAPITALISED = re.compile(r"([A-Z][a-z]{3,})([A-Z][a-z]{3,})(\d{0,4})")
_SUBSTITUTED = re.compile(r"[A-Za-z]*\d+[A-Za-z]+[A-Za-z\d]*")
_LETTERS_OF_A_KEY = 8
_LONGEST_UNKNOWN = 20
"""Letters: nobody remembers a longer word that is none; alphabets and examples of hashes are longer."""


def look(word: str) -> str:
    """Return the look of a word (letters, digits and `SIGNS`), or "" if nobody chooses such a password."""
    if not _SHORTEST <= len(word) <= _LONGEST:
        return ""
    lowered = word.lower()
    if lowered in common_passwords():
        return "commonword" if lowered.isalpha() else "common"
    if lowered in common_words():
        return "term"
    if word.isalpha():
        return _of_letters(word, lowered)
    if not _WORDY.match(word) or _TECHNICAL.fullmatch(word):
        return ""
    numbered = _NUMBERED.fullmatch(word)
    if numbered:
        return _of_word_and_number(*numbered.groups())
    if not word.isalnum():
        return _of_signs(word)
    title = _CAPITALISED.fullmatch(word)
    if title:
        return "TwoNumber"
    if _SUBSTITUTED.fullmatch(word):
        changes = sum(a.isdigit() != b.isdigit() for a, b in pairwise(word))
        return "substituted" if changes >= 2 else ""
    return "mixed" if len(word) >= _LETTERS_OF_A_KEY else ""


def _of_letters(word: str, lowered: str) -> str:
    known = known_words()
    if word.islower():
        if lowered in known:
            return ""
        return "two" if is_two_words(word) else "unknown" if len(word) <= _LONGEST_UNKNOWN else ""
    if word[1:].islower():
        return "Two" if lowered not in known and is_two_words(lowered) else ""
    title = _CAPITALISED.fullmatch(word)
    return "TwoTitles" if title and all(part.lower() in known for part in title.groups()[:2]) else ""


def _of_word_and_number(word: str, number: str) -> str:
    lowered = word.lower()
    kind = "known" if lowered in known_words() else "two" if is_two_words(lowered) else "unknown"
    year = len(number) == 4 and number[:2] in ("19", "20")
    return f"{'Word' if word[0].isupper() else 'word'} {kind} {'year' if year else min(len(number), 4)}"


def _of_signs(word: str) -> str:
    if _MAIL.fullmatch(word):
        return ""
    if _WORD_NUMBER_SIGN.fullmatch(word):
        return "number and sign"
    if any(map(str.isdigit, word)):
        return "sign inside"
    return "word and sign" if _WORD_SIGN.fullmatch(word) else "signs"
