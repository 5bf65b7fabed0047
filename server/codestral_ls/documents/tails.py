"""The tail: what an editor has closed behind the cursor. The one definition for window, trigger, cache and filters."""

from __future__ import annotations

CLOSERS = frozenset(")]}>\"'`;,:")
"""A line's rest made of these alone is what editors close on their own: brackets, angle brackets, quotes, triple quotes, the end
of an interpolation, and the mark that ends the statement."""

LONGEST = 12
"""Characters of the longest tail; more closing marks in a row are somebody's text."""


def tail_of(line_rest: str) -> str:
    """The rest of the cursor's line when it is only closing punctuation and blanks, otherwise ``""``.

    >>> tail_of(") {")
    ''
    >>> tail_of(");")
    ');'
    >>> tail_of('}")')
    '}")'
    """
    stripped = line_rest.rstrip()
    if stripped and len(stripped) <= LONGEST and all(character in CLOSERS or character == " " for character in stripped):
        return stripped
    return ""


def closers_of(line_rest: str) -> str:
    """The closing marks that the rest of the line begins with, whatever follows them.

    >>> closers_of(') + 1'), closers_of('}"); f()')
    (')', '}");')
    """
    length = next((index for index, character in enumerate(line_rest) if character not in CLOSERS), len(line_rest))
    return line_rest[: min(length, LONGEST)]
