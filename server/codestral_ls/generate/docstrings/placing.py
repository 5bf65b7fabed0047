"""Turns an answer into the edit that inserts it: read completely, without empty phrases, in the project's style. Pure."""

from __future__ import annotations

import re

from codestral_ls.documents.text import indent_of, line_end, line_start, line_text, newline_of, next_line_start
from codestral_ls.generate.docstrings.clean import plain_lines, read_body
from codestral_ls.generate.docstrings.comment_layout import laid_out
from codestral_ls.generate.docstrings.comments import role_of
from codestral_ls.generate.docstrings.docstring_sections import Entry, is_unknown, says_nothing, sections_of, without_entries
from codestral_ls.generate.docstrings.documentable import Documentable
from codestral_ls.generate.docstrings.project_style import Profile, kind_of
from codestral_ls.generate.docstrings.restyle import in_style
from codestral_ls.generate.editing.edits import Edit

_FILLED = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*[ \t]*(pass|\.\.\.)[ \t]*(?:#[^\r\n]*)?\s*\Z")
_BODY_BEGINS = re.compile(r"(async\s+def|def|class)\b|@")


def documentation_edit(text: str, language: str, definition: Documentable, answer: str, profile: Profile) -> Edit | None:
    """The edit that inserts a model's answer at its place; None if it cannot be used. Not proved yet."""
    lines = _body(text, language, definition, answer, profile)
    if lines is None or (definition.insert_at < 0 and definition.docstring is None):
        return None
    indent = definition.indent
    rows = laid_out(lines, language, indent, profile)
    if rows is None:
        return None
    newline = newline_of(text)
    body = newline.join(f"{indent}{row}" if row else "" for row in rows)
    if definition.docstring is not None:
        after = next_line_start(text, definition.docstring[1])
        return Edit(*definition.docstring, (body + _before_directive(text, language, after, newline)).removeprefix(indent))
    if language != "python":
        closing = _before_directive(text, language, definition.insert_at, newline) + newline
        return Edit(definition.insert_at, definition.insert_at, body + closing)
    place = _filler(text, definition)
    if place is not None and (profile.rules.drops_pass or text[slice(*place)] not in profile.fillers):
        return Edit(*place, body.removeprefix(indent))
    return Edit(definition.insert_at, definition.insert_at, body + newline + _gap(text, definition, newline))


def _body(text: str, language: str, definition: Documentable, answer: str, profile: Profile) -> list[str] | None:
    """The lines of the documentation; None if it cannot be used, or says less than the existing one."""
    if language == "go":
        said = answer.lstrip()
        if not re.match(rf"(?://\s*)?{re.escape(definition.name)}\b", said[:400]):
            answer = f"{definition.name} {said}"
    lines = read_body(answer, language)
    if lines is None:
        return None
    names = {one.name for one in definition.parameters}
    takes_any = kind_of(definition) in ("class", "property") or any(one.mark == "**" for one in definition.parameters)
    describes = language != "python" or profile.describes_parameters(kind_of(definition))

    def unwanted(entry: Entry) -> bool:
        if says_nothing(entry) or (not takes_any and is_unknown(entry, names)):
            return True
        return entry.kind == "parameters" and not describes

    lines = without_entries(lines, unwanted)
    if language == "python" and profile.is_settled:
        lines = in_style(lines, profile.style)
    if definition.docstring is not None and not _keeps_all(text[slice(*definition.docstring)], lines, language):
        return None
    return lines


def _keeps_all(old: str, lines: list[str], language: str) -> bool:
    """True if the new documentation has every section, entry and directive of the old one, which a person wrote."""
    stripped = old.strip().lstrip("rRuUbB").strip("\"'") if language == "python" else old.removeprefix("/**").removesuffix("*/")
    return _marks(plain_lines(stripped.replace("\r\n", "\n"), language)) <= _marks(lines)


def _marks(lines: list[str]) -> set[str]:
    """The parts of a documentation: headings, entries, directives, examples."""
    found = {f"{one.kind} {name.lstrip('*')}" for part in sections_of(lines) for one in part.entries for name in one.names}
    found |= {part.kind for part in sections_of(lines)}
    for index, line in enumerate(lines):
        if directive := re.match(r"\s*(\.\. [\w:-]+::|@\w+|#+ \w+|<\w+)", line):
            found.add(directive[1])
        elif line.lstrip().startswith((">>>", "```")):
            found.add("example")
        elif re.match(r"\s*-{3,}\s*$", line) and index:
            found.add(lines[index - 1].strip().lower())
        elif heading := re.match(r"([A-Z]\w+(?: \w+)?):\s*$", line):
            found.add(heading[1].lower())
    return found - {"parameters", "returns", "args"}


def _before_directive(text: str, language: str, place: int, newline: str) -> str:
    """The empty comment line that gofmt expects between documentation and a directive below it."""
    line = line_text(text, place)
    directed = language == "go" and role_of(language, line.lstrip()) == "directive"
    return f"{newline}{indent_of(line)}//" if directed else ""


def _gap(text: str, definition: Documentable, newline: str) -> str:
    """A blank line where formatters expect one after a docstring: in a class, and before a definition."""
    line = line_text(text, definition.insert_at)
    if not line.strip():
        return ""
    if definition.kind == "class":
        return newline
    place = definition.insert_at
    while line.lstrip().startswith("#") and line_end(text, place) < definition.end:
        place = next_line_start(text, place)
        line = line_text(text, place)
    return newline if _BODY_BEGINS.match(line.lstrip()) else ""


def _filler(text: str, definition: Documentable) -> tuple[int, int] | None:
    """The range of a ``pass`` or ``...`` that is the whole body, comments apart, and so superfluous with a docstring."""
    match = _FILLED.match(text, definition.insert_at, definition.end)
    if match is None or indent_of(line_text(text, match.start(1))) != text[line_start(text, match.start(1)) : match.start(1)]:
        return None
    return match.span(1)
