"""A process that parses one text after the other and records each before it starts, so that a hang can be traced to its text.

``python -m benchmarks.reading.reader NOTE LANGUAGE COUNT SEED DEEP FIRST FILE...`` reads the texts from number FIRST on.
"""

from __future__ import annotations

import mmap
import random
import struct
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.identifying.missing_pieces import read
from benchmarks.reading.ends import cut, deep, own_tokens, pairs, soup, vocabulary
from codestral_ls.documents.languages import Language, language_for
from codestral_ls.documents.syntax import SyntaxTree

ROOM = 1_048_576
"""Size of the note in bytes."""
HEAD = struct.Struct("<qq")
"""The number of the text and the length of the text that follows; -1 once all have been read."""
WITHIN_MS = 150.0
"""The time limit of a parse, which native code that hangs does not keep."""


def texts(language: Language, files: Sequence[Path], count: int, seed: int) -> Iterator[tuple[str, bool]]:
    """``count`` texts that end anywhere, and whether each is the previous text with one more character."""
    randomness = random.Random(f"{seed} {language.id}")
    bodies = [text for path in files if (text := read(path)) is not None]
    own = own_tokens(language)
    tokens = vocabulary(language, bodies[:8])
    given = 0
    while bodies and given < count // 2:
        for number, text in enumerate(cut(randomness.choice(bodies), randomness)):
            yield text, number > 0
            given += 1
    everything = list(pairs(own)) if len(own) < 260 else []
    randomness.shuffle(everything)
    for text in everything[: count // 4]:
        yield text, False
        given += 1
    for _ in range(given, count):
        text = soup(tokens, own, randomness)
        if bodies and randomness.random() < 0.5:
            body = randomness.choice(bodies)
            start = randomness.randrange(len(body) + 1)
            text = body[start : start + randomness.randrange(200)] + text
        yield text, False


def deep_texts(language: Language, files: Sequence[Path], count: int, seed: int) -> Iterator[tuple[str, bool]]:
    """``count`` texts in which the same few tokens are repeated hundreds of times."""
    randomness = random.Random(f"deep {seed} {language.id}")
    own = own_tokens(language)
    tokens = vocabulary(language, [text for path in files[:8] if (text := read(path)) is not None])
    for _ in range(count):
        yield deep(tokens if randomness.random() < 0.3 else own, randomness), False


def read_all(language: Language, wanted: Iterator[tuple[str, bool]], first: int = 0, note: mmap.mmap | None = None) -> int:
    """Parse the texts from number ``first`` on, each afresh and after an edit, and query the tree as a key does; returns how
    many.
    """
    drawn = random.Random(0)
    tree: SyntaxTree | None = None
    count = 0
    for number, (text, is_typed) in enumerate(wanted):
        if number < first:
            continue
        if note is not None:
            encoded = text.encode("utf-8", "surrogatepass")[: ROOM - HEAD.size]
            note[: HEAD.size + len(encoded)] = HEAD.pack(number, len(encoded)) + encoded
        if is_typed and tree is not None and text.startswith(tree.text):
            _ask(tree.try_edit(len(tree.text), len(tree.text), text[len(tree.text) :], WITHIN_MS))
        tree = SyntaxTree.parse(language.id, text, WITHIN_MS)
        _ask(tree)
        for _ in range(4 if len(text) > 500 else 1):
            if tree is not None and not is_typed and text:
                start = drawn.randrange(len(text))
                end = min(len(text), start + drawn.randrange(3))
                _ask(tree.try_edit(start, end, drawn.choice(("", text[:3], "\n", '"')), WITHIN_MS))
        count += 1
    return count


def main() -> int:
    """Read the texts that the command line asks for."""
    path, name, count, seed, is_deep, first, *names = sys.argv[1:]
    language, files = language_for(name), [Path(file) for file in names]
    wanted = (deep_texts if int(is_deep) else texts)(language, files, int(count), int(seed))
    with Path(path).open("r+b") as opened, mmap.mmap(opened.fileno(), ROOM) as note:
        read_all(language, wanted, int(first), note)
        note[: HEAD.size] = HEAD.pack(-1, 0)
    return 0


def _ask(tree: SyntaxTree | None) -> None:
    if tree is not None:
        end = len(tree.text)
        tree.region_at(end)
        tree.scopes_at(end)
        tree.marks(max(0, end - 20), end)
        _ = tree.error_count


if __name__ == "__main__":
    raise SystemExit(main())
