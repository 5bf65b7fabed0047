"""FILE:LINE:COLUMN on the command line, and the snapshot it points to.

Lines and columns count from 1 as compilers print them; columns are characters. A place outside the file is an error here, while an
editor would get an empty list.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.config.sections import Options
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import line_end, line_starts
from codestral_ls.errors import DocumentError
from codestral_ls.system.bounded import UnfitFileError, read_bounded


@dataclass(frozen=True, slots=True)
class FilePosition:
    """A place in a file; ``line`` and ``column`` count from 1."""

    path: Path
    line: int
    column: int


def place(text: str) -> FilePosition:
    """The place that ``FILE:LINE:COLUMN`` names. Raises: ArgumentTypeError, which argparse prints as wrong usage."""
    path, _, rest = text.partition(":") if text.count(":") == 2 else _split_last_two(text)
    line, _, column = rest.partition(":")
    if not path or not _is_count(line) or not _is_count(column):
        raise argparse.ArgumentTypeError(f'"{text}" is not a place; write FILE:LINE:COLUMN, counted from 1')
    return FilePosition(Path(path), int(line), int(column))


def read_text(path: Path, most_bytes: int) -> str:
    """The text of a source file, line endings as they are. Raises: DocumentError if it is not text, or too large."""
    try:
        content = read_bounded(path, most_bytes)
    except FileNotFoundError as error:
        raise DocumentError(f"{path} does not exist.") from error
    except UnfitFileError as error:
        option = " (completion.max_file_bytes)" if "larger" in str(error) else ""
        raise DocumentError(f"{path} {error}{option}.") from error
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path} is not UTF-8 text (byte {error.start}).") from error
    if "\0" in text:
        raise DocumentError(f"{path} looks like a binary file.")
    return text


def offset_at(text: str, place: FilePosition) -> int:
    """The ``str`` index of ``place`` in ``text``. Raises: DocumentError outside the text."""
    starts = line_starts(text)
    if place.line > len(starts):
        raise DocumentError(f"{place.path} has {len(starts)} lines; line {place.line} is outside.")
    start = starts[place.line - 1]
    length = line_end(text, start) - start
    if place.column > length + 1:
        raise DocumentError(
            f"Line {place.line} of {place.path} has {length} characters; the last column is {length + 1}, "
            f"{place.column} is outside."
        )
    return start + place.column - 1


def snapshot_at(place: FilePosition, options: Options) -> Snapshot:
    """The document of ``place`` with the cursor there. Raises: DocumentError."""
    text = read_text(place.path, options.completion.max_file_bytes)
    path = place.path.absolute()
    language = language_id_for_path(str(path))
    return Snapshot.of(text, offset_at(text, place), language=language, uri=path.as_uri(), path=path)


def _split_last_two(text: str) -> tuple[str, str, str]:
    path, _, column = text.rpartition(":")
    path, _, line = path.rpartition(":")
    return path, ":", f"{line}:{column}"


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0
