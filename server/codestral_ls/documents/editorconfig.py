"""A file's settings from ``.editorconfig`` files: indentation and line ends.

Such files belong to the workspace, so they are read within limits: their patterns become regular expressions in the library, and
a file that is too large, has long lines or patterns that could take long to match is ignored.
"""

from __future__ import annotations

import io
import logging
import math
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Literal

from codestral_ls.system.bounded import UnfitFileError, read_bounded

log = logging.getLogger(__name__)

NAME = ".editorconfig"
KEPT_FOR = 10.0
"""Seconds for which an answer is kept."""
MOST_BYTES = 32_768
"""The limit for all files above a path together: parsing that much takes about 8 ms."""
MOST_FOLDERS = 64
"""Folders above a path that are looked into."""
LONGEST_LINE = 256
"""In characters; the library's search for comments takes time in the square of this."""
MOST_STEPS = 2_000_000
"""The most steps of matching all patterns of all files in the worst case: about 50 ms."""

_RAW = re.compile(r"\[[^\]]*/")
"""A set of characters with a slash in it: the library copies it into its regular expression unchanged."""
_NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


@dataclass(frozen=True, slots=True)
class EditorConfig:
    """The settings; None for those that are not set."""

    kind: Literal["tab", "space"] | None = None
    width: int | None = None
    newline: str | None = None


NOTHING = EditorConfig()


def settings_for(path: Path | None) -> EditorConfig:
    """The settings from the files above ``path``, at most `KEPT_FOR` seconds old."""
    if path is None:
        return NOTHING
    return _settings(path, int(time.monotonic() / KEPT_FOR))


@lru_cache(maxsize=64)
def _settings(path: Path, _turn: int) -> EditorConfig:
    try:
        found = list(_files_above(path))
    except OSError as problem:
        log.info("no settings for %s: its %s %s", path, NAME, problem)
        return NOTHING
    if not found or not _are_harmless((text, len(str(path.relative_to(file.parent)))) for file, text in found):
        return NOTHING
    try:
        said = _properties(path, found)
    except (OSError, ValueError, RecursionError, re.error, _problems()) as problem:
        log.info("no settings from %s: %s", found[0][0], problem)
        return NOTHING
    kind = said.get("indent_style")
    width = said.get("indent_size", "")
    if not width.isdecimal():
        width = said.get("tab_width", "")
    return EditorConfig(
        "tab" if kind == "tab" else "space" if kind == "space" else None,
        int(width) if width.isdecimal() and len(width) <= 2 and 0 < int(width) <= 16 else None,
        _NEWLINES.get(said.get("end_of_line", "")),
    )


def _files_above(path: Path) -> Iterator[tuple[Path, str]]:
    """The files above ``path`` with their texts, the nearest first. Raises: OSError (as `_text_of`, or too large together)."""
    left = MOST_BYTES
    for folder in islice(path.parents, MOST_FOLDERS):
        text = _text_of(folder / NAME)
        if text is None:
            continue
        left -= len(text)
        if left < 0:
            raise UnfitFileError(f"and those above it are larger than {MOST_BYTES:,} bytes together")
        yield folder / NAME, text


def _text_of(file: Path) -> str | None:
    """The file's text; None if there is none. Raises: OSError (a pipe, too large, unreadable)."""
    try:
        return read_bounded(file, MOST_BYTES).decode("utf-8-sig", errors="replace")
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def _properties(path: Path, files: Iterable[tuple[Path, str]]) -> dict[str, str]:
    """The settings for ``path`` from the files, the nearest first.

    The library would open files itself, even a pipe, so it is given their texts.
    """
    from editorconfig.ini import EditorConfigParser  # only if there is such a file

    said: dict[str, str] = {}
    for file, text in files:
        parser = EditorConfigParser(str(path))
        parser._read(io.StringIO(text, newline=None), str(file))  # type: ignore[arg-type]  # noqa: SLF001 - it has no public way in
        said = {**parser.options, **said}
        if parser.root_file:
            break
    return {name: value.lower() for name, value in said.items()}


def _problems() -> type[Exception]:
    from editorconfig import EditorConfigError

    return EditorConfigError


def _are_harmless(files: Iterable[tuple[str, int]]) -> bool:
    """True if reading the texts, and matching their patterns with paths of so many characters, is fast enough."""
    steps = 0
    for text, length in files:
        lines = text.splitlines()
        if any(len(line) >= LONGEST_LINE for line in lines):
            return False
        patterns = [line.lstrip()[1:] for line in lines if line.lstrip().startswith("[")]
        if any(map(_RAW.search, patterns)):
            return False
        steps += sum(_steps(pattern, length) for pattern in patterns)
    return steps <= MOST_STEPS


def _steps(pattern: str, length: int) -> int:
    """The largest number of ways to match the pattern with a path of so many characters."""
    stars = pattern.count("*") + pattern.count("..") + 1  # the library puts another star before a bare name
    braces = max(1, pattern.count("{"))
    alternatives: int = math.ceil(1 + pattern.count(",") / braces) ** braces
    return math.comb(length + stars, stars) * alternatives
