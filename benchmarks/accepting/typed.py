"""Cursors in real files as in typing: a piece of the file is missing, and the cursor moves through it step by step."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.identifying.editors import EDITORS, closed_by
from benchmarks.identifying.missing_pieces import LONGEST_LINE, read
from codestral_ls.documents.languages import language_for
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import line_end, line_start

STEPS = 8
"""Cursors in one passage: the text after it stays the same, so that most of the model's evaluated prompt can be reused."""
MOST_LINES = 4
TRIES = 40


@dataclass(frozen=True, slots=True)
class TypedCursor:
    """A cursor: the text ``before`` and ``after`` it, the ``tail`` that the editor closed; ``passage`` names the document."""

    number: int
    passage: str
    language: str
    before: str
    tail: str
    after: str

    @property
    def snapshot(self) -> Snapshot:
        """The document with this cursor."""
        return Snapshot.of(self.before + self.tail + self.after, len(self.before), self.language, self.passage)


def typed(paths: dict[str, list[Path]], count: int, seed: int) -> Iterator[TypedCursor]:
    """``count`` cursors in passages of the languages' files; the languages take turns, and so do the editors."""
    randomness = random.Random(seed)
    languages = [language for language in paths if paths[language]]
    number = passage = 0
    while number < count:
        language = languages[passage % len(languages)]
        editor = EDITORS[passage // len(languages) % len(EDITORS)]
        passage += 1
        found = _passage(paths[language], randomness)
        if found is None:
            continue
        text, start, end = found
        steps = sorted(randomness.sample(range(start, end), min(STEPS, end - start)))
        for offset in steps[: count - number]:
            line = text[line_start(text, offset) : offset]
            tail = closed_by(editor, language_for(language), line, text[offset:end], text[end:])
            yield TypedCursor(number, f"untitled:{passage}", language, text[:offset], tail, text[end:])
            number += 1


def _passage(paths: list[Path], randomness: random.Random) -> tuple[str, int, int] | None:
    """A text and the ``[start, end)`` of the piece that is typed in it: a part of a line, or up to the end of a later line."""
    for _ in range(TRIES):
        text = read(randomness.choice(paths))
        if text is None:
            continue
        start = randomness.randrange(len(text))
        end = line_end(text, start)
        for _ in range(randomness.choice((0, 0, 0, 1, 2, MOST_LINES))):
            end = line_end(text, min(len(text), end + 1))
        lines = text[line_start(text, start) : end].split("\n")
        if text[start:end].strip() and max(map(len, lines)) <= LONGEST_LINE:
            return text, start, end
    return None
