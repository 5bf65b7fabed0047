"""Does a run of letters and digits look generated, or like the names and numbers that people write?

Names change between small letters, capitals and digits where words begin; random characters change at nearly every second
place. Shares of changes per character: base62 0.62, hexadecimal 0.47, base36 0.40, base32 0.31; camel case below 0.35 and
nearly never between a letter and a digit. Thresholds were chosen on the standard library, never on keys held out.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CHANGE_KIND = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[a-z0-9])|(?<=[0-9])(?=[A-Za-z])")
_CHANGE_DIGIT = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_LETTERS = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}")
_SEPARATORS = str.maketrans("", "", "-_+/=.~%")
_SEQUENCES = ("0123456789", "abcdefghij", "ABCDEFGHIJ", "qwertyuiop", "deadbeef", "cafebabe")
_PAIRS = (
    "ab ac ad ag ai al am an ap ar as at au ay ba be bi bl bo bs bu ca ce ch ci ck cl co cr ct cu da de di do dr ds "
    "du ea ec ed ee ef eg el em en ep er es et ev ew ex fa fe ff fi fl fo fr fu ge gi gn gr gs ha he hi ho ia ib ic "
    "id ie if ig il im in io ip ir is it iv iz ke la ld le li ll lo ls lt lu ly ma mb me mi mo mp na nc nd ne nf ng "
    "ni nk no ns nt nu nv ob oc od ol om on oo op or os ot ou ov ow pa pe pi pl po pp pr pt py qu ra rc rd re rg ri "
    "rm rn ro rr rs rt ru ry sa sc se sh si sl so sp ss st su ta tc te th ti tl to tp tr ts tt tu ty ua ub ue ui ul "
    "um un up ur us ut va ve vi wa we wi xt yp ze "
)
"""The 200 commonest pairs of letters in the words of the standard library: 93 % of its words are made of them at 6 places in
10, 14 % of random letters are."""
_COMMON = frozenset(_PAIRS.split())


@lru_cache(maxsize=20_000)
def is_random(text: str, least: int = 16) -> bool:
    """Whether ``text`` of at least ``least`` letters and digits (separators do not count) looks generated."""
    bare = text.translate(_SEPARATORS)
    length = len(bare)
    if length < least or not bare.isascii() or bare.isdigit():
        return False
    digits = len(_CHANGE_DIGIT.findall(text))
    kinds = len(_CHANGE_KIND.findall(text))
    mixed = not (bare.islower() or bare.isupper())
    if length < 16:  # only where a name says that it is one
        looks = digits >= 2 or (digits >= 1 and kinds >= 0.4 * length)
    else:
        looks = digits >= max(3, 0.12 * length) or (mixed and kinds >= max(6, 0.38 * length))
    if not looks or any(sequence in bare for sequence in _SEQUENCES):
        return False
    return _words(text) <= 0.35 * length


def is_wordless(text: str) -> bool:
    """Whether a run of letters and digits alone holds hardly a word: what a name that says "token" makes a token."""
    return text.isascii() and text.isalnum() and not text.isdigit() and _words(text) <= 0.35 * len(text)


def _words(text: str) -> int:
    return sum(len(part) for part in _LETTERS.findall(text) if _is_word(part))


def _is_word(letters: str) -> bool:
    lowered = letters.lower()
    pairs = len(lowered) - 1
    return sum(lowered[at : at + 2] in _COMMON for at in range(pairs)) >= 0.6 * pairs
