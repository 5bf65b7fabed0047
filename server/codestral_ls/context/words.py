"""The names in a text, and how similar two texts are by their names. Pure."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

_WORD = re.compile(r"(?<!\$)\$*+[^\W\d][\w$]+")
"""The lookbehind keeps a line of dollars from being tried anew at each of them."""
_PART = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[^\W\dA-Z_]+\d*|\d+")


def words(text: str) -> frozenset[str]:
    """The different names of two or more characters in ``text``, strings and comments included."""
    return frozenset(_WORD.findall(text))


def jaccard(one: Set[str], other: Set[str]) -> float:
    """Shared names over all names, 0..1."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


@lru_cache(maxsize=100_000)
def parts(name: str) -> frozenset[str]:
    """The words in a name, in lower case.

    >>> sorted(parts("_isValidCIDRv6"))
    ['cidr', 'is', 'v6', 'valid']
    """
    return frozenset(part.lower() for part in _PART.findall(name) if len(part) > 1)
