"""Tree queries kept as data, ``queries/<language>/<name>.scm``, loaded on first use and kept.

A first line ``; inherits: javascript`` puts that language's query in front. Predicates that look at text are our own
(``#text-is?``, ``#text-matches?`` and their ``not-`` forms), because the built-in ones read the parser's bytes, which
are UTF-16 here. Results are plain frozen values: a tree-sitter node keeps its whole tree alive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import tree_sitter

from codestral_ls.documents import grammars
from codestral_ls.documents.languages import language_for
from codestral_ls.documents.matches import Capture as Capture
from codestral_ls.documents.matches import Match as Match

UNIT = 2
"""Bytes of one character in the parser's encoding (see ``syntax.py``)."""
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_PREDICATE = re.compile(
    r"\(#(?P<negated>not-)?text-(?P<kind>is|matches)\?\s+@(?P<capture>[\w.]+)\s*(?P<values>(?:\s*\"(?:[^\"\\]|\\.)*\")+)\s*\)"
)


def matches(
    language: str, name: str, root: tree_sitter.Node, text: str, start: int | None = None, end: int | None = None
) -> list[Match]:
    """All matches of query ``name`` that touch ``[start, end)`` (None: everywhere), in the order of the text.

    Empty if the language has no such query.
    """
    query = load(language, name)
    if query is None:
        return []
    cursor = tree_sitter.QueryCursor(query)
    if start is not None or end is not None:
        cursor.set_byte_range((start or 0) * UNIT, (len(text) if end is None else end) * UNIT)
    rules = _rules(language, name)
    found = [
        match
        for pattern, captured in cursor.matches(root)
        if _holds(match := Match(pattern, _captures(captured, len(text))), rules.get(pattern, ()), text)
    ]
    found.sort(key=lambda match: (match.captures[0].start, -match.captures[0].end) if match.captures else (0, 0))
    return found


def source(folder: str, name: str) -> str | None:
    """The text of one query file with the inherited ones in front; None if there is no such file."""
    file = resources.files(__package__).joinpath("queries", folder, f"{name}.scm")
    if not file.is_file():
        return None
    text = file.read_text(encoding="utf-8")
    inherited = re.match(r";\s*inherits:\s*([\w-]+)", text)
    return (source(inherited.group(1), name) or "") + "\n" + text if inherited else text


@cache
def load(language: str, name: str) -> tree_sitter.Query | None:
    """The compiled query for an LSP language id; None if the language has no grammar or no such query."""
    spec = language_for(language)
    grammar = grammars.load(spec.grammar)
    text = source(spec.queries, name) if spec.queries else None
    if grammar is None or text is None:
        return None
    return tree_sitter.Query(grammar, text)


def _captures(captured: Mapping[str, Sequence[tree_sitter.Node]], length: int) -> tuple[Capture, ...]:
    # A node may end after the text, in the line end that the parser got (`syntax`).
    captures = [
        Capture(name, node.start_byte // UNIT, min(node.end_byte // UNIT, length), node.type)
        for name, nodes in captured.items()
        for node in nodes
    ]
    captures.sort(key=lambda capture: (capture.start, -capture.end))
    return tuple(captures)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One predicate of our own on the texts of a capture."""

    capture: str
    matches: bool
    negated: bool
    values: tuple[str, ...]


@cache
def _rules(language: str, name: str) -> Mapping[int, tuple[_Rule, ...]]:
    """Our predicates by pattern: ``(#text-is? @capture "one" "other")``, ``(#text-matches? @capture "^[A-Z]")``.

    Read from the query's text and decided here, because the binding's own way (a function given to ``QueryCursor.matches``)
    leaks a reference to the tree with every call (tree-sitter 0.26.1): 27 kB for a file of 30 lines, and never freed.
    """
    query = load(language, name)
    text = source(language_for(language).queries, name)
    if query is None or text is None:
        return {}
    encoded = text.encode()
    found = {}
    for pattern in range(query.pattern_count):
        own = encoded[query.start_byte_for_pattern(pattern) : query.end_byte_for_pattern(pattern)].decode()
        if rules := _rules_of(own):
            found[pattern] = rules
    return found


def _rules_of(pattern: str) -> tuple[_Rule, ...]:
    """The predicates in the text of one pattern. Raises: ValueError for an unknown predicate."""
    rules = tuple(
        _Rule(
            match["capture"],
            match["kind"] == "matches",
            match["negated"] is not None,
            tuple(_ESCAPED.sub(r"\1", value) for value in _STRING.findall(match["values"])),
        )
        for match in _PREDICATE.finditer(pattern)
    )
    if pattern.count("(#") != len(rules):
        raise ValueError(f"Unknown predicate in a query: {pattern}")
    return rules


def _holds(match: Match, rules: Sequence[_Rule], text: str) -> bool:
    for rule in rules:
        texts = [text[capture.start : capture.end] for capture in match.captures if capture.name == rule.capture]
        if rule.matches:
            held = all(any(re.search(value, one) for value in rule.values) for one in texts)
        else:
            held = all(one in rule.values for one in texts)
        if held == rule.negated:
            return False
    return True
