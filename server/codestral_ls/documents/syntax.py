"""One syntax tree and the questions that it answers. Offsets are ``str`` indices; no tree-sitter object leaves this package.

The parser reads UTF-16, so that a byte offset is always twice the ``str`` index: a character beyond the basic plane is replaced
by one unit. Its rows count only ``\n``, so rows never leave this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import tree_sitter

from codestral_ls.documents import grammars, parser_watch, queries
from codestral_ls.documents.bounds import SPACING, is_too_deep, is_unbounded
from codestral_ls.documents.hunks import Hunk
from codestral_ls.documents.languages import Language, language_for
from codestral_ls.documents.marks import QUOTES, Mark, mark_of
from codestral_ls.documents.matches import Capture, Match
from codestral_ls.documents.queries import UNIT
from codestral_ls.documents.regions import Region, region_from, region_in
from codestral_ls.documents.scopes import Scope, indented_scopes, reach, scopes_from
from codestral_ls.documents.stretches import Stretch, around
from codestral_ls.documents.text import line_start
from codestral_ls.documents.timed_parse import timed_parse

LONGEST_MS = 5_000.0
"""CPU milliseconds for a parse if nobody waits: in the index and in batches."""
_LONGEST_MARK = 6
"""Characters of the longest token that is a mark: a prefix and three quotes."""
_BROKEN_REACH = 4_096
"""How far back, in characters, an opened and never closed string is searched for."""
_MANY = 256
"""If a node has more children, not all of them are looked at."""
_WAITING = frozenset({"kotlin", "perl"})
"""Languages whose scanner waits for a line end and never returns if a text ends without one: in an annotation (``val a = 1``,
``@J``), or in a variable of a here-document (``<<E``, ``$a``). No time limit ends that.
"""
_BLANK = re.compile(r"\s")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class SyntaxTree:
    """The tree of one text. Immutable; may be used from several threads."""

    __slots__ = ("_count", "_tree", "language", "text")

    def __init__(self, language: Language, text: str, tree: tree_sitter.Tree) -> None:
        self.language = language
        self.text = text
        self._tree = tree
        self._count: int | None = None

    @classmethod
    def parse(cls, language_id: str, text: str, within_ms: float | None = LONGEST_MS) -> SyntaxTree | None:
        """Parse ``text`` from scratch.

        None if the language has no usable grammar, parsing took more than ``within_ms`` of CPU time, or queries would be too slow
        or the parser could crash (see ``bounds``).
        """
        language = language_for(language_id)
        grammar = grammars.load(language.grammar)
        if grammar is None or parser_watch.is_avoided(language.id) or is_too_deep(text):
            return None
        with parser_watch.parsing(language.id):
            tree = timed_parse(grammar, _ended(language, text), None, within_ms)
        if tree is None or is_unbounded(tree, _spread(0, len(text))):
            return None
        return cls(language, text, tree)

    def followed_by(self, text: str, hunks: Iterable[Hunk], within_ms: float | None = None) -> SyntaxTree | None:
        """The tree of ``text``, which ``hunks`` lead to from this tree's text; reuses the unchanged parts.

        None if queries would be too slow on the tree, or if it took more than ``within_ms`` of CPU time: an open bracket makes the
        parser read on to the end of the file.
        """
        tree = self._tree.copy()
        hunks = list(hunks)
        if any(is_too_deep(text, hunk.new_start, hunk.new_end) for hunk in hunks):
            return None
        for hunk in sorted(hunks, key=lambda hunk: hunk.old_start, reverse=True):
            row, column = _point(self.text, hunk.old_start)
            inserted = text[hunk.new_start : hunk.new_end]
            tree.edit(
                hunk.old_start * UNIT,
                hunk.old_end * UNIT,
                (hunk.old_start + len(inserted)) * UNIT,
                (row, column),
                _moved(row, column, self.text[hunk.old_start : hunk.old_end]),
                _moved(row, column, inserted),
            )
        with parser_watch.parsing(self.language.id):
            parsed = timed_parse(self._tree.language, _ended(self.language, text), tree, within_ms)
        edited = (place for hunk in hunks for place in _spread(hunk.new_start, hunk.new_end))
        if parsed is None or is_unbounded(parsed, edited):
            return None
        return SyntaxTree(self.language, text, parsed)

    def try_edit(self, start: int, end: int, new_text: str, within_ms: float | None) -> SyntaxTree | None:
        """The tree with ``new_text`` in place of ``[start, end)``, or None if it took more than ``within_ms`` of CPU time."""
        text = "".join((self.text[:start], new_text, self.text[end:]))
        return self.followed_by(text, [Hunk(start, end, start, start + len(new_text))], within_ms)

    def with_edit(self, start: int, end: int, new_text: str) -> SyntaxTree:
        """The tree of this text with ``new_text`` in place of ``[start, end)``, however long it takes.

        This tree is not changed. In a large file a completion that leaves a bracket open takes 0.2 s: see ``try_edit``.
        """
        tree = self.try_edit(start, end, new_text, None)
        assert tree is not None
        return tree

    @property
    def has_errors(self) -> bool:
        """True if the parser met anything it could not understand."""
        return self._tree.root_node.has_error

    @property
    def root_is_error(self) -> bool:
        """True if the parser could not understand the text as a whole."""
        return self._tree.root_node.is_error

    @property
    def error_count(self) -> int:
        """How many ERROR and MISSING nodes there are; counted once, in O(nodes around them)."""
        if self._count is None:
            self._count = self.errors_in(0, len(self.text)) if self.has_errors else 0
        return self._count

    def stretches_around(self, place: Stretch, margin: int, longest: int) -> list[Stretch] | None:
        """The stretches of whole lines that make sense alone and hold ``place`` (see ``stretches.around``)."""
        return around(self._tree.root_node, self.text, place, margin, longest)

    def kind_at(self, offset: int) -> str:
        """The grammar's name of the smallest node that begins at or holds ``offset``."""
        node = self._tree.root_node.descendant_for_byte_range(offset * UNIT, (offset + 1) * UNIT)
        return "" if node is None else node.type

    def marks(self, start: int, end: int) -> list[Mark]:
        """The brackets and quotes among the tokens that begin in ``[start, end)``; none inside strings and comments."""
        found = []
        for node in _leaves(self._tree.root_node, start * UNIT, end * UNIT):
            mark = self._mark(node) if node.start_byte >= start * UNIT else None
            if mark is not None:
                found.append(Mark(node.start_byte // UNIT, mark))
        return found

    def has_mark(self, offset: int) -> bool:
        """True if a bracket or quote begins exactly at ``offset`` as a token; marks inside comments and strings are not tokens."""
        leaves = _leaves(self._tree.root_node, offset * UNIT, offset * UNIT + 1)
        return any(node.start_byte == offset * UNIT and self._mark(node) is not None for node in leaves)

    def is_opaque_at(self, offset: int) -> bool:
        """True if ``offset`` is inside a token that holds blanks: text that the grammar does not read, such as ``<style>``'s in
        HTML.
        """
        leaves = _leaves(self._tree.root_node, offset * UNIT, offset * UNIT + 1)
        inside = (leaf for leaf in leaves if leaf.start_byte < offset * UNIT < leaf.end_byte)
        return any(_BLANK.search(self.text, leaf.start_byte // UNIT, leaf.end_byte // UNIT) for leaf in inside)

    def _mark(self, leaf: tree_sitter.Node) -> str | None:
        if leaf.is_missing or leaf.end_byte - leaf.start_byte > _LONGEST_MARK * UNIT:
            return None
        mark = mark_of(self.text[leaf.start_byte // UNIT : leaf.end_byte // UNIT])
        # The content of a string or a regular expression is a named node, even if it is only a bracket.
        return None if mark is not None and leaf.is_named and mark not in QUOTES else mark

    def errors_in(self, start: int, end: int) -> int:
        """How many ERROR and MISSING nodes touch ``[start, end]``."""
        return sum(1 for _ in _errors(self._tree.root_node, start * UNIT, end * UNIT))

    def has_more_errors_than(self, count: int) -> bool:
        """True if the whole text holds more than ``count`` ERROR and MISSING nodes; stops at that many."""
        errors = _errors(self._tree.root_node, 0, len(self.text) * UNIT)
        return next(islice(errors, count, None), None) is not None

    def matches(self, query: str, start: int | None = None, end: int | None = None) -> list[Match]:
        """The matches of ``queries/<language>/<query>.scm`` that touch ``[start, end)``; none without such a query."""
        return queries.matches(self.language.id, query, self._tree.root_node, self.text, start, end)

    def captures(self, query: str, start: int | None = None, end: int | None = None) -> list[Capture]:
        """The captures of those matches in the order of the text, outer before inner."""
        found = {capture for match in self.matches(query, start, end) for capture in match.captures}
        return sorted(found, key=lambda capture: (capture.start, -capture.end, capture.name))

    def region_at(self, offset: int) -> Region:
        """Where ``offset`` is: code, string or comment (see ``regions.region_from`` for the borders)."""
        if not self.language.knows("regions"):
            return region_in(self.text, line_start(self.text, max(0, offset - _BROKEN_REACH)), offset, self.language)
        near = self.captures("regions", max(0, offset - 1), offset + 1)
        region = region_from(near, self.text, offset, self.language)
        if region == "code" and self.has_errors:
            earliest = line_start(self.text, max(0, offset - _BROKEN_REACH))
            broken = min(self._broken(earliest, offset), default=None)
            if broken is not None:
                return region_in(self.text, broken, offset, self.language)
        return region

    def scopes_at(self, offset: int) -> tuple[Scope, ...]:
        """The scopes that hold ``offset``, innermost last.

        If the parser could not understand the text around it, indentation adds the scopes that the tree lacks.
        """
        if not self.language.knows("scopes"):
            return indented_scopes(self.text, offset, self.language)
        start = reach(self.text, offset, self.language)
        found = self.matches("scopes", start, offset + 1)
        if not self.has_errors:
            return scopes_from(found, self.text, offset, self.language)
        missing = [
            node.start_byte // UNIT for node in _errors(self._tree.root_node, start * UNIT, offset * UNIT) if node.is_missing
        ]
        scopes = scopes_from(found, self.text, offset, self.language, missing)
        if self._broken(start, offset):
            inside = scopes[-1].body_start if scopes else -1
            indented = indented_scopes(self.text, offset, self.language)
            scopes = (*scopes, *(scope for scope in indented if scope.start > inside))
        return scopes

    def block_at(self, offset: int) -> Scope | None:
        """The innermost scope whose body (not its head) holds ``offset``; None at the top of the file."""
        return next((scope for scope in reversed(self.scopes_at(offset)) if offset >= scope.body_start), None)

    def _broken(self, start: int, end: int) -> list[int]:
        """Where the ERROR nodes that touch ``[start, end]`` begin: places where the parser still read code."""
        errors = _errors(self._tree.root_node, start * UNIT, end * UNIT)
        return [node.start_byte // UNIT for node in errors if node.is_error]

    def shape(self) -> str:
        """The tree as an S-expression of node types: equal for two texts that parse alike."""
        return str(self._tree.root_node)


def _leaves(root: tree_sitter.Node, start: int, end: int) -> Iterator[tree_sitter.Node]:
    """The nodes without children that touch ``[start, end)`` in bytes, in the order of the text."""
    cursor = root.walk()
    while True:
        node = cursor.node
        assert node is not None
        if node.start_byte >= end:
            return
        if node.end_byte > start and cursor.goto_first_child_for_byte(start) is not None:
            continue
        if node.end_byte > start and not node.child_count:
            yield node
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _errors(node: tree_sitter.Node, start: int, end: int) -> Iterator[tree_sitter.Node]:
    """The ERROR and MISSING nodes at or below ``node`` that touch ``[start, end]`` in bytes; sound subtrees are skipped."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.end_byte < start or node.start_byte > end:
            continue
        children = _children(node, start, end) if node.has_error else []
        if node.is_error or node.is_missing or (node.has_error and _hides_error(node, children)):
            yield node
        # The unreadable part of an ERROR node is a leaf of the same kind inside it: they count as one error.
        waiting.extend(child for child in children if not (node.is_error and child.is_error and not child.child_count))


def _hides_error(node: tree_sitter.Node, near: list[tree_sitter.Node]) -> bool:
    """Whether ``node`` contains a mark that the parser supplied and the grammar hides: the error is in none of its children."""
    if any(child.has_error or child.is_missing for child in near):
        return False
    return len(near) == node.child_count or not any(child.has_error or child.is_missing for child in node.children)


def _children(node: tree_sitter.Node, start: int, end: int) -> list[tree_sitter.Node]:
    """The children of ``node``; if there are very many, only those that touch ``[start, end]`` in bytes: each costs a
    microsecond.
    """
    if node.child_count < _MANY or (start <= node.start_byte and node.end_byte <= end):
        return node.children
    found = []
    cursor = node.walk()
    goes_on = cursor.goto_first_child() if start <= 0 else cursor.goto_first_child_for_byte(start - 1) is not None
    while goes_on and cursor.node is not None and cursor.node.start_byte <= end:
        found.append(cursor.node)
        goes_on = cursor.goto_next_sibling()
    return found


def _spread(start: int, end: int) -> Iterator[int]:
    """Evenly spread byte offsets to look at in the characters ``[start, end]``, including both ends."""
    for place in range(start, end, SPACING):
        yield place * UNIT
    yield max(start, end - 1) * UNIT


def _ended(language: Language, text: str) -> bytes:
    """``text`` for the parser, with a line end added where the grammar would wait for one."""
    return _encoded(text + "\n" if language.id in _WAITING else text)


def _encoded(text: str) -> bytes:
    """``text`` in UTF-16 with exactly one unit for each character."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) != len(text) * UNIT:
        encoded = _ASTRAL.sub(_stand_in, text).encode("utf-16-le", "surrogatepass")
    return encoded


def _stand_in(astral: re.Match[str]) -> str:
    """A letter for a letter and a symbol for a symbol: grammars do not distinguish such characters any further."""
    return "\u4e00" if astral.group().isidentifier() else "\u263a"


def _point(text: str, offset: int) -> tuple[int, int]:
    """tree-sitter's (row, column in bytes) of ``offset``."""
    return text.count("\n", 0, offset), (offset - (text.rfind("\n", 0, offset) + 1)) * UNIT


def _moved(row: int, column: int, text: str) -> tuple[int, int]:
    """The point after ``text`` that begins at (row, column)."""
    breaks = text.count("\n")
    if breaks == 0:
        return row, column + len(text) * UNIT
    return row + breaks, (len(text) - text.rfind("\n") - 1) * UNIT
