"""Mutants of a function: the same code with one small change that a good test notices. Pure.

The places come from ``documents/queries/<language>/mutants.scm``. Deliberately no mutant that only makes the code fail to parse
or import: such a one would be noticed by any test.
"""

from __future__ import annotations

from codestral_ls.documents.matches import Capture
from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.generate.edits import Edit

_SWAPS = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "===": "!==", "!==": "===", "+": "-", "-": "+", "*": "+",
    "/": "*", "//": "*", "%": "*", "**": "*", "and": "or", "or": "and", "&&": "||", "||": "&&", "&": "|", "|": "&", "+=": "-=",
    "-=": "+=", "*=": "+=", "in": "not in", "not in": "in", "is": "is not", "is not": "is",
}  # fmt: skip


def mutants_of(tree: SyntaxTree, start: int, end: int, most: int = 8) -> list[Edit]:
    """At most ``most`` edits of ``[start, end)``, each of which makes one mutant that still parses; spread over kinds."""
    python = tree.language.id == "python"
    kinds: dict[str, list[Edit]] = {}
    for capture in tree.captures("mutants", start, end):
        if start <= capture.start and capture.end <= end:
            text = _mutated(tree.text[capture.start : capture.end], capture, python)
            if text is not None:
                kinds.setdefault(capture.name, []).append(Edit(capture.start, capture.end, text))
    chosen: list[Edit] = []
    while kinds and len(chosen) < most:
        for name in sorted(kinds):
            edit = kinds[name].pop(0)
            if not kinds[name]:
                del kinds[name]
            if len(chosen) < most and not tree.with_edit(edit.start, edit.end, edit.text).has_errors:
                chosen.append(edit)
    return chosen


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
