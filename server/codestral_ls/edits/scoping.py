"""What the syntax tree says against a candidate: the name has another scope there, or it is in a string or comment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.edit_candidates import EditCandidate
from codestral_ls.edits.rules import LineRule, NameRule

_LOCAL = r"(?:\b(?:let|const|var|val)\s+(?:mut\s+)?{0}\b|\b{0}\s*:=|^[ \t]*{0}\s*(?::[^=\n]+)?=(?!=)|\bfor\s+{0}\b|\bas\s+{0}\b)"
"""How a local name begins in the known languages."""


def is_elsewhere(candidate: EditCandidate, changes: Sequence[LineChange], pages: Mapping[str, DocumentLines]) -> bool:
    """True if a name means something else at the candidate's place, or the place is in a string or comment and no change was in
    one.
    """
    page = pages[candidate.uri]
    line = page.line(candidate.line)
    origin = next((change for change in reversed(changes) if _is_of(candidate, change)), None)
    if _in_text(page, candidate.line, _first_difference(line, candidate.lines[0] if candidate.lines else "")):
        place = pages.get(origin.uri) if origin is not None else None
        if origin is None or place is None or not _change_in_text(place, origin):
            return True
    if origin is None or not isinstance(candidate.rule, NameRule | LineRule):
        return False
    return any(_is_local_elsewhere(candidate, name, origin, pages) for name in candidate.rule.names)


def _is_of(candidate: EditCandidate, change: LineChange) -> bool:
    """True if the candidate's rule could come from a change."""
    anchor = candidate.rule.anchor
    return any(anchor in line for line in change.old) or anchor in change.above


def _is_local_elsewhere(candidate: EditCandidate, name: str, origin: LineChange, pages: Mapping[str, DocumentLines]) -> bool:
    """True if a name that was local to the changed function is used outside it, or is local to the candidate's own function."""
    pattern = re.compile(_LOCAL.format(re.escape(name)), re.MULTILINE)
    home, page = pages.get(origin.uri), pages[candidate.uri]
    at = page.starts[candidate.line]
    scope = function_at(home, origin.start) if home is not None else None
    was_local = scope is not None and any(pattern.search(line) for line in origin.old)
    if was_local and scope is not None:
        return candidate.uri != origin.uri or not scope[0] <= at < scope[1]
    other = function_at(page, candidate.line)
    if other is None or (candidate.uri == origin.uri and other == scope):
        return False
    return pattern.search(page.text[other[0] : page.line_end(candidate.line)]) is not None


def function_at(page: DocumentLines, line: int) -> tuple[int, int] | None:
    """Where the innermost function around a line begins and ends; None outside of functions and without a tree."""
    if page.tree is None or line >= len(page.starts):
        return None
    for scope in reversed(page.tree.scopes_at(page.line_end(line))):
        if scope.kind in ("function", "method"):
            return scope.start, scope.end
    return None


def _in_text(page: DocumentLines, line: int, column: int) -> bool:
    if page.tree is None or line >= len(page.starts):
        return False
    return page.tree.region_at(min(page.starts[line] + column + 1, page.line_end(line))) != "code"


def _change_in_text(page: DocumentLines, change: LineChange) -> bool:
    """True if the user's change is in a string or comment."""
    if not change.new:
        return bool(change.old) and change.old[0].lstrip().startswith(("#", "//", "/*", "*", "--", ";", "%"))
    old, new = change.old[0] if change.old else "", change.new[0]
    return _in_text(page, change.start, _first_difference(old, new) if old else len(new) - len(new.lstrip()))


def _first_difference(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return next((i for i, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
