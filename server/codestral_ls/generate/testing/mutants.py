"""Mutants of a function: the same code with one change that a good test notices. Pure.

The places come from ``documents/queries/<language>/mutants.scm``. A mutant that fails to parse or import would be useless: any test
would notice it.
"""

from __future__ import annotations

from codestral_ls.documents.queries import Capture
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.docstrings.documentable import Documentable
from codestral_ls.generate.editing.edits import Edit

_SWAPS = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "===": "!==", "!==": "===", "+": "-", "-": "+", "*": "+",
    "/": "*", "//": "*", "%": "*", "**": "*", "and": "or", "or": "and", "&&": "||", "||": "&&", "&": "|", "|": "&", "+=": "-=",
    "-=": "+=", "*=": "+=", "in": "not in", "not in": "in", "is": "is not", "is not": "is",
}  # fmt: skip
_EMPTY = ("pass", "...", "", ";")


def mutants_of(tree: SyntaxTree, definition: Documentable, most: int = 8) -> list[Edit]:
    """At most ``most`` edits of the function's body, each of which makes one mutant that still parses; spread over kinds.

    First the body is removed whole; the other kinds remove a statement, or change an operator, a condition, a value or a number.
    """
    start, end = definition.signature_end, definition.end
    captures = [one for one in tree.captures("mutants", start, end) if start <= one.start and one.end <= end]
    kinds: dict[str, list[Edit]] = {"body": _body_removed(tree, captures)}
    python = tree.language.id == "python"
    for capture in captures:
        text = tree.text[capture.start : capture.end]
        mutated = _without(text, python) if capture.name == "statement" else _mutated(text, capture, python)
        if mutated is not None and not _is_docstring(text, capture):
            kinds.setdefault(capture.name, []).append(Edit(capture.start, capture.end, mutated))
    return _spread({name: edits for name, edits in kinds.items() if edits}, tree, most)


def _spread(kinds: dict[str, list[Edit]], tree: SyntaxTree, most: int) -> list[Edit]:
    chosen: list[Edit] = []
    while kinds and len(chosen) < most:
        for name in sorted(kinds):
            edit = kinds[name].pop(0)
            if not kinds[name]:
                del kinds[name]
            if len(chosen) < most and edit not in chosen and not tree.with_edit(edit.start, edit.end, edit.text).has_errors:
                chosen.append(edit)
    return chosen


def _body_removed(tree: SyntaxTree, captures: list[Capture]) -> list[Edit]:
    """The edit that leaves only the docstring of a body; None if the body is empty already."""
    statements = [one for one in captures if one.name == "statement"]
    statements = [one for one in statements if not _is_docstring(tree.text[one.start : one.end], one)]
    if not statements:
        return []
    first, last = statements[0].start, max(one.end for one in statements)
    if tree.text[first:last].strip() in _EMPTY:
        return []
    return [Edit(first, last, "pass" if tree.language.id == "python" else "")]


def _without(text: str, python: bool) -> str | None:
    """The replacement of a removed statement."""
    if text.strip() in _EMPTY:
        return None
    return "pass" if python else ";"


def _is_docstring(text: str, capture: Capture) -> bool:
    return capture.name == "statement" and text.lstrip("rRuU").startswith(('"""', "'''", '"', "'"))


def _mutated(text: str, capture: Capture, python: bool) -> str | None:
    if capture.name == "operator":
        return _SWAPS.get(" ".join(text.split()))
    if capture.name == "boolean":
        return {"True": "False", "False": "True", "true": "false", "false": "true"}[text]
    if capture.name == "integer":
        return f"{int(text) + 1}" if text.isascii() and text.isdecimal() and len(text) < 16 else None
    nothing = "None" if python else "undefined"
    if capture.name == "value":
        return None if text == nothing else nothing
    return f"not ({text})" if python else f"!({text})"
