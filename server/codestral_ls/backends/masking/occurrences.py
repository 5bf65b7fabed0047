"""Find where words occur in a text: the cheap search before any pattern is tried.

Pure. Secrets are rare, so most texts are only searched for plain words, at about a microsecond per word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from re import Pattern

_NO_LETTERS = re.compile(r"[^a-z]+")
_PIECES = bytes(
    ord('"' if letter in "\"'`" else letter if letter.isascii() and (letter.isalnum() or letter in "+/_-!@#$^*~") else " ")
    for letter in map(chr, range(256))
)
"""Translates a Latin-1 text: keeps the characters of keys and passwords, makes all quotes one kind, and all else blanks."""
_FEW = 64
"""Up to so many runs, searching for each one takes less time than looking at all runs of a text."""
_LETTERS = bytes(code if chr(code).isascii() and chr(code).islower() else 32 for code in range(256))


def small(text: str) -> str:
    """Return the text in lower case with the same length: the few letters whose lower case is longer stay as they are."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return lowered


def pieces(text: str) -> bytes:
    """Return the distinct pieces of a text, joined with blanks: runs of letters, digits, quotes and the signs of keys.

    They are half as long as the text, and several rules go through them instead of the text.
    """
    return b" ".join(set(text.encode("latin-1", "replace").translate(_PIECES).split()))


def words(pieces: bytes) -> frozenset[bytes]:
    """Return all words (runs of letters, in lower case) in the ``pieces`` of a text."""
    return frozenset(pieces.lower().translate(_LETTERS).split())


@lru_cache(maxsize=2)
def vocabulary(known: frozenset[bytes]) -> str:
    """Return the distinct words of a text as one string, a third as long: what is in no word of it is not in the text."""
    return b" ".join(known).decode()


def occurring(signs: tuple[str, ...], vocabulary: str) -> list[str]:
    """Return the ``signs`` that may occur in the text with this vocabulary: each whose letters are all in one of its words."""
    return [sign for sign, letters in _letters_of(signs) if letters in vocabulary]


@cache
def _letters_of(signs: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((sign, max(_NO_LETTERS.split(sign.lower()), key=len)) for sign in signs)


def begins(text: str, sign: str) -> Iterator[int]:
    """Yield the indices at which ``sign`` begins in ``text``."""
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + len(sign))


def runs_at(text: str, runs: Collection[str], letters: frozenset[str]) -> Iterator[tuple[str, list[int]]]:
    """Yield each of the ``runs`` (of ``letters`` alone) with the indices at which it is not a part of a longer run of them.

    A few runs are searched for one by one. For many, that would take a time that grows with the square of the text's length.
    """
    if len(runs) <= _FEW:
        for run in runs:
            yield (
                run,
                [
                    place
                    for place in begins(text, run)
                    if letter_at(text, place - 1) not in letters and letter_at(text, place + len(run)) not in letters
                ],
            )
        return
    places: dict[str, list[int]] = {run: [] for run in runs}
    for match in _run_of(letters).finditer(text):
        if match[0] in places:
            places[match[0]].append(match.start())
    yield from places.items()


@cache
def _run_of(letters: frozenset[str]) -> Pattern[str]:
    return re.compile(f"[{re.escape(''.join(sorted(letters)))}]+")


def occurs(sign: str, text: str) -> bool:
    """Whether ``sign`` occurs in ``text``. Its last character is searched for first, which is much faster if that is rare."""
    return sign[-1] in text and sign in text


def matches_at(text: str, sign: str, pattern: Pattern[str], before: tuple[int, ...] = (0,)) -> Iterator[re.Match[str]]:
    """Yield what ``pattern.finditer(text)`` yields, but faster, for a pattern that needs ``sign``.

    ``before`` are the numbers of characters that a match may have before the sign, the largest first.
    """
    end = 0
    for place in begins(text, sign) if occurs(sign, text) else ():
        for length in before:
            if place - length >= end and (match := pattern.match(text, place - length)):
                end = match.end()
                yield match
                break


def line_begin(text: str, place: int) -> int:
    """Return where the line that contains ``place`` begins."""
    return text.rfind("\n", 0, place) + 1


def letter_at(text: str, place: int) -> str:
    """Return the character at ``place``, or "" outside the text."""
    return text[place : place + 1]


def just_before(pattern: Pattern[str], text: str, place: int, most: int) -> re.Match[str] | None:
    """Search for ``pattern`` in the ``most`` characters before ``place``."""
    return pattern.search(text, max(0, place - most), place)


def places(lowered: str, signs: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield the end of each occurrence of one of the ``signs`` in a lower-case text, and the sign."""
    for sign in signs:
        for place in begins(lowered, sign):
            yield place + len(sign), sign
