"""``.codestralignore``: the project's own list of files that no model may see, in the syntax of ``.gitignore``.

Letter case and composed or decomposed letters make no difference, in the file's name as in its patterns. A file that cannot be read
or understood hides its whole folder: somebody meant to keep something private.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from codestral_ls.documents.ignoring.patterns import READING, Effort, Patterns, patterns_of
from codestral_ls.documents.ignoring.repository_rules import ignored_within
from codestral_ls.documents.ignoring.untrusted_files import Kept

NAME = ".codestralignore"
_SPELLINGS = (NAME, ".CodestralIgnore", ".Codestralignore", NAME.upper())


class OwnRules:
    """The verdicts of all ``.codestralignore`` files; remembers the files while they do not change."""

    def __init__(self) -> None:
        self._files = Kept(_read, Patterns(unusable=True))

    def ignores(self, path: Path, effort: Effort) -> bool:
        """True if a ``.codestralignore`` in a folder around ``path`` (absolute) names it or cannot be read.

        Also if finding out takes more than ``effort``.
        """
        specs: list[tuple[int, Patterns]] = []
        parts = path.parts
        folder = os.path.join(parts[0], "")  # noqa: PTH118
        for depth, name in enumerate(parts[1:]):
            for spelling in _SPELLINGS:
                patterns = self._files.get(folder + spelling)
                if patterns is not None:
                    specs.append((depth, patterns))
                    if not effort.spend(READING * patterns.cost):
                        return True
            folder = f"{folder}{name}{os.sep}"
        return bool(specs) and ignored_within(specs, encoded(path), False, effort)


def folded(text: str) -> str:
    """A text in the form that is compared: composed, and without regard to letter case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def encoded(path: Path) -> list[bytes]:
    """The names of an absolute path, folded, from the root on."""
    return [folded(name).encode("utf-8", "surrogatepass") for name in path.parts[1:]]


def patterns_from(lines: str) -> Patterns:
    """Patterns to compare with `folded` paths."""
    return patterns_of(folded(lines).encode("utf-8", "surrogatepass"))


def _read(content: bytes) -> Patterns:
    """The patterns of a file in UTF-8 or, with its mark, UTF-16. Raises: UnicodeDecodeError."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return patterns_from(content.decode("utf-16"))
    text = content.decode("utf-8-sig")
    return Patterns(unusable=True) if "\0" in text else patterns_from(text)
