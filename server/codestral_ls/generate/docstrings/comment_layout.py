"""Puts the lines of a documentation between its language's marks, where and how the project puts them. Pure.

Lines stay as they are, except those longer than the project allows: prose among them is wrapped.
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
    """The documentation with its marks, a line for each line, without ``indent``; None if no marks can hold it."""
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
    # on the line of the opening mark the indentation of later lines would be lost for readers of the docstring
    all_deeper = len(lines) > 1 and all(line.startswith(" ") for line in lines[1:] if line)
    if profile.begins_on_second_line or all_deeper or lines[0].startswith(quotes[0]):
        return [opening, *lines, *closing]
    if len(opening) + len(lines[0]) > room:
        end = next((index for index, line in enumerate(lines) if index and not _goes_on(line, "")), len(lines))
        first = " ".join(line.strip() for line in lines[:end])
        # text after the opening mark is not indented: a single further line that is indented would look like code
        lines = [*_wrap(f"{' ' * len(opening)}{first}", room, ""), *lines[end:]]
        lines[0] = lines[0].lstrip()
    return [f"{opening}{lines[0]}", *lines[1:], *closing]


def _wrapped(lines: list[str], room: int) -> list[str]:
    """The lines, with over-long prose filled anew to its paragraph's end; code, tables and directives stay as they are."""
    found: list[str] = []
    index = 0
    kept = _verbatim(lines)
    while index < len(lines):
        line = lines[index]
        if len(line) <= room or index in kept:
            found.append(line)
            index += 1
            continue
        end = index + 1
        hanging = _hanging(line) if index else ""
        while end < len(lines) and end not in kept and _goes_on(lines[end], hanging):
            end += 1
        found += _wrap(" ".join([line, *(one.strip() for one in lines[index + 1 : end])]), room, hanging)
        index = end
    return found


def _verbatim(lines: list[str]) -> set[int]:
    """The numbers of lines that are not prose: fenced and indented code, examples with their output, tables, directives."""
    found: set[int] = set()
    below: int | None = None  # deeper indentation than this is code
    fenced = example = False
    for index, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        fence = line.lstrip().startswith("```")
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if line.strip() and below is not None and indent <= below:
            below = None
        if fenced or fence or example or below is not None or _NO_PROSE.match(line):
            found.add(index)
        fenced ^= fence
        if line.rstrip().endswith("::") or (line.lstrip().startswith(".. ") and index > 0):
            below = indent
    return found


def _hanging(line: str) -> str:
    """The indentation of a line's continuation: below an entry or a list's mark it is deeper."""
    indent = line[: len(line) - len(line.lstrip())]
    begin = _BEGIN.match(line)
    if begin is None or not begin[0].strip():
        return indent
    return indent + ("  " if line.lstrip()[:1] in "-*+" else "    ")


def _goes_on(line: str, hanging: str) -> bool:
    """True if a line belongs to the same paragraph."""
    begin = _BEGIN.match(line)
    return bool(line.strip()) and line.startswith(hanging) and line[len(hanging)] != " " and not (begin and begin[0].strip())


def _wrap(line: str, room: int, hanging: str) -> list[str]:
    """One line as several."""
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line.strip(), max(20, room), initial_indent=indent, subsequent_indent=hanging,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
