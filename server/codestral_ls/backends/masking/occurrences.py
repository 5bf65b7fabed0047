"""Where words occur in a text: the cheap search that comes before every pattern.

Pure. Secrets are rare, so most texts are only searched for plain words, at about a microsecond each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from re import Pattern

_NO_LETTERS = re.compile(r"[^a-z]+")
_LETTERS = bytes(code if chr(code).isascii() and chr(code).islower() else 32 for code in range(256))


def small(text: str) -> str:
    """The text in small letters, every letter at its place: the few that have no small one of the same length stay."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return lowered


def words(lowered: str) -> frozenset[bytes]:
    """All words of a text in small letters: runs of a to z."""
    return frozenset(lowered.encode("latin-1", "replace").translate(_LETTERS).split())


@lru_cache(maxsize=2)
def vocabulary(known: frozenset[bytes]) -> str:
    """The words of a text as one text, each once: a third as long, and what no word holds is nowhere in the text."""
    return b" ".join(known).decode()


def occurring(signs: tuple[str, ...], vocabulary: str) -> list[str]:
    """Those of the ``signs`` that may be in the text of a vocabulary: whose letters are in one of its words."""
    return [sign for sign, letters in _letters_of(signs) if letters in vocabulary]


@cache
def _letters_of(signs: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((sign, max(_NO_LETTERS.split(sign.lower()), key=len)) for sign in signs)


def begins(text: str, sign: str) -> Iterator[int]:
    """Where ``sign`` begins in ``text``."""
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + len(sign))


def line_begin(text: str, place: int) -> int:
    """Where the line begins that ``place`` is on."""
    return text.rfind("\n", 0, place) + 1


def letter_at(text: str, place: int) -> str:
    """The character at ``place``, or nothing where the text has none."""
    return text[place : place + 1]


def just_before(pattern: Pattern[str], text: str, place: int, most: int) -> re.Match[str] | None:
    """What ``pattern`` finds in the ``most`` characters before ``place``."""
    return pattern.search(text, max(0, place - most), place)


def places(lowered: str, signs: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Where one of the ``signs`` ends in a text of small letters, and which."""
    for sign in signs:
        for place in begins(lowered, sign):
            yield place + len(sign), sign
