"""Places in real files: a piece is missing at the cursor, the editor has closed some marks there, and the model answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.identifying.editors import EDITORS, closed_by
from codestral_ls.documents.languages import language_for
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import line_end, line_start

LONGEST_LINE = 400
MOST_LINES = 6
RUN_ON = 0.25
"""The share of places at which the answer continues into the code after the cursor."""
TRIES = 40

Kind = Literal["exact", "runs on"]


@dataclass(frozen=True, slots=True)
class MissingPiece:
    """``piece`` is missing at the cursor, between ``before`` and ``after``; the editor has put ``tail`` there."""

    path: Path
    language: str
    before: str
    piece: str
    after: str
    tail: str
    editor: str
    kind: Kind
    answer: str

    @property
    def snapshot(self) -> Snapshot:
        """The document without the piece."""
        text = self.before + self.tail + self.after
        return Snapshot.of(text, len(self.before), self.language, self.path.as_uri())

    @property
    def wanted(self) -> str:
        """The whole file."""
        return self.before + self.piece + self.after


def places(language: str, paths: list[Path], count: int, seed: int) -> Iterator[MissingPiece]:
    """``count`` places from a seed in the files of a language; the files take turns."""
    randomness = random.Random(f"{seed} {language}")
    texts = [(path, text) for path in paths if (text := read(path)) is not None]
    if not texts:
        return
    for number in range(count):
        for _ in range(TRIES):
            path, text = texts[number % len(texts)] if randomness.random() < 0.8 else randomness.choice(texts)
            found = _place(language, path, text, number, randomness)
            if found is not None:
                yield found
                break


def _place(language: str, path: Path, text: str, number: int, randomness: random.Random) -> MissingPiece | None:
    offset = randomness.randrange(len(text))
    end = _end(text, offset, randomness)
    start = line_start(text, offset)
    piece = text[offset:end]
    if "\r\n" in (text[offset - 1 : offset + 1], text[end - 1 : end + 1]):
        return None  # no editor puts the cursor there
    if not piece.strip() or any(len(line) > LONGEST_LINE for line in text[start : line_end(text, end)].split("\n")):
        return None
    before, after = text[:offset], text[end:]
    editor = EDITORS[number // 2 % len(EDITORS)] if number % 2 else "none"
    tail = closed_by(editor, language_for(language), text[start:offset], piece, after)
    kind: Kind = "runs on" if randomness.random() < RUN_ON else "exact"
    answer = piece
    if kind == "runs on":
        # To the end of the line, or some lines further.
        stop = end
        for _ in range(randomness.randrange(1, 4)):
            stop = line_end(text, min(len(text), stop + 1))
        answer = text[offset:stop]
        if not text[end:stop].strip():
            kind, answer = "exact", piece
    return MissingPiece(path, language, before, piece, after, tail, editor, kind, answer.rstrip("\n"))


def _end(text: str, offset: int, randomness: random.Random) -> int:
    """Where the piece ends: inside the word, at the end of the line, or in the next lines."""
    kind = randomness.randrange(4)
    if kind == 0:
        return min(len(text), offset + randomness.randrange(1, 12))
    end = line_end(text, offset)
    if kind == 1:
        return end
    for _ in range(randomness.randrange(1, MOST_LINES)):
        end = line_end(text, min(len(text), end + 1))
    return end if kind == 2 else max(offset + 1, end - randomness.randrange(0, 20))


def read(path: Path) -> str | None:
    """The file's text; None if it is not UTF-8, is binary, or is too short."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return text if "\0" not in text and len(text) > 200 else None
