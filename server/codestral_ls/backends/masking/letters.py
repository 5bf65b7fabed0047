"""Compare two models of a string: a name that a person wrote, and a key drawn uniformly from an alphabet.

The first model predicts each letter from the one before it, and the changes between lower case, capitals, digits and
punctuation. Written names need few bits under it; generated keys need more than under the uniform model. The tables are rounded
counts from names in installed code. ``python -m training.letter_pairs`` counts in the standard library only: of the 676 costs of
pairs of letters 571 are then within one bit of those below, and the largest difference is six bits.
"""

from __future__ import annotations

import math
import string
import sys
from array import array
from functools import cache

CLASSES = "luds"
"""Lower case, upper case, digits, and separators between words."""
_CLASS_BITS = (
    (0.2, 4.9, 6.9, 3.5),
    (2.3, 0.6, 5.3, 2.9),
    (3.5, 4.6, 0.7, 2.0),
    (0.7, 1.7, 4.8, 4.9),
)
"""The bits that a class costs after another one: rows (before) and columns (after) in the order of `CLASSES`."""
_FIRST_BITS = "453444564865555494346565a8"
"""The bits that the first letter of a word costs, a to z, as hexadecimal digits."""
_LETTER_BITS = (
    *("9544875a5b7344c4b33267766a", "3756488934837647a55639aa58", "376738a35d445927b45358986c", "3674176839a66747c55659887b"),
    *("5744656a8b945386623396646b", "4877448a2da48636c4554aab6f", "586818654bb56458d34648ab7b", "2887288a3b976838b5645a8a6a"),
    *("5644555bad945235a643a5d7f6", "39a71aab4a887936ba28497aab", "593617793aa57577b74749688a", "378524783c949937d954469b5a"),
    *("2577279b4c96584398475aa97c", "494334394a778646c73356a88b", "6644866a6a644254d34546589a", "395627965f548934b364589b4b"),
    *("797787a88ba476a8656708bab8", "3866275a3e765537b544669a5e", "595828854c4475558732588959", "396827a42ea68947d3556a864a"),
    *("5456466b5eb34384c34399a8db", "276718883e684955b8589cb9ab", "297639952a867438c347896aba", "594736894a855663876287956b"),
    *("776656696ba534717734997ab7", "398719974c986738a8a989a866"),
)
"""The bits that a letter costs after another letter of the same word: a row for the first, a column for the second."""
_DIGIT_BITS = math.log2(10)
_SIGN_BITS = 1.5
_SIGNS = "-_+/=.~%:"
_KNOWN = string.ascii_letters + string.digits + _SIGNS
_CODES = bytes(_KNOWN.find(chr(code)) % (len(_KNOWN) + 1) for code in range(256))
"""Translates a letter into its index in `_KNOWN`, and any other character into the number after the last one."""
_NO_SIGNS = str.maketrans("", "", _SIGNS)
_UNKNOWN_BITS = 6.0


def class_of(letter: str) -> str:
    """Return the class of a letter, one of `CLASSES`."""
    return "l" if "a" <= letter <= "z" else "u" if "A" <= letter <= "Z" else "d" if "0" <= letter <= "9" else "s"


def strangeness(text: str) -> float:
    """Return the bits of ``text`` as a written name minus its bits as a uniform key; below 0 it is probably a name."""
    codes = text.encode("ascii", "replace").translate(_CODES)
    pairs = len(codes) - 1
    written = _bits_of(codes[: pairs + pairs % 2]) + _bits_of(codes[1 : pairs + (pairs + 1) % 2])
    return written - pairs * _bits_of_alphabet(text if text.isalnum() else text.translate(_NO_SIGNS))


def _bits_of(codes: bytes) -> float:
    """Return the bits of every second pair of neighbours in ``codes``, whose length is even."""
    return sum(map(_table().__getitem__, array("H", codes)))


def _bits_of_alphabet(letters: str) -> float:
    """Return the bits per letter of the smallest usual alphabet that contains all of ``letters``.

    The alphabets are hexadecimal in one or both letter cases, base 26, base 36 and base 62.
    """
    lowered = letters.lower()
    mixed = lowered != letters != letters.upper()
    if not lowered.strip("0123456789abcdef"):
        return math.log2(22) if mixed else 4.0
    if mixed:
        return math.log2(62)
    return math.log2(26 if letters.isalpha() else 36)


@cache
def _table() -> list[float]:
    """Return the bits that the second letter costs for each pair of letters, by their codes as one number of two bytes.

    The codes are small and the table is one block of memory: most of it stays in the processor's cache.
    """
    table = [_UNKNOWN_BITS] * (256 * (len(_KNOWN) + 1))
    equal: dict[float, float] = {}
    for before, first in enumerate(_KNOWN):
        for here, second in enumerate(_KNOWN):
            bits = _surprise(first, second)
            table[int.from_bytes((before, here), sys.byteorder)] = equal.setdefault(bits, bits)
    return table


def _surprise(before: str, here: str) -> float:
    was, kind = class_of(before), class_of(here)
    bits = _CLASS_BITS[CLASSES.index(was)][CLASSES.index(kind)]
    if kind == "d":
        return bits + _DIGIT_BITS
    if kind == "s":
        return bits + _SIGN_BITS
    column = ord(here.lower()) - ord("a")
    begins_word = was not in "lu" or (was, kind) == ("l", "u")
    return bits + int(_FIRST_BITS[column] if begins_word else _LETTER_BITS[ord(before.lower()) - ord("a")][column], 16)
