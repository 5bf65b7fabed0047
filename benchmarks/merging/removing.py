"""Removes documentation from a file and keeps it as the answer that a perfect model would give."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.text import line_start, next_line_start
from codestral_ls.generate.docstrings.clean import comment_kind
from codestral_ls.generate.docstrings.documentable import Documentable, read_definitions
from codestral_ls.generate.editing.edits import Edit, apply_edits


@dataclass(frozen=True, slots=True)
class Removed:
    """A file's text without some of its documentation, and the removed texts by the number of their definition."""

    text: str
    answers: dict[str, str]


def remove_documentation(path: Path, text: str, language: str) -> Removed:
    """Remove about every second docstring, chosen by name, so that the rest shows the project's style."""
    tree = SyntaxTree.parse(language, text)
    if tree is None:
        return Removed(text, {})
    edits: list[Edit] = []
    answers: dict[str, str] = {}
    places: set[int] = set()
    for index, one in enumerate(read_definitions(tree)):
        if one.docstring is None or one.docstring[0] in places or not _is_chosen(path, one) or one.inherited:
            continue
        places.add(one.docstring[0])
        edit = _removal(text, language, one)
        if edit is not None:
            edits.append(edit)
            answers[str(index)] = _inner(text[slice(*one.docstring)], language)
    return Removed(apply_edits(text, edits), answers)


def _is_chosen(path: Path, definition: Documentable) -> bool:
    return hashlib.sha256(f"{path.name}:{definition.qualified}".encode()).digest()[0] % 2 == 0


def _removal(text: str, language: str, definition: Documentable) -> Edit | None:
    """The edit that removes a docstring with its lines; None if other code is on these lines."""
    assert definition.docstring is not None
    start, end = definition.docstring
    begin, stop = line_start(text, start), next_line_start(text, end)
    if text[begin:start].strip() or text[end:stop].strip():
        return None
    raw = text[start:end]
    if language != "python":
        plain = raw.startswith("/**") if comment_kind(language) == "block" else raw.startswith("//")
        return Edit(begin, stop, "") if plain else None
    if raw.lstrip("rRuUbB")[:3] not in ('"""', "'''"):
        return None
    if not text[stop : definition.end].strip():
        return Edit(start, end, "pass")  # the body must not be empty
    if definition.kind == "class" and not text[stop : next_line_start(text, stop)].strip():
        stop = next_line_start(text, stop)
    return Edit(begin, stop, "")


def _inner(raw: str, language: str) -> str:
    """The text that a model would write between the opening mark and the stop string."""
    kind = comment_kind(language)
    if kind == "string":
        body = raw.lstrip("rRuUbB")
        return body[3:-3]
    if kind == "block":
        return raw.removeprefix("/**").removesuffix("*/")
    return raw.removeprefix("///").removeprefix("//")
