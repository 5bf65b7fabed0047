"""Which files are worth learning from: written by hand, code rather than tables, and no copies.

Pure functions on text; corpus.py reads and splits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SMALLEST, LARGEST = 400, 150_000
"""Numbers of characters. Shorter files only re-export; longer ones are nearly always tables or generated."""

LONG_LINE = 160
DISTINCTIVE = 24
"""A line with this many characters, without outer blanks, is unlikely to occur twice by chance."""

GENERATED = re.compile(r"(?i)(auto-?generated|generated (by|from|using|with)|do not (edit|modify)|code generated)")
COMPILED = re.compile(
    r"__esModule|sourceMappingURL=|__webpack_require__|@flow\b|_interopRequire|\b__awaiter\b|\bSystem\.register\("
)
NOTICE = re.compile(r"\s*(/\*.*?\*/|(?://[^\n]*\n)+)", re.DOTALL)
ABOUT_LICENCE = re.compile(r"(?i)licen[cs]e|copyright|spdx|all rights reserved|public domain")
LITERAL_ROW = re.compile(r"\s*[\[({'\"\d\-]")
WHITE = b" \t\n\r\f\v"
LETTERS = bytes([*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0x80, 0x100)])
"""Bytes of ASCII text, and all bytes that encode other characters in UTF-8."""


def is_generated(text: str) -> bool:
    """True if the head of the file says that a program wrote it."""
    return bool(GENERATED.search(text[:1500]))


def is_table(text: str) -> bool:
    """True for data in the form of a program: few letters, overlong lines, or mostly rows of literals."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return True
    data = text.encode()
    visible = len(data.translate(None, WHITE))
    letters = len(data) - len(data.translate(None, LETTERS))
    rows = sum(1 for line in lines if LITERAL_ROW.match(line))
    overlong = sum(len(line) for line in lines if len(line) > LONG_LINE)
    return letters < 0.55 * visible or rows > 0.5 * len(lines) or overlong > 0.15 * len(text)


def is_compiled(text: str) -> bool:
    """True for JavaScript that a compiler or a bundler wrote, and for dialects that only a compiler can read."""
    return bool(COMPILED.search(text))


def without_notice(text: str) -> str:
    """The text without the licence notice at its head, which is the same in every file of a package."""
    found = NOTICE.match(text)
    return text[found.end() :].lstrip("\n") if found and ABOUT_LICENCE.search(found[0]) else text


def is_worthwhile(text: str, path: str = ".py") -> bool:
    """True if one file passes the whole sieve on its own."""
    if not SMALLEST <= len(text) <= LARGEST or "\0" in text or "\r" in text:
        return False
    if path.endswith(".py") and "\t" in text[:20_000]:
        return False
    if path.endswith((".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx")) and is_compiled(text):
        return False
    return not is_generated(text) and not is_table(text)


def distinctive_lines(text: str) -> set[int]:
    """Hashes of the lines that distinguish this file from others."""
    return {hash(line) for line in map(str.strip, text.splitlines()) if len(line) >= DISTINCTIVE}


@dataclass(slots=True)
class SeenLines:
    """Lines of the files kept so far. A file that mostly consists of them is a copy (a vendored package, a renamed module)."""

    overlap: float = 0.6
    lines: set[int] = field(default_factory=set)

    def is_copy(self, text: str) -> bool:
        own = distinctive_lines(text)
        return not own or len(own & self.lines) > self.overlap * len(own)

    def add(self, text: str) -> None:
        self.lines |= distinctive_lines(text)
