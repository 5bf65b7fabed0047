"""Find passwords that people chose by how a word looks and by what is around it.

A linear model: each clue has a weight, and a word whose clues add up to enough is a secret. ``python -m training.likely_secrets``
learns the weights from forms in which passwords are written down and from files without any.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import filterfalse

from codestral_ls.backends.masking.clues import QUOTES, around, group, near, side
from codestral_ls.backends.masking.known_words import common_passwords, common_words, known_words
from codestral_ls.backends.masking.looks import SIGNS, look
from codestral_ls.backends.masking.occurrences import letter_at, pieces, runs_at

OF_PASSWORDS = frozenset(string.ascii_letters + string.digits + SIGNS)
_QUOTE = '"'
_LETTERS = bytes(ord(letter if letter == _QUOTE or letter in OF_PASSWORDS else " ") for letter in map(chr, range(256)))
"""Translates the pieces of a text: keeps the characters of chosen passwords and quotes, with blanks for all others."""
_SHORTEST, _LONGEST = 5, 64
"""Characters of a run in which a password is looked for."""
ENOUGH, _ENOUGH_TYPED = -2.5, 0.0
"""The least weight of a password; chosen so that fewer than two ordinary lines in a thousand are touched. The word that ends at the
cursor may be unfinished: at the lower weight one cursor in 250 would have its word masked for nothing."""
_HOPELESS = -5.5
"""Words whose look and sides weigh less are not looked at more closely."""


def prepare() -> None:
    """Read the words and weights now (some 40 ms) rather than for the first text."""
    for read in (known_words, common_passwords, common_words, _weights):
        read()


def find(text: str, cut: int, joined: bytes | None = None, *, program: bool) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of the words that are likely passwords; ``cut`` is the cursor's index.

    ``joined`` are the text's pieces, where they are known already.
    """
    where = "program" if program else "text"
    weights = _weights()
    for start, end, kind in candidates(text, joined, program=program):
        weight = _near(kind, side(letter_at(text, start - 1)), side(letter_at(text, end)), where)
        if weight > _HOPELESS:
            clues = around(text, start, end, kind, where)
            enough = _ENOUGH_TYPED if cut == end else ENOUGH
            if weight + sum(weights.get(clue, 0.0) for clue in clues) > enough:
                yield start, end


def is_unusual(value: str) -> bool:
    """Whether a value is a run of letters, digits and signs in which not all are letters or all digits."""
    return (
        len(value) > _SHORTEST
        and not value.isalpha()
        and not value.isdigit()
        and OF_PASSWORDS.issuperset(value)
        and bool(look(value))
    )


def candidates(text: str, joined: bytes | None = None, *, program: bool) -> Iterator[tuple[int, int, str]]:
    """Yield the start, the end and the look of each word with a look.

    In a ``program``, words outside quotes are names.
    """
    joined = pieces(text) if joined is None else joined
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
    return len(run) - len(word), len(word), look(word)


@lru_cache(maxsize=10_000)
def _near(kind: str, left: str, right: str, where: str) -> float:
    weights = _weights()
    return weights[""] + sum(weights.get(clue, 0.0) for clue in near(kind, left, right, where))


@cache
def _weights() -> dict[str, float]:
    """The weight of each clue; "" is the weight that every word starts with."""
    weights: dict[str, float] = json.loads((files(__package__) / "data" / "weights.json").read_text(encoding="utf-8"))
    return weights
