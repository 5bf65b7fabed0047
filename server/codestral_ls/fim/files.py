"""A prefix that begins with other files, taken apart: its headers' words become control tokens and nothing else does.

A request's prefix is text. Where a family writes several files with control words, the renderer puts their spellings in and counts
them; only so many, from the top, are control tokens. The same spelling further down is the user's own text.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.fim.family import FileFormat


@dataclass(frozen=True, slots=True)
class Parts:
    """``rest`` is what an earlier cut left of a file whose header is gone. ``files`` are the texts after each header's word,
    ``path``
    the header's line of the file at the cursor (it has a word too), ``own`` that file's text.
    """

    rest: str
    files: tuple[str, ...]
    path: str
    own: str


def take_apart(prefix: str, form: FileFormat | None, count: int) -> Parts | None:
    """The parts of a prefix with ``count`` headers at its top; None where there are none."""
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
