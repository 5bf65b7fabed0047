"""The licence of each file in a Debian package, from its machine-readable `debian/copyright`.

The format is Debian's "Machine-readable debian/copyright file 1.0": stanzas with file patterns and a licence, of which the last
match counts. A package whose statement is in another form is left out, because a program cannot tell what it allows.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

FORMAT = "copyright-format/1.0"


@dataclass(frozen=True, slots=True)
class Stanza:
    """Files whose path matches have this licence, named by its short name."""

    matches: re.Pattern[str]
    licence: str


def stanzas(text: str) -> list[Stanza]:
    """The stanzas in the file's order; none if the statement is not machine-readable."""
    if FORMAT not in text[:500]:
        return []
    found = []
    for paragraph in re.split(r"\n[ \t]*\n", text):
        fields = _fields(paragraph)
        licence = fields.get("license", "").strip().splitlines()
        if "files" in fields and licence:
            patterns = (fnmatch.translate(pattern) for pattern in fields["files"].split())
            found.append(Stanza(re.compile("|".join(f"(?:.*/)?{pattern}" for pattern in patterns)), licence[0].strip()))
    return found


def _fields(paragraph: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line[:1] in (" ", "\t") and name:
            found[name] += "\n" + line
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            found[name] = value
    return found


def licence_of(path: str, said: list[Stanza]) -> str:
    """The licence of a file, or `""` if none is stated."""
    return next((stanza.licence for stanza in reversed(said) if stanza.matches.match(path)), "")
