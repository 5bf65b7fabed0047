"""Opening and closing marks as the syntax tree's own tokens: brackets and quotes, and which of them have no partner. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PAIRS = {")": "(", "]": "[", "}": "{"}
CLOSING = {opener: closer for closer, opener in PAIRS.items()}
QUOTES = ('"""', "'''", '"', "'", "`")


@dataclass(frozen=True, slots=True)
class Mark:
    """One bracket or quote at ``index``, a ``str`` offset of the text it was found in."""

    index: int
    mark: str

    @property
    def closing(self) -> str:
        """The mark that closes it."""
        return CLOSING.get(self.mark, self.mark)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Closers without an opener before them, and openers that nothing closes, both in the order of the text."""

    closers: tuple[Mark, ...]
    openers: tuple[Mark, ...]


def mark_of(token: str) -> str | None:
    """The bracket or quote that a token is (``${``, ``#{`` and ``f\"\"\"`` too); None for any other token.

    >>> mark_of("${"), mark_of('rb\"'), mark_of("name")
    ('{', '"', None)
    """
    if len(token) > 6 or not token:
        return None
    if token[-1] in PAIRS or token[-1] in CLOSING:
        return token[-1] if not token[:-1].isalnum() or len(token) == 1 else None
    stripped = token.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$@#") if len(token) > 1 else token
    return stripped if stripped in QUOTES else None


def unmatched(marks: Iterable[Mark]) -> Unmatched:
    """The marks that have no partner among ``marks``, which come in the order of the text."""
    closers: list[Mark] = []
    openers: list[Mark] = []
    for found in marks:
        top = openers[-1].mark if openers else ""
        if found.mark in PAIRS:
            if top == PAIRS[found.mark]:
                openers.pop()
            else:
                closers.append(found)
        elif found.mark == top and found.mark in QUOTES:
            openers.pop()
        else:
            openers.append(found)
    return Unmatched(tuple(closers), tuple(openers))
