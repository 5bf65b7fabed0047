"""Short texts that end anywhere: real code cut inside any token, and the grammar's own tokens in any order."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from codestral_ls.documents import grammars
from codestral_ls.documents.languages import Language

ODD = ("\0", "\r", "\r\n", "\t", "\f", "\v", "\u2028", "\ufeff", "\ufffd", "\ud800", "é", "😀", "\\", "\\\n", "\x7f", " ", "\n")
"""Characters that the authors of grammars may not have thought of."""
MARKS = "()[]{}<>@#$%^&*-+=|;:,.?/~`'\"!_a0"
LONGEST_PIECE = 320
"""Characters in a piece of real code that is cut after each of them."""
LONGEST_DEEP = 100_000
_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


def cut(text: str, randomness: random.Random) -> Iterator[str]:
    """A piece of a file from the beginning of a line, cut after each of its characters."""
    starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
    start = randomness.choice(starts)
    piece = text[start : start + randomness.randrange(1, LONGEST_PIECE)]
    head = text[: randomness.choice((0, 0, 0, 200))]
    for end in range(1, len(piece) + 1):
        yield head + piece[:end]


def own_tokens(language: Language) -> list[str]:
    """The grammar's own words and marks."""
    grammar = grammars.load(language.grammar)
    if grammar is None:
        return []
    numbers = (number for number in range(grammar.node_kind_count) if not grammar.node_kind_is_named(number))
    return [kind for number in numbers if (kind := grammar.node_kind_for_id(number))]


def vocabulary(language: Language, texts: Sequence[str]) -> list[str]:
    """The grammar's own tokens, tokens from some files, and odd characters."""
    found = {*own_tokens(language), *ODD, *MARKS, *language.quotes, *language.multiline_quotes, *language.line_comments}
    found.update(language.block_comment or ())
    found.update(token for text in texts for token in _TOKENS.findall(text) if len(token) < 20)
    return sorted(found)


def soup(tokens: Sequence[str], own: Sequence[str], randomness: random.Random) -> str:
    """Tokens in any order, sometimes with repetitions; those in ``own`` are chosen more often."""
    chosen = [randomness.choice(own if randomness.random() < 0.6 else tokens) for _ in range(randomness.randrange(1, 14))]
    if randomness.random() < 0.1:
        chosen += [randomness.choice(tokens)] * randomness.randrange(2, 40)
    return randomness.choice(("", " ", " ", "\n")).join(chosen)


def pairs(own: Sequence[str]) -> Iterator[str]:
    """Every token of the grammar at the end of a text, alone and after every other token."""
    yield from own
    for first in own:
        for second in own:
            yield first + second
            yield f"{first} {second}"
            yield f"{first}\n{second}"


def deep(tokens: Sequence[str], randomness: random.Random) -> str:
    """The same few tokens hundreds of times, in a row or each line deeper than the one above: scanners keep a stack."""
    chosen = [randomness.choice(tokens) for _ in range(randomness.randrange(1, 4))]
    unit = randomness.choice(("", " ", "\n")).join(chosen)
    count = randomness.choice((130, 260, 300, 520, 1_030))
    if randomness.random() < 0.4:
        step = randomness.choice((1, 2))
        return "\n".join(" " * (line * step) + unit for line in range(count // 2))[:LONGEST_DEEP]
    return randomness.choice(("", " ", "\n")).join([unit] * count)[:LONGEST_DEEP]
