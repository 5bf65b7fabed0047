"""What becomes of the auto-closed marks behind the cursor: the answer replaces them and brings back those it did not write.

Editors put ``)`` behind ``(``; the model writes it too. The item replaces the whole tail, so both never stand together.
"""

from __future__ import annotations

from codestral_ls.completion.filters.lexical import PAIRS

QUOTES = "\"'`"


def with_tail(text: str, tail: str) -> str:
    """The text for the place of the cursor and its ``tail``: ``text`` and what of the tail it did not write itself.

    >>> with_tail("a, b)", ")")
    'a, b)'
    >>> with_tail("a, b", ")")
    'a, b)'
    >>> with_tail('world")', '")')
    'world")'
    """
    if not tail or not text:
        return text
    rest = tail
    depth: list[str] = []
    quote = tail[0] if tail[0] in QUOTES else ""
    escaped = False
    for character in text:
        if quote:
            if character == quote and not escaped:
                quote = ""
                if rest.startswith(character):
                    rest = rest[1:].lstrip()
            escaped = character == "\\" and not escaped
            continue
        if character in QUOTES:
            quote = character
        elif character in "([{":
            depth.append(character)
        elif character in PAIRS:
            if depth and depth[-1] == PAIRS[character]:
                depth.pop()
            elif rest.lstrip().startswith(character):
                rest = rest.lstrip()[1:].lstrip()
    ending = text.rstrip()[-1:]
    if rest[:1] in ("", ";", ",", ":") and rest[:1] == ending:
        rest = rest[1:]
    return text + rest
