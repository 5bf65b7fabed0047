"""What ``.editorconfig`` files say of a file: indentation and line ends.

Such files belong to the workspace, so they are read in bounds: their patterns become regular expressions in the library, and
a file that is too large, has long lines or patterns that could take long to match is left out as if it were not there.
"""

from __future__ import annotations

import logging
import math
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

log = logging.getLogger(__name__)

NAME = ".editorconfig"
KEPT_FOR = 10.0
"""Seconds for which an answer is kept."""
MOST_BYTES = 32_768
LONGEST_LINE = 256
"""Characters; the library searches for comments in the square of it."""
MOST_STEPS = 2_000_000
"""Of matching all patterns of a file in the worst case: about 50 ms."""

_RAW = re.compile(r"\[[^\]]*/")
"""A set of characters with a slash in it: the library puts what follows into its regular expression as it is written."""
_NEWLINES = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set, None where nothing is."""

    kind: Literal["tab", "space"] | None = None
    width: int | None = None
    newline: str | None = None


NOTHING = Settings()


def settings_for(path: Path | None) -> Settings:
    """What the files above ``path`` say of it, at most `KEPT_FOR` seconds old."""
    if path is None:
        return NOTHING
    return _settings(path, int(time.monotonic() / KEPT_FOR))


@lru_cache(maxsize=64)
def _settings(path: Path, _turn: int) -> Settings:
    found = [folder / NAME for folder in path.parents if (folder / NAME).is_file()]
    if not found or not all(_is_harmless(file, path) for file in found):
        return NOTHING
    from editorconfig import EditorConfigError, get_properties  # only where such a file is

    try:
        said = get_properties(str(path))
    except (EditorConfigError, OSError, ValueError, RecursionError, re.error) as problem:
        log.info("no settings from %s: %s", found[0], problem)
        return NOTHING
    kind = said.get("indent_style")
    width = said.get("indent_size", "")
    if not width.isdecimal():
        width = said.get("tab_width", "")
    return Settings(
        "tab" if kind == "tab" else "space" if kind == "space" else None,
        int(width) if width.isdecimal() and len(width) <= 2 and 0 < int(width) <= 16 else None,
        _NEWLINES.get(said.get("end_of_line", "")),
    )


def _is_harmless(file: Path, path: Path) -> bool:
    try:
        if file.stat().st_size > MOST_BYTES:
            return False
        lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return False
    if any(len(line) >= LONGEST_LINE for line in lines):
        return False
    length = len(str(path.relative_to(file.parent)))
    patterns = [line.lstrip()[1:] for line in lines if line.lstrip().startswith("[")]
    return not any(map(_RAW.search, patterns)) and sum(_steps(pattern, length) for pattern in patterns) <= MOST_STEPS


def _steps(pattern: str, length: int) -> int:
    """How many ways there are at most to match the pattern with a path of so many characters."""
    stars = pattern.count("*") + pattern.count("..") + 1  # the library puts one more before a bare name
    braces = max(1, pattern.count("{"))
    alternatives: int = math.ceil(1 + pattern.count(",") / braces) ** braces
    return math.comb(length + stars, stars) * alternatives
