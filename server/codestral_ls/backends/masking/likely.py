"""Find passwords that people chose by how a word looks and by what is around it.

A linear model: each clue has a weight, and a word whose clues add up to enough is a secret. ``python -m training.likely_secrets``
learns the weights from forms in which passwords are written down and from files without any.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import filterfalse

from codestral_ls.backends.masking import cued
from codestral_ls.backends.masking.clues import QUOTES, around, group, near, side
from codestral_ls.backends.masking.known_words import common_passwords, common_words, known_words
from codestral_ls.backends.masking.looks import SIGNS, look
from codestral_ls.backends.masking.occurrences import letter_at, runs_at

OF_PASSWORDS = frozenset(string.ascii_letters + string.digits + SIGNS)
_QUOTE = '"'
_LETTERS = bytes(ord(letter if letter == _QUOTE or letter in OF_PASSWORDS else " ") for letter in map(chr, range(256)))
"""Translates the pieces of a text: keeps the characters of chosen passwords and quotes, with blanks for all others."""
_SHORTEST, _LONGEST = 5, 64
"""Characters of a run in which a password is looked for."""
_JOINED_BEFORE = re.compile(r"(?<![A-Za-z0-9$*#/_.-])(?:[A-Za-z0-9]+[-.&]){1,4}\Z")
_JOINED_AFTER = re.compile(r"(?:[-.&][A-Za-z0-9]+){1,4}[!#$*@]?(?![A-Za-z0-9/(_.-])")
ENOUGH, _ENOUGH_TYPED = -2.5, 0.0
"""The least weight of a password; chosen so that few more than one ordinary line in a thousand are touched. The word that ends at
the cursor may be unfinished: at the lower weight one cursor in 250 would have its word masked for nothing."""
_HOPELESS = -5.5
"""Words whose look and sides weigh less are not looked at more closely."""


def prepare() -> None:
    """Read the words and weights now (some 40 ms) rather than for the first text."""
    for read in (known_words, common_passwords, common_words, _weights):
        read()


def find(text: str, lowered: str, joined: bytes, known: frozenset[bytes], cut: int, *, program: bool) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of the words that are likely passwords; ``cut`` is the cursor's index.

    ``lowered`` is the text in lower case, ``joined`` are its pieces (``occurrences.pieces``), ``known`` its words.
    """
    where = "program" if program else "text"
    for start, end, kind, own in judged(text, lowered, joined, known, program=program):
        if _weight(text, start, end, kind, where, own) > (_ENOUGH_TYPED if cut == end else ENOUGH):
            yield _joined(text, start, end)


def judged(
    text: str, lowered: str, joined: bytes, known: frozenset[bytes], *, program: bool
) -> Iterator[tuple[int, int, str, tuple[str, ...]]]:
    """Yield the start, the end, the look and the clues of their own of all words that the model judges."""
    yield from ((start, end, kind, ()) for start, end, kind in candidates(text, joined, program=program))
    yield from cued.candidates(text, lowered, known, program=program)


def _weight(text: str, start: int, end: int, kind: str, where: str, own: tuple[str, ...] = ()) -> float:
    """Return what the clues of a word add up to, or less than is ever enough where its look and sides are hopeless."""
    weights = _weights()
    weight = _near(kind, side(letter_at(text, start - 1)), side(letter_at(text, end)), where)
    if not own and weight <= _HOPELESS:
        return weight
    return weight + sum(weights.get(clue, 0.0) for clue in (*own, *around(text, start, end, kind, where)))


def _joined(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the password begins and ends to which the word belongs: words joined by ``-``, ``.`` or ``&`` are one."""
    before, after = _JOINED_BEFORE.search(text, max(0, start - _LONGEST), start), _JOINED_AFTER.match(text, end)
    return before.start() if before else start, after.end() if after else end


def is_unusual(value: str) -> bool:
    """Whether a value is a run of letters, digits and signs in which not all are letters or all digits."""
    return (
        len(value) > _SHORTEST
        and not value.isalpha()
        and not value.isdigit()
        and OF_PASSWORDS.issuperset(value)
        and bool(look(value))
    )


def candidates(text: str, joined: bytes, *, program: bool) -> Iterator[tuple[int, int, str]]:
    """Yield the start, the end and the look of each word with a look.

    In a ``program``, words outside quotes are names.
    """
    looked_into = {run: found for run in _unknown(_runs(joined, program=program)) if (found := _look_into(run))[2]}
    for run, places in runs_at(text, looked_into, OF_PASSWORDS):
        begin, length, kind = looked_into[run]
        for place in places:
            start = place + begin
            if "_" in (letter_at(text, start - 1), letter_at(text, start + length)):
                continue  # a part of a longer name
            if not (program and group(kind) == "words" and letter_at(text, start - 1) not in QUOTES):
                yield start, start + length, kind


def _runs(joined: bytes, *, program: bool) -> set[str]:
    """Return the runs of a text that can be passwords: in a ``program`` those of letters alone only if they follow a quote."""
    kept = joined.translate(_LETTERS).decode("ascii")
    if not program:
        return set(kept.replace(_QUOTE, " ").split())
    mixed = set(filterfalse(str.isalpha, kept.split()))
    with_quotes = [piece for piece in mixed if _QUOTE in piece]
    parts = " ".join(with_quotes).replace(_QUOTE, f" {_QUOTE}").split()  # each quote now begins a part
    mixed.difference_update(with_quotes)
    mixed.update([part.lstrip(_QUOTE) for part in parts if part[0] == _QUOTE or not part.isalpha()])
    return mixed


def _unknown(runs: set[str]) -> set[str]:
    """Return the runs of usual length that are no known words, or that are among the most common passwords."""
    usual = {run for run in runs if _SHORTEST <= len(run) <= _LONGEST}
    return (usual - known_words()) | (usual & common_passwords()) | (usual & common_words())


@lru_cache(maxsize=30_000)
def _look_into(run: str) -> tuple[int, int, str]:
    """Return where in the run its word begins, the word's length, and its look ("" if it has none)."""
    word = run.lstrip(SIGNS)
    begin = len(run) - len(word)
    if word.endswith("**"):  # bold in Markdown
        word = word.rstrip("*")
    return begin, len(word), look(word)


@lru_cache(maxsize=10_000)
def _near(kind: str, left: str, right: str, where: str) -> float:
    weights = _weights()
    return weights[""] + sum(weights.get(clue, 0.0) for clue in near(kind, left, right, where))


@cache
def _weights() -> dict[str, float]:
    """The weight of each clue; "" is the weight that every word starts with."""
    weights: dict[str, float] = json.loads((files(__package__) / "data" / "weights.json").read_text(encoding="utf-8"))
    return weights
