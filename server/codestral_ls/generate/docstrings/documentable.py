"""The definitions of a file and what their documentation must describe: parameters, returns, raises, all read from the tree.

The queries ``documents/queries/<language>/docstrings.scm`` find the parts; this module assigns each part to its definition.
``needs.py`` decides whether a definition needs documentation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from codestral_ls.documents.queries import Capture, Match
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.text import indent_of, line_end, line_start, line_text, next_line_start
from codestral_ls.generate.docstrings.comments import Role, role_of
from codestral_ls.generate.docstrings.raising import Raised, raised

QUERY = "docstrings"
_DOCUMENTS = re.compile(r"#\[\s*doc\b")
"""Rust attributes that are documentation, or hide the item below them."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. ``mark`` is ``*`` or ``**`` before a name that takes the rest; ``generic``: a type parameter."""

    name: str
    mark: str = ""
    type: str = ""
    default: str = ""
    generic: bool = False


@dataclass(frozen=True, slots=True)
class Documentable:
    """One function, method, class or type that can be documented; offsets are ``str`` indices.

    ``anchor`` is where it begins with its decorators and ``export``; ``insert_at`` where documentation goes (-1: nowhere, and
    ``obstacle`` says why). ``docstring`` is the range of existing documentation. ``signature_end`` is after the
    opening mark of the body. ``outer`` is the kind of the enclosing definition ("" for none).
    """

    kind: str
    name: str
    qualified: str
    start: int
    end: int
    anchor: int
    signature_end: int
    insert_at: int
    indent: str
    outer: str
    parameters: tuple[Parameter, ...] = ()
    returns: bool = False
    return_type: str = ""
    yields: bool = False
    raises: tuple[str, ...] = ()
    panics: bool = False
    docstring: tuple[int, int] | None = None
    inherited: bool = False
    decorators: tuple[str, ...] = ()
    obstacle: str = ""

    @property
    def is_callable(self) -> bool:
        """True if it takes parameters."""
        return self.kind in ("function", "method", "arrow")


def read_definitions(tree: SyntaxTree, start: int | None = None, end: int | None = None) -> list[Documentable]:
    """The definitions of ``tree`` in the order of the text; empty if the language has no ``docstrings`` query.

    With ``start`` and ``end`` only those that touch this range; their returns and raises outside of it are not seen.
    """
    matches = tree.matches(QUERY, None if start is None else max(0, start), end)
    found = [match for match in matches if match.kind("definition")]
    if not found:
        return []
    return _DefinitionReader(tree.text, tree.language.id, matches, found).read()


