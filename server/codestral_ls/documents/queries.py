"""Tree queries kept as data, ``queries/<language>/<name>.scm``, loaded on first use and kept.

A first line ``; inherits: javascript`` puts that language's query in front. Predicates that look at text are our own
(``#text-is?``, ``#text-matches?`` and their ``not-`` forms), because the built-in ones read the parser's bytes, which
are UTF-16 here. Deliberately returns plain frozen values: a tree-sitter node keeps its whole tree alive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources

import tree_sitter

from codestral_ls.documents import grammars
from codestral_ls.documents.languages import language_for
from codestral_ls.documents.matches import Capture as Capture
from codestral_ls.documents.matches import Match as Match

UNIT = 2
"""Bytes of one character in the parser's encoding (see ``syntax.py``)."""


def matches(
    language: str, name: str, root: tree_sitter.Node, text: str, start: int | None = None, end: int | None = None
) -> list[Match]:
    """All matches of query ``name`` that touch ``[start, end)`` (None: everywhere), in the order of the text.

    Empty where the language has no such query.
    """
    query = load(language, name)
    if query is None:
        return []
    cursor = tree_sitter.QueryCursor(query)
    if start is not None or end is not None:
        cursor.set_byte_range((start or 0) * UNIT, (len(text) if end is None else end) * UNIT)
    found = [Match(pattern, _captures(captured)) for pattern, captured in cursor.matches(root, _predicates(text))]
    found.sort(key=lambda match: (match.captures[0].start, -match.captures[0].end) if match.captures else (0, 0))
    return found


def source(folder: str, name: str) -> str | None:
    """The text of one query file with what it inherits in front; None where there is no such file."""
    file = resources.files(__package__).joinpath("queries", folder, f"{name}.scm")
    if not file.is_file():
        return None
    text = file.read_text(encoding="utf-8")
    inherited = re.match(r";\s*inherits:\s*([\w-]+)", text)
    return (source(inherited.group(1), name) or "") + "\n" + text if inherited else text


@cache
def load(language: str, name: str) -> tree_sitter.Query | None:
    """The compiled query for an LSP language id; None where the language has no grammar or no such query."""
    spec = language_for(language)
    grammar = grammars.load(spec.grammar)
    text = source(spec.queries, name) if spec.queries else None
    if grammar is None or text is None:
        return None
    return tree_sitter.Query(grammar, text)


def _captures(captured: Mapping[str, Sequence[tree_sitter.Node]]) -> tuple[Capture, ...]:
    captures = [
        Capture(name, node.start_byte // UNIT, node.end_byte // UNIT, node.type)
        for name, nodes in captured.items()
        for node in nodes
    ]
    captures.sort(key=lambda capture: (capture.start, -capture.end))
    return tuple(captures)


def _predicates(text: str) -> Callable[..., bool]:
    """Decides our own predicates: ``(#text-is? @capture "one" "other")``, ``(#text-matches? @capture "^[A-Z]")``."""

    def decide(
        predicate: str,
        args: Sequence[tuple[str, str]],
        _pattern: int,
        captures: Mapping[str, Sequence[tree_sitter.Node]],
    ) -> bool:
        name, *values = [value for value, _ in args]
        texts = [text[node.start_byte // UNIT : node.end_byte // UNIT] for node in captures.get(name, ())]
        if predicate.endswith("text-is?"):
            held = all(one in values for one in texts)
        elif predicate.endswith("text-matches?"):
            held = all(any(re.search(value, one) for value in values) for one in texts)
        else:
            raise ValueError(f"Unknown predicate #{predicate} in a query")
        return not held if predicate.startswith("not-") else held

    return decide
