"""What ``.editorconfig`` files say of a file: indentation and line ends.

Such files belong to the workspace, so they are read in bounds: their patterns become regular expressions in the library, and
a file that is too large or full of wildcards is left out as if it were not there.
"""

from __future__ import annotations

import logging
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
MOST_WILDCARDS = 6
"""Of one section's pattern; each of them multiplies the time that a match may take."""

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
    if not found or not all(_is_harmless(file) for file in found):
        return NOTHING
    from editorconfig import EditorConfigError, get_properties  # only where such a file is

    try:
        said = get_properties(str(path))
    except (EditorConfigError, OSError, ValueError, RecursionError) as problem:
        log.info("no settings from %s: %s", found[0], problem)
        return NOTHING
    kind = said.get("indent_style")
    width = said.get("indent_size", "")
    if width == "tab" or not width.isdigit():
        width = said.get("tab_width", "")
    return Settings(
        "tab" if kind == "tab" else "space" if kind == "space" else None,
        int(width) if width.isdigit() and 0 < int(width[:3]) <= 16 else None,
        _NEWLINES.get(said.get("end_of_line", "")),
    )


def _is_harmless(file: Path) -> bool:
    try:
        if file.stat().st_size > MOST_BYTES:
            return False
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    sections = [line for line in lines if line.lstrip().startswith("[")]
    return all(len(line) < 256 and sum(map(line.count, "*{")) <= MOST_WILDCARDS for line in sections)