class _DefinitionReader:
    """The parts of one file, sorted by the definition they belong to."""

    def __init__(self, text: str, language: str, matches: Sequence[Match], found: Sequence[Match]) -> None:
        self._text = text
        self._language = language
        self._inside = language == "python"
        self._matches = matches
        self._found = found
        self._captures: dict[str, list[Capture]] = {}
        for match in matches:
            for capture in match.captures:
                self._captures.setdefault(capture.name, []).append(capture)
        self._blank_between = language.startswith(("javascript", "typescript"))
        self._comments = {_end(text, one): one for one in self._all("comment")}
        self._overloads = {_end(text, one): one for one in self._all("overload")}
        self._attributes = {_end(text, one): one for one in self._all("attribute")}
        self._wrappers = {end: one for one in reversed(self._all("wrapper")) for end in (one.end - 1, one.end)}
        self._decorators = sorted(self._all("decorator"), key=lambda one: one.start)
        self._inherited = self._all("inherited") + self._all("hidden")
        self._docstrings = {one.start: one for one in self._all("docstring")}
        self._lists: dict[tuple[int, int], list[Match]] = {}
        for match in matches:
            if (of := match.first("parameters.of")) is not None:
                self._lists.setdefault((of.start, of.end), []).append(match)
        self._owners_of_methods = [
            (whole, text[named.start : named.end])
            for match in matches
            if (whole := match.first("owner")) is not None and (named := match.first("owner.name")) is not None
        ]
        self._owned = self._owners()
        self._raised: dict[int, list[Raised]] = {}
        for one in raised(text, matches):
            self._raised.setdefault(self._owned.get((one.start, one.end), -1), []).append(one)
        self._by_owner: dict[tuple[int, str], list[Capture]] = {}
        for name in ("return.value", "yield", "panic"):
            for capture in self._all(name):
                owner = self._owned.get((capture.start, capture.end), -1)
                self._by_owner.setdefault((owner, name), []).append(capture)

    def read(self) -> list[Documentable]:
        """Make the definitions."""
        definitions: list[Documentable] = []
        around: list[Documentable] = []
        for number, match in enumerate(self._found):
            definition = match.kind("definition")
            assert definition is not None
            while around and around[-1].end <= definition.start:
                around.pop()
            made = self._one(number, match, definition, around)
            definitions.append(made)
            around.append(made)
        return definitions

    def _one(self, number: int, match: Match, definition: Capture, around: Sequence[Documentable]) -> Documentable:
        text = self._text
        name, parameters, body = match.first("name"), match.first("parameters"), match.first("body")
        opening, returned = match.first("opening"), match.first("return.type")
        assert name is not None
        kind = definition.name.partition(".")[2]
        outer = around[-1].kind if around else ""
        if kind == "function" and outer in ("class", "type"):
            kind = "method"
        anchor, decorators = self._anchor(definition)
        signature_end = opening.end if opening else (body.start if body else definition.end)
        if self._inside:
            docstring = self._docstring_inside(body)
            insert_at, indent, obstacle = self._place_inside(signature_end, body)
        else:
            anchor = self._first_overload(anchor, text[name.start : name.end])
            anchor, docstring = self._above(anchor)
            insert_at, indent = line_start(text, anchor), indent_of(line_text(text, anchor))
            obstacle = "it does not begin its line" if text[insert_at:anchor].strip() else ""
        values = self._by_owner.get((number, "return.value"), [])
        return Documentable(
            kind=kind,
            name=text[name.start : name.end],
            qualified=".".join([*self._owner(definition, around), text[name.start : name.end]]),
            start=definition.start,
            end=definition.end,
            anchor=anchor,
            signature_end=signature_end,
            insert_at=-1 if obstacle else insert_at,
            indent=indent,
            outer=outer,
            parameters=self._parameters(parameters, kind, decorators),
            returns=any(text[value.start : value.end] not in ("None", "undefined", "nil") for value in values)
            or (kind == "arrow" and body is not None and not text.startswith("{", body.start)),
            return_type=_type(text[returned.start : returned.end]) if returned else "",
            yields=bool(self._by_owner.get((number, "yield"))),
            raises=tuple(dict.fromkeys(one.name for one in self._raised.get(number, []))),
            panics=bool(self._by_owner.get((number, "panic"))),
            docstring=docstring,
            inherited=any(one.start <= definition.start and definition.end <= one.end for one in self._inherited),
            decorators=decorators,
            obstacle=obstacle,
        )

    def _owner(self, definition: Capture, around: Sequence[Documentable]) -> list[str]:
        """The enclosing names: definitions, and the type of a Rust ``impl`` or of a Go receiver."""
        names = [one.name for one in around]
        for one in self._owners_of_methods:
            if one[0].start <= definition.start and definition.end <= one[0].end:
                names.append(one[1])
        return names

    def _all(self, name: str) -> list[Capture]:
        return self._captures.get(name, [])

    def _owners(self) -> dict[tuple[int, int], int]:
        """For each part of a body (by its range) the number of the innermost enclosing definition; -1 for a closure's."""
        arrows = {}
        ranges: list[tuple[int, int, int]] = []
        for number, match in enumerate(self._found):
            definition, body = match.kind("definition"), match.first("body")
            assert definition is not None
            if match.first("parameters") is not None:
                ranges.append((definition.start, -definition.end, number))
            if body is not None and definition.name == "definition.arrow":
                arrows[body.end] = (definition.start, number)
        for closure in self._all("closure"):
            start, number = arrows.get(closure.end, (closure.start, -1))
            ranges.append((closure.start, -closure.end, number if start < closure.start else -1))
        parts = {
            (one.start, one.end)
            for name in ("return.value", "yield", "panic", "raise.type", "raise.declared")
            for one in self._all(name)
        }
        ranges.sort()
        owners: dict[tuple[int, int], int] = {}
        stack: list[tuple[int, int, int]] = []
        waiting = 0
        for start, end in sorted(parts):
            while waiting < len(ranges) and ranges[waiting][0] <= start:
                stack.append(ranges[waiting])
                waiting += 1
            stack = [one for one in stack if -one[1] >= end]
            owners[start, end] = stack[-1][2] if stack else -1
        return owners

    def _anchor(self, definition: Capture) -> tuple[int, tuple[str, ...]]:
        """Where the definition begins with what wraps it, and the text of its decorators."""
        wrapper = self._wrappers.get(definition.end)
        anchor = min(wrapper.start, definition.start) if wrapper is not None else definition.start
        before = bisect_right(self._decorators, definition.start, key=lambda one: one.start)
        marks: list[str] = []
        for one in reversed(self._decorators[:before]):
            if one.end > definition.start or (one.end <= anchor and self._text[one.end : anchor].strip()):
                break
            anchor = min(anchor, one.start)  # some grammars put a decorator before its definition, not around it
            marks.insert(0, self._text[one.start : one.end])
        return anchor, tuple(marks)

    def _parameters(self, parameters: Capture | None, kind: str, decorators: Sequence[str]) -> tuple[Parameter, ...]:
        if parameters is None:
            return ()
        found: dict[int, Parameter] = {}
        for match in self._lists.get((parameters.start, parameters.end), []):
            found.update(_parameter(self._text, match))
        ordered = [found[start] for start in sorted(found)]
        if self._inside and kind == "method" and not any("staticmethod" in one for one in decorators):
            ordered = ordered[1:] if ordered and not ordered[0].mark else ordered
        return tuple(ordered)

    def _docstring_inside(self, body: Capture | None) -> tuple[int, int] | None:
        one = self._docstrings.get(body.start) if body else None
        return (one.start, one.end) if one else None

    def _place_inside(self, opening: int, body: Capture | None) -> tuple[int, str, str]:
        """(where, indent, obstacle) of a docstring: the line after the opening mark, or after a type comment there."""
        text = self._text
        if body is None:
            return -1, "", "it has no body"
        rest = text[opening : line_end(text, opening)].strip()
        if (rest and not rest.startswith("#")) or body.start <= line_end(text, opening):
            return -1, "", "its body is on the line of its signature"
        place = next_line_start(text, opening)
        while line_text(text, place).lstrip().startswith("# type:"):
            place = next_line_start(text, place)
        begin = line_start(text, body.start)
        indent = text[begin : body.start]
        if indent.strip(" \t") or place > begin:
            return -1, "", "its body does not begin a line"
        return place, indent, ""

    def _above(self, anchor: int) -> tuple[int, tuple[int, int] | None]:
        """(anchor with attributes and directives, range of the documentation above)."""
        text = self._text
        while (one := self._touching(self._attributes, anchor)) is not None:
            anchor = one.start
            if _DOCUMENTS.match(text, one.start):
                return anchor, (one.start, _end(text, one))
        above = self._comments_above(anchor)
        while above and self._role(above[0]) == "directive":
            anchor = above.pop(0).start
        for number, one in enumerate(above):
            if self._role(one) == "documentation":
                first = one
                for further in above[number + 1 :] if text.startswith("//", one.start) else ():
                    if not text.startswith("//", further.start) or self._role(further) != "documentation":
                        break
                    first = further
                return anchor, (first.start, _end(text, one))
        return anchor, None

    def _role(self, comment: Capture) -> Role:
        return role_of(self._language, self._text[comment.start : comment.end])

    def _comments_above(self, place: int) -> list[Capture]:
        """The comments above ``place`` that touch one another, the nearest first; comments after code on the same line are left
        out.
        """
        found: list[Capture] = []
        while (one := self._touching(self._comments, place)) is not None:
            if self._text[line_start(self._text, one.start) : one.start].strip():
                break
            found.append(one)
            place = one.start
        return found

    def _first_overload(self, anchor: int, name: str) -> int:
        """Where the overload signatures above an implementation begin: callers see those, and their documentation."""
        while True:
            end = anchor
            while end > 0 and self._text[end - 1].isspace():
                end -= 1
            if (comment := self._comments.get(end)) is not None:
                end = comment.start
                while end > 0 and self._text[end - 1].isspace():
                    end -= 1
            one = self._overloads.get(end)
            if one is None or not re.search(rf"\b{re.escape(name)}\s*[<(?]", self._text[one.start : one.end]):
                return anchor
            anchor = one.start

    def _touching(self, marks: dict[int, Capture], place: int) -> Capture | None:
        """The capture that ends on the line directly above ``place``, or before it on its own line.

        A JSDoc may have blank lines after it: TypeScript and editors attach it all the same.
        """
        if self._blank_between and marks is self._comments:
            end = place
            while end > 0 and self._text[end - 1].isspace():
                end -= 1
            one = marks.get(end)
            if one is not None and self._text.startswith("/**", one.start):
                return one
        end = place
        while end > 0 and self._text[end - 1] in " \t":
            end -= 1
        if end > 0 and self._text[end - 1] == "\n":
            end -= 2 if self._text[end - 2 : end] == "\r\n" else 1
        while end > 0 and self._text[end - 1] in " \t":
            end -= 1
        return marks.get(end)


def _parameter(text: str, match: Match) -> dict[int, Parameter]:
    type_, default = match.first("parameter.type"), match.first("parameter.default")
    made: dict[int, Parameter] = {}
    for capture in match.captures:
        group, _, kind = capture.name.partition(".")
        if group != "parameter" or kind in ("type", "default"):
            continue
        name = text[capture.start : capture.end] if kind != "pattern" else "options"
        mark = {"rest": "*", "keywords": "**"}.get(kind, "")
        made[capture.start] = Parameter(
            name,
            mark,
            _type(text[type_.start : type_.end]) if type_ else "",
            text[default.start : default.end] if default else "",
            kind == "generic",
        )
    return made


def _type(text: str) -> str:
    """A type as documentation shows it: on one line, without TypeScript's colon."""
    return " ".join(text.removeprefix(":").split())


def _end(text: str, capture: Capture) -> int:
    """The end without trailing blanks: some grammars count a line comment's newline in."""
    end = capture.end
    while end > capture.start and text[end - 1] in " \t\r\n":
        end -= 1
    return end
