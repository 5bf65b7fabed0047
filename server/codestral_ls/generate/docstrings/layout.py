"""Puts the lines of a documentation between its language's marks, where and how the project puts them. Pure.

Lines stay as they are but for those that would be longer than the project allows: prose among them is wrapped.
"""

from __future__ import annotations

import re
import textwrap

from codestral_ls.generate.docstrings.clean import comment_kind
from codestral_ls.generate.docstrings.project_style import Profile

DOCUMENTED = frozenset({"python", "javascript", "javascriptreact", "typescript", "typescriptreact", "go", "rust", "java", "csharp"})
"""Languages whose documentation is known here."""
_NO_PROSE = re.compile(r"^\s*(>>>|\.\.\.( |$)|[|+]|\.\. |[-=~^]{3,}|@|```|\$|#)")
_BEGIN = re.compile(r"^\s*(?:[-*+]\s+|\d+[.)]\s+|:\w[^:]*:\s+|[*\w]+(?:\s*\([^)]*\))?\s*:\s+)?")


def laid_out(lines: list[str], language: str, indent: str, profile: Profile) -> list[str] | None:
    """The documentation with its marks, a line for each line, without ``indent``; None where no marks can hold it."""
    kind = comment_kind(language)
    room = profile.width(language) - len(indent.expandtabs(4 if language != "go" else 8))
    if kind == "string":
        return _string(_wrapped(lines, room), room, profile)
    if kind == "slashes":
        mark = "//" if language == "go" else "///"
        return [f"{mark} {line}".rstrip() for line in _wrapped(lines, room - len(mark) - 1)]
    lines = _wrapped(lines, room - 3)
    if len(lines) == 1 and len(lines[0]) + 7 <= room and not lines[0].startswith("@") and profile.is_inline(language):
        return [f"/** {lines[0]} */"]
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]


def _string(lines: list[str], room: int, profile: Profile) -> list[str] | None:
    text = "\n".join(lines)
    quotes = next((mark for mark in (profile.quotes, '"""', "'''") if mark not in text), None)
    if quotes is None:
        return None
    opening = ("r" if "\\" in text else "") + quotes
    if len(lines) == 1 and profile.is_inline("python") and not lines[0].endswith((quotes[0], "\\")):
        line = f"{opening}{lines[0]}{quotes}"
        if len(line) <= room:
            return [line]
    closing = [quotes]
    if (text.endswith("\\") and len(re.findall(r"\\*$", text)[0]) % 2 == 1) or profile.closes_on_last_line:
        ends_well = not text.endswith((quotes[0], "\\")) and len(lines[-1]) + 3 <= room
        if ends_well and len(lines) > 1:
            lines, closing = [*lines[:-1], lines[-1] + quotes], []
    if profile.begins_on_second_line or lines[0].startswith(quotes[0]):
        return [opening, *lines, *closing]
    if len(opening) + len(lines[0]) > room:
        lines = [*_wrap(lines[0], room - len(opening)), *lines[1:]]
    return [f"{opening}{lines[0]}", *lines[1:], *closing]


def _wrapped(lines: list[str], room: int) -> list[str]:
    """The lines with prose that is too long wrapped; code, tables and directives are left as they are."""
    found: list[str] = []
    in_code: int | None = None
    for index, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if line.strip() and in_code is not None and indent <= in_code:
            in_code = None
        if len(line) <= room or in_code is not None or _NO_PROSE.match(line):
            found.append(line)
        else:
            found += _wrap(line, room)
        if line.rstrip().endswith("::") or (line.lstrip().startswith(".. ") and index > 0):
            in_code = indent
    return found


def _wrap(line: str, room: int) -> list[str]:
    """One line as several; what hangs below an entry or a list's mark stays below it."""
    indent = line[: len(line) - len(line.lstrip())]
    begin = _BEGIN.match(line)
    marked = begin is not None and begin[0].strip() != ""
    hanging = indent + ("  " if line.lstrip()[:1] in "-*+" else "    ") if marked else indent
    return textwrap.wrap(
        line.strip(), max(20, room), initial_indent=indent, subsequent_indent=hanging,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
