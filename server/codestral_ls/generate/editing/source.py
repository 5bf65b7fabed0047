"""One file as it is on the disk: its text, and everything needed to write another text as the same kind of file.

Encoding, byte-order mark and newlines survive. ``proof.py`` looks at the text's meaning, ``replacing.py`` writes.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import stat
import tokenize
from dataclasses import dataclass, field
from pathlib import Path

from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.errors import GenerateError
from codestral_ls.system.bounded import UnfitFileError, read_bounded

MAX_BYTES = 2_000_000
"""Bytes. Larger files are left alone: they are data or generated."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class FileLeftAlone(GenerateError):
    """This one file is not touched; the message says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read: ``text`` without the byte-order ``mark``, ``digest`` of all its bytes, its permission bits."""

    path: Path
    language: str
    text: str = field(repr=False)
    encoding: str
    mark: bytes
    digest: str
    mode: int

    def encoded(self, text: str) -> bytes:
        """``text`` as this file's bytes. Raises: FileLeftAlone if its encoding lacks a character."""
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise FileLeftAlone(f"{self.encoding} has no {error.object[error.start]!r}") from error


def digest_of(data: bytes) -> str:
    """The digest that tells two states of a file apart."""
    return hashlib.sha256(data).hexdigest()


def read_source(path: Path) -> SourceFile:
    """Read ``path``. Raises: FileLeftAlone (unreadable, too large, binary, or bytes that would not survive a round trip)."""
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        raise FileLeftAlone("its name is not UTF-8") from None
    try:
        status = path.stat()
        data = read_bounded(path, MAX_BYTES)
    except UnfitFileError as error:
        raise FileLeftAlone(f"it {error}") from error
    except OSError as error:
        raise FileLeftAlone(f"it cannot be read: {error.strerror}") from error
    language = language_id_for_path(path)
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    if language == "python" and not mark:
        encoding = _declared(data)
    try:
        text = data[len(mark) :].decode(encoding)
        same = mark + text.encode(encoding) == data
    except (UnicodeError, LookupError) as error:
        raise FileLeftAlone(f"it is not {encoding} text") from error
    if not same:
        raise FileLeftAlone(f"its {encoding} bytes would not be written back as they are")
    if "\0" in text:
        raise FileLeftAlone("it is binary")
    return SourceFile(path, language, text, encoding, mark, digest_of(data), stat.S_IMODE(status.st_mode))


def _declared(data: bytes) -> str:
    """The encoding a Python file declares in its first two lines."""
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise FileLeftAlone("its encoding declaration is wrong") from error
    return name
