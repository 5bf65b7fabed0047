"""Scopes: the functions, classes and blocks that hold a place in the text.

``scopes_from`` reads them from the tree's captures; ``indented_scopes`` from indentation alone, for languages
without a grammar and text the parser could not understand. Pure functions; offsets are ``str`` indices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from codestral_ls.documents.languages import Language
from codestral_ls.documents.matches import Match
from codestral_ls.documents.text import indent_of, line_end, line_start, next_line_start

ScopeKind = Literal["function", "method", "class", "block"]

_LOOK_BACK = 4_096
_CLOSERS = ("}", "]", ")", ">")
_MOST_LINES = 2_000
"""The most lines that are searched in each direction: a scope that begins farther away does not decide how a completion ends."""
_NAMED = re.compile(
    r"\b(?P<word>class|struct|interface|trait|impl|enum|module|namespace|object|protocol|record"
    r"|def|fn|func|fun|function|sub|proc|defp?)\s+(?P<name>[\w$.:]+)"
)
_CLASS_WORDS = frozenset(
    {"class", "struct", "interface", "trait", "impl", "enum", "module", "namespace", "object", "protocol", "record"}
)


@dataclass(frozen=True, slots=True)
class Scope:
    """``[start, end)`` of one scope with its head; ``body_start`` is where its content begins (``str`` indices)."""

    kind: ScopeKind
    start: int
    end: int
    name: str
    body_start: int

    def placed(self, place: Callable[[int], int]) -> Scope:
        """The scope with its offsets in another text, computed with ``place``."""
        return replace(self, start=place(self.start), end=place(self.end), body_start=place(self.body_start))


def width(indent: str, tab: int = 4) -> int:
    """Columns of an indentation, with tab stops every ``tab`` columns."""
    return len(indent.expandtabs(tab))


def reach(text: str, offset: int, language: Language) -> int:
    """Where to look for the scopes of ``offset``: the last character of code at or before it.

    In languages with indented blocks a block continues over the blank and comment lines after its last statement,
    which the parser leaves out of it.
    """
    at = offset
    while at > 0:
        at = len(text[max(0, at - _LOOK_BACK) : at].rstrip()) + max(0, at - _LOOK_BACK)
        start = line_start(text, at)
        if not language.off_side or not text[start:at].lstrip().startswith(language.line_comments):
            break
        at = start
    return max(0, at - 1)


def scopes_from(
    matches: Iterable[Match], text: str, offset: int, language: Language, missing: Sequence[int] = ()
) -> tuple[Scope, ...]:
    """The scopes that hold ``offset``, innermost last; the matches are those of a ``scopes.scm`` around it.

    A cursor in the head of a scope is in it (and before its ``body_start``); after its closing mark it is not. If
    the parser supplied a closing mark itself, at an offset of ``missing``, the scope continues over the blanks after it.
    """
    by_body: dict[tuple[int, int], Scope] = {}
    for match in matches:
        found = _scope_of(match, text)
        if found is None:
            continue
        scope, body = found
        known = by_body.get(body)
        if known is None or _worth(scope) > _worth(known):
            by_body[body] = scope
    depth = _cursor_depth(text, offset)
    unclosed = list(missing)
    scopes: list[Scope] = []
    for scope in sorted(by_body.values(), key=lambda scope: (scope.start, -scope.end)):
        is_open = scope.end in unclosed
        if is_open:
            unclosed.remove(scope.end)  # one supplied mark closes one scope, the outermost first
        if not _holds(scope, text, offset, depth, is_open, language):
            continue
        if scope.kind == "function" and scopes and scopes[-1].kind == "class":
            scope = replace(scope, kind="method")
        scopes.append(scope)
    return tuple(scopes)


def _scope_of(match: Match, text: str) -> tuple[Scope, tuple[int, int]] | None:
    """The scope of one match and the span of its body (its own span if the body has no node)."""
    whole, body, name = match.kind("scope"), match.first("body"), match.first("name")
    if whole is None:
        return None
    kind = cast("ScopeKind", whole.name.removeprefix("scope."))
    end = body.end if body is not None and kind == "block" else whole.end
    head = match.first("head")
    braced = body if body is not None else whole
    if head is not None:
        body_start = head.end
    elif text.startswith(("{", "[", "("), braced.start):
        body_start = braced.start + 1
    elif body is not None:
        body_start = max(whole.start, whole.start + len(text[whole.start : body.start].rstrip()))
    else:
        body_start = min(line_end(text, whole.start), end)
    label = text[name.start : name.end] if name is not None else ""
    span = (body.start, body.end) if body is not None else (whole.start, whole.end)
    return Scope(kind, whole.start, end, label, body_start), span


def _worth(scope: Scope) -> tuple[bool, bool, int]:
    """Which of two scopes with the same body says more."""
    return scope.kind != "block", bool(scope.name), -scope.start


def _holds(scope: Scope, text: str, offset: int, depth: int, is_open: bool, language: Language) -> bool:
    if offset <= scope.start:
        return False
    if offset < scope.end:
        return True
    gap = text[scope.end : offset]
    if language.off_side:
        if "\n" not in gap and "\r" not in gap:
            return True
        return depth > width(indent_of(text[line_start(text, scope.start) : scope.start + 1]))
    if is_open:
        return not gap.strip()
    return not gap and not text.endswith((*language.scope_closers, *_CLOSERS), scope.start, scope.end)


def _cursor_depth(text: str, offset: int) -> int:
    """Columns that the cursor's line is indented, counted to the cursor if the line is blank."""
    start = line_start(text, offset)
    line = text[start : line_end(text, offset)]
    return width(indent_of(line)) if line.strip() else width(text[start:offset])


