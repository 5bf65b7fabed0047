"""The proof that an edit of documentation changed only documentation. Pure.

1. Outside the edited ranges the two texts are identical.
2. Without the edited ranges the syntax tree is the same: every node by type and depth, every token by its place. What the grammar
   misreads elsewhere in the file (an ERROR node) is misread in the same way afterwards: there are no more errors than before,
   and none touches an edited range.
3. Every new range holds nothing but one docstring (Python) or comments (elsewhere).
4. For Python also: the interpreter's own syntax tree without docstrings is the same.

The code that wrote the text is not trusted: only the edits and the two texts count.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from codestral_ls.documents.syntax import SyntaxTree
from codestral_ls.documents.walk import Nodes, nodes_of
from codestral_ls.generate.editing.edits import Edit, in_order, new_ranges, without
from codestral_ls.generate.editing.python_ast import parse_python

Row = tuple[int, str, int, int, bool]


def why_unproved(language: str, before: str, after: str, edits: Sequence[Edit], tree: SyntaxTree | None = None) -> str | None:
    """None if ``after`` is ``before`` with only documentation changed in the ranges of ``edits``.

    Otherwise the reason, as the end of a sentence. ``tree`` is that of ``before`` if the caller has it.
    """
    edits = in_order(edits)
    old, new = [(edit.start, edit.end) for edit in edits], new_ranges(edits)
    if without(before, old) != without(after, new):
        return "text outside the documentation would change"
    tree = SyntaxTree.parse(language, before) if tree is None else tree
    tree_after = SyntaxTree.parse(language, after)
    if tree is None or tree_after is None:
        return f"there is no parser for {language}"
    if tree_after.has_errors and (
        tree_after.has_more_errors_than(tree.error_count) or any(tree_after.errors_in(start, end) for start, end in new)
    ):
        return "it would no longer parse"
    nodes, nodes_after = nodes_of(tree), nodes_of(tree_after)
    if _skeleton(nodes, old) != _skeleton(nodes_after, new):
        return "its syntax tree would change"
    if not _only_documentation(language, nodes_after, new):
        return "the new text is more than documentation"
    return _python_differs(before, after, len(edits)) if language == "python" else None


def why_unreadable(language: str, text: str, tree: SyntaxTree | None) -> str | None:
    """Why nothing can be proved about ``text`` with its ``tree``; None if something can."""
    if tree is None:
        return f"there is no parser for {language}"
    if tree.root_is_error:
        return "the parser does not understand it"
    return "Python cannot parse it" if language == "python" and _python(text) is None else None


def _skeleton(
    nodes: Nodes, ranges: Sequence[tuple[int, int]]
) -> tuple[list[tuple[int, str, int, int]], list[tuple[str, int, int]]]:
    """The nodes outside ``ranges``: depth, type and, for tokens, the place in the text without the ranges.

    A token that reaches into a range gets no place and so equals nothing. Containers have no place: a block begins at its
    docstring. Comments have no depth: it depends on whether there is a docstring above them.
    """
    place = _Places(ranges)
    plain = [
        (depth, type_, place.of(start) if leaf else 0, place.of(end) if leaf else 0)
        for depth, type_, start, end, leaf in nodes.plain
        if not place.inside(start, end)
    ]
    extras = [
        (type_, place.of(start), place.of(end))
        for _, type_, start, end, leaf in nodes.extras
        if leaf and not place.inside(start, end)
    ]
    return plain, extras


class _Places:
    """Offsets of a text as offsets of the text without some ordered ranges."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]
        self._gone = [0]
        for start, end in ranges:
            self._gone.append(self._gone[-1] + end - start)

    def inside(self, start: int, end: int) -> bool:
        """True if ``[start, end)`` is not empty and lies in one range."""
        return self.range_of(start, end) >= 0

    def range_of(self, start: int, end: int) -> int:
        """The index of the range that holds ``[start, end)``; -1 if none does or it is empty."""
        index = bisect_right(self._starts, start) - 1
        return index if index >= 0 and start < end <= self._ends[index] else -1

    def of(self, offset: int) -> int:
        """The offset without the ranges; -1 strictly inside one."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        if self._starts[index] < offset < self._ends[index]:
            return -1
        gone = self._gone[index] if offset == self._starts[index] else self._gone[index + 1]
        return offset - gone


def _only_documentation(language: str, nodes: Nodes, ranges: Sequence[tuple[int, int]]) -> bool:
    """True if every range holds one string statement (Python) or comments and nothing else."""
    place = _Places(ranges)
    inside: dict[int, set[str]] = {}
    for _, type_, start, end, _ in nodes.plain:
        if (index := place.range_of(start, end)) >= 0:
            inside.setdefault(index, set()).add(type_)
    if language == "python":
        allowed = {"block", "expression_statement", "string", "string_start", "string_content", "string_end"}
        return len(inside) == len(ranges) and all("string" in types <= allowed for types in inside.values())
    commented = {place.range_of(start, end) for _, _, start, end, _ in nodes.extras} - {-1}
    return not inside and len(commented) == len(ranges)


def _python_differs(before: str, after: str, edits: int) -> str | None:
    old, new = _dump(before), _dump(after)
    if old is None:
        return "Python cannot parse it"
    if new is None:
        return "Python could no longer parse it"
    if old[0] != new[0]:
        return "Python would read other code"
    if not 0 <= new[1] - old[1] <= edits:
        return "the new text is not a docstring"
    return None


def _dump(text: str) -> tuple[str, int] | None:
    """The interpreter's tree without docstrings as text, and how many docstrings there were; None if it does not parse."""
    tree = _python(text)
    if tree is None:
        return None
    for ignored in tree.type_ignores:
        ignored.lineno = 0
    count = sum(map(_without_docstring, _documented(tree)))
    try:
        return ast.dump(tree), count
    except RecursionError:
        return None


def _python(text: str) -> ast.Module | None:
    """The interpreter's tree, with type comments if they are well formed; None if it does not parse."""
    tree = parse_python(text, type_comments=True) if "# type:" in text else None
    return tree if tree is not None else parse_python(text)


def _documented(tree: ast.Module) -> Iterable[ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Everything that may have a docstring; looks only into statements, as expressions hold none."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            held = getattr(node, name, ())
            if isinstance(held, list):
                waiting += held


def _without_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = node.body[0] if node.body else None
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    if documented:
        del node.body[0]
    if not node.body and not isinstance(node, ast.Module):
        node.body.append(ast.Pass())  # a docstring may replace a pass that was the whole body
    elif len(node.body) == 1 and isinstance(only := node.body[0], ast.Expr) and getattr(only.value, "value", None) is ...:
        node.body[0] = ast.Pass()
    return documented
