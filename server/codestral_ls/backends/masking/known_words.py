"""The words that code and documentation are made of, and the passwords that most people choose.

A password is often two known words in one, or a known word with a number; a name in a program is a known word itself.
``python -m training.vocabulary`` gathers both lists, and says where from.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files

_SHORTEST_PART = 3
"""Letters: the least length of a word that another is joined to."""


@cache
def known_words() -> frozenset[str]:
    """Return the known words, in lower case and at least three letters long."""
    return _read("known_words.txt.gz")


@cache
def common_passwords() -> frozenset[str]:
    """Return passwords that are among the most common, in lower case and at least five characters long."""
    return _read("common_passwords.txt.gz")


@cache
def common_words() -> frozenset[str]:
    """Return common passwords that are also terms of programs, such as ``master``."""
    return _read("common_words.txt.gz")


def is_two_words(run: str) -> bool:
    """Whether ``run`` (lower-case letters) is two known words joined without a sign."""
    known = known_words()
    return any(run[:middle] in known and run[middle:] in known for middle in range(_SHORTEST_PART, len(run) - _SHORTEST_PART + 1))


def _read(name: str) -> frozenset[str]:
    return frozenset(gzip.decompress((files(__package__) / "data" / name).read_bytes()).decode("ascii").split())
