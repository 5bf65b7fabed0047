"""The definitions, imports and used names of a file: plain values made from its tree's queries.

The queries are data (``definitions.scm``, ``imports.scm``, ``references.scm``), so a language is added without code. The index
resolves imports to files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from codestral_ls.documents.matches import Capture, Match
from codestral_ls.documents.syntax import SyntaxTree

ReferenceKind = Literal["call", "type", "member", "name"]

_LONGEST_SIGNATURE = 400
_SPACE = re.compile(r"\s+")
_RANK: dict[str, int] = {"call": 3, "type": 2, "member": 1, "name": 0}
_TYPE_LIKE = frozenset({"class", "impl"})


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition. ``kind`` is class, function, method, type, variable, field, module, impl or macro.

    ``[start, end)`` is the whole node, ``name_start`` the start of its name, ``body_start`` the start of its body
    (``end`` if it has none). ``signature`` is the text before the body on one line, at most 400 characters;
    ``container`` the names of the enclosing definitions, outermost first.
    """

    kind: str
    name: str
    start: int
    end: int
    name_start: int
    body_start: int
    signature: str
    container: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """One import: ``module`` as written, without quotes or angle brackets; ``names`` are (name, alias or "") pairs."""

    module: str
    names: tuple[tuple[str, str], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """One used name and how it is used: called, named as a type, taken from an object, or just named."""

    name: str
    start: int
    kind: ReferenceKind


def definitions_of(tree: SyntaxTree) -> list[Definition]:
    """The definitions of the file in its order; a function directly in a class is a method."""
    found: dict[tuple[int, str], Definition] = {}
    for match in tree.matches("definitions"):
        definition = _definition(match, tree.text)
        if definition is not None:
            key = definition.name_start, definition.name
            known = found.get(key)
            if known is None or _says_more(definition, known):
                found[key] = definition
    return _contained(sorted(found.values(), key=lambda definition: (definition.start, -definition.end)))


def imports_of(tree: SyntaxTree) -> list[Import]:
    """The imports of the file in its order, one for each module of each statement."""
    found: dict[tuple[int, str], Import] = {}
    for match in tree.matches("imports"):
        whole, modules = match.first("import"), match.all("module")
        if whole is None or not modules:
            continue
        module = tree.text[modules[0].start : modules[-1].end].strip("\"'`<>").strip()
        name, alias = match.first("name"), match.first("alias")
        pair = (_text(tree, name) if name else "", _text(tree, alias) if alias else "")
        known = found.get((whole.start, module))
        names = known.names if known is not None else ()
        if pair != ("", "") and pair not in names:
            names = (*names, pair)
        found[whole.start, module] = Import(module, names, whole.start, whole.end)
    return sorted(found.values(), key=lambda one: (one.start, one.module))


def references_of(tree: SyntaxTree, start: int | None = None, end: int | None = None) -> list[Reference]:
    """The used names in ``[start, end)`` (None: the whole file) in the order of the text, one for each place."""
    found: dict[int, Reference] = {}
    for match in tree.matches("references", start, end):
        for capture in match.captures:
            kind = capture.name.removeprefix("reference.")
            if kind not in _RANK:
                continue
            known = found.get(capture.start)
            if known is None or _RANK[kind] > _RANK[known.kind]:
                name = tree.text[capture.start : capture.end]
                found[capture.start] = Reference(name, capture.start, cast("ReferenceKind", kind))
    return [found[at] for at in sorted(found)]


def _definition(match: Match, text: str) -> Definition | None:
    whole, name, body = match.kind("definition"), match.first("name"), match.first("body")
    if whole is None or name is None:
        return None
    body_start = body.start if body is not None else whole.end
    head_end = match.first("head_end")
    if head_end is not None:
        head = text[whole.start : head_end.end]
    else:
        head = text[whole.start : body_start] if body is not None else text[whole.start : whole.end].split("\n", 1)[0]
    signature = _SPACE.sub(" ", head[: _LONGEST_SIGNATURE * 2]).strip().removesuffix("{").rstrip()
    kind = whole.name.removeprefix("definition.")
    label = text[name.start : name.end]
    return Definition(kind, label, whole.start, whole.end, name.start, body_start, signature[:_LONGEST_SIGNATURE], ())


def _says_more(new: Definition, known: Definition) -> bool:
    """Of two patterns that match one definition, the one that says more: with a body, or a function rather than a variable or
    type.
    """
    plain = ("variable", "type", "field")
    return (new.kind not in plain, new.body_start < new.end) > (known.kind not in plain, known.body_start < known.end)


def _contained(definitions: list[Definition]) -> list[Definition]:
    """Give each definition its container and distinguish methods from functions."""
    around: list[Definition] = []
    told: list[Definition] = []
    for one in definitions:
        while around and around[-1].end < one.end:
            around.pop()
        kind = "method" if one.kind == "function" and around and around[-1].kind in _TYPE_LIKE else one.kind
        container = tuple(outer.name for outer in around if outer.name)
        definition = Definition(kind, one.name, one.start, one.end, one.name_start, one.body_start, one.signature, container)
        told.append(definition)
        around.append(definition)
    return told


def _text(tree: SyntaxTree, capture: Capture) -> str:
    return tree.text[capture.start : capture.end]