def indented_scopes(text: str, offset: int, language: Language) -> tuple[Scope, ...]:
    """The scopes that hold ``offset`` as far as indentation shows, innermost last.

    A line opens a scope for the deeper-indented lines below it. The scope continues over blank lines to the next line
    that is not deeper, which belongs to it if it begins with one of the language's closing words.
    """
    here = line_start(text, offset)
    depth = _cursor_depth(text, offset)
    scopes: list[Scope] = []
    start = here
    for _ in range(_MOST_LINES):
        if start == 0 or depth == 0:
            break
        start = line_start(text, start - 1)
        line = text[start : line_end(text, start)]
        if not line.strip() or width(indent_of(line)) >= depth or _closes(line, language):
            continue
        depth = width(indent_of(line))
        scopes.append(_scope(text, start, line, depth, here, language))
    return tuple(reversed(scopes))


def _closes(line: str, language: Language) -> bool:
    """True if a line only closes a scope (``}``), so that it heads none; ``} else {`` heads one."""
    stripped = line.strip()
    return stripped.startswith(language.scope_closers) and not stripped.endswith(language.scope_openers)


def _scope(text: str, start: int, head: str, depth: int, here: int, language: Language) -> Scope:
    named = _NAMED.search(head)
    kind: ScopeKind = "block"
    if named is not None:
        kind = "class" if named["word"] in _CLASS_WORDS else "function"
    return Scope(
        kind,
        start + len(indent_of(head)),
        _end_below(text, here, depth, language),
        named["name"] if named is not None else "",
        next_line_start(text, start),
    )


def _end_below(text: str, here: int, depth: int, language: Language) -> int:
    """Where a scope whose head is at ``depth`` ends, looking down from the line at ``here``."""
    end = line_end(text, here)
    at = next_line_start(text, here)
    for _ in range(_MOST_LINES):
        if at >= len(text):
            return end
        line_stop = line_end(text, at)
        line = text[at:line_stop]
        if line.strip():
            if width(indent_of(line)) <= depth:
                closes = width(indent_of(line)) == depth and line.lstrip().startswith(language.scope_closers)
                return line_stop if closes and language.scope_closers else end
            end = line_stop
        at = next_line_start(text, at)
    return end
