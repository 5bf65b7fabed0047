"""Splits a prefix that begins with other files: the control words of its headers become tokens, the same words elsewhere do not.

A request's prefix is text. If a family writes several files with control words, the renderer inserts their spellings and counts
them; only so many, from the top, are control tokens. The same spelling further down is the user's own text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codestral_ls.fim.family import FamilyFacts, FileFormat


@dataclass(frozen=True, slots=True)
class Parts:
    """``rest`` is the end of a file whose header was cut off earlier. ``files`` are the texts after each header's word, ``path``
    the header's line of the file at the cursor (it has a word too), ``own`` that file's text.
    """

    rest: str
    files: tuple[str, ...]
    path: str
    own: str


def take_apart(prefix: str, form: FileFormat | None, count: int) -> Parts | None:
    """The parts of a prefix with ``count`` headers at its top; None if there are none."""
    if form is None or not form.control or count <= 0:
        return None
    pieces = prefix.split(form.word, count)
    if len(pieces) != count + 1:
        return None
    path, newline, own = pieces[-1].partition("\n")
    return Parts(pieces[0], tuple(pieces[1:-1]), path + newline, own)


def count_left(prefix: str, kept: str, form: FileFormat | None, count: int) -> int:
    """How many headers are left when ``prefix`` was cut at its top to ``kept``."""
    if form is None or count <= 0:
        return 0
    return max(0, count - prefix[: len(prefix) - len(kept)].count(form.word))


def headed(row: FamilyFacts, form: FileFormat, files: Sequence[tuple[str, str]], path: str, prefix: str) -> tuple[str, int]:
    """``prefix`` of the file ``path`` with other files (path, text) before it, and the number of headers with a control word.

    The family's own control words are removed from the other files, because the words at the top of a prompt are counted.
    """
    words = (*row.controls, *row.file_words)
    whole = ""
    for other, text in files:
        whole += f"{form.word}{_plain(_one_line(other), words)}\n{_plain(text.rstrip(chr(10)), words)}\n"
    whole += f"{form.word}{_plain(_one_line(path), words)}\n{prefix}"
    return whole, len(files) + 1 if form.control else 0


def _plain(text: str, words: Sequence[str]) -> str:
    for word in words:
        while word in text:
            text = text.replace(word, "")
    return text


def _one_line(path: str) -> str:
    return path.replace("\r", " ").replace("\n", " ")
