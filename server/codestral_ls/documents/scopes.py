"""Scopes: the functions, classes and blocks that hold a place in the text, and what indentation alone tells of them.

The tree's own answer is ``SyntaxTree.scopes_at``; ``indented_scopes`` serves languages without a grammar and text the
parser could not make sense of. Pure functions on text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from codestral_ls.documents.languages import Language
from codestral_ls.documents.text import indent_of, line_end, line_start, next_line_start

ScopeKind = Literal["function", "method", "class", "block"]

_MOST_LINES = 2_000
"""Lines looked at in each direction: a scope that begins further away does not decide how a completion ends."""
_NAMED = re.compile(
    r"\b(?P<word>class|struct|interface|trait|impl|enum|module|namespace|object|protocol|record"
    r"|def|fn|func|fun|function|sub|proc|defp?)\s+(?P<name>[\w$.:]+)"
)
_CLASS_WORDS = frozenset(
    {"class", "struct", "interface", "trait", "impl", "enum", "module", "namespace", "object", "protocol", "record"}
)


@dataclass(frozen=True, slots=True)
class Scope:
    """``[start, end)`` of one scope with its head; ``body_start`` is where what it holds begins (``str`` indices)."""

    kind: ScopeKind
    start: int
    end: int
    name: str
    body_start: int


def width(indent: str, tab: int = 4) -> int:
    """Columns of an indentation, with tab stops every ``tab`` columns."""
    return len(indent.expandtabs(tab))


def indented_scopes(text: str, offset: int, language: Language) -> tuple[Scope, ...]:
    """The scopes that hold ``offset`` as far as indentation tells, innermost last.

    A line opens a scope for the deeper-indented lines below it. The scope goes on over blank lines to the next line
    that is not deeper, which belongs to it where it begins with one of the language's closing words.
    """
    here = line_start(text, offset)
    line = text[here : line_end(text, offset)]
    depth = width(indent_of(line)) if line.strip() else width(indent_of(text[here:offset]))
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
    """Whether a line only closes a scope (``}``), so that it heads none; ``} else {`` heads one."""
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
    """Where a scope whose head stands at ``depth`` ends, looking down from the line at ``here``."""
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
