"""The chain from an edited text back to the last text that was parsed.

One revision per edit holds three numbers and no text. The tree of a revision is made when it is first needed,
from the nearest ancestor that has one; then the older part of the chain is dropped. Documents and versions are unknown here.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from codestral_ls.documents.excerpts import LARGE, Part, excerpt
from codestral_ls.documents.hunks import Hunk, Replacement, hunks_of

if TYPE_CHECKING:
    from codestral_ls.documents.syntax import SyntaxTree

MAX_TREE_BYTES = 2_000_000
"""Default of the option ``completion.max_tree_bytes``: UTF-8 bytes of the largest text that gets a tree."""
_LONGEST_CHAIN = 1_000
"""A longer chain is dropped: no tree was needed during so many edits, so a full parse is affordable when one is."""
_MOST_EDITS_BEFORE_A_PART = 200
"""After this many edits the whole document is parsed before another part is cut out, because each attempt passes the edits on as
hunks.
"""
_BINARY_SAMPLE = 4_096
_ODD = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffd]")
FOLLOW_MS = 25.0
"""CPU milliseconds for following edits. Usual edits take 2-10 ms at 20,000 lines; an open bracket up to 240 ms, too long while
typing: that version has no tree, and the next one starts from the same older tree."""
FOLLOW_MS_FOREIGN = 3.0
"""The same in a text that the grammar does not know (macros, another dialect).

With so many errors most of it is parsed again at every edit, 10 ms for 90 kB of C, and the tree says little more about the cursor
than the text near it.
"""
FOREIGN_ERRORS = 16
"""In errors; half-typed lines cause fewer."""
FOREIGN_ERRORS_IN_A_PART = 8
"""The same in the part of a large document, before what is being typed now."""
_PATIENCE = 4
"""After so many versions in a row without a tree the time is doubled, so that a persistently difficult text gets a tree."""
_PATIENCE_FOREIGN = 8
"""The same in a text that the grammar does not know.

The versions between are not tried, because they would fail as the last one did.
"""
PARSE_MS = 600.0
"""CPU milliseconds for a parse from scratch (about 80 ms for 20,000 lines). A text that takes longer has no tree from then on."""


class Revision:
    """One state of a text, as far as its syntax tree is concerned. May be used from several threads."""

    __slots__ = (
        "_asked",
        "_edit",
        "_is_base",
        "_is_foreign",
        "_late",
        "_length",
        "_lock",
        "_parent",
        "_part",
        "_tree",
        "_whole",
        "language",
        "large",
        "max_tree_bytes",
    )

    def __init__(self, language: str, max_tree_bytes: int = MAX_TREE_BYTES, large: int = LARGE) -> None:
        self.language = language
        self.max_tree_bytes = max_tree_bytes
        self.large = large
        self._parent: Revision | None = None
        self._edit = Replacement(0, 0, 0)
        self._length = 0
        self._lock = threading.Lock()
        self._asked = False
        self._is_base = False  # later revisions start from this one's tree
        self._is_foreign = False
        self._late = False
        self._tree: SyntaxTree | None = None
        self._part: tuple[Part, Revision] | None = None
        self._whole: tuple[int, int] | None = None

    def then(self, start: int, end: int, inserted: int) -> Revision:
        """The revision after ``inserted`` characters replaced ``[start, end)``. O(1), parses nothing."""
        revision = Revision(self.language, self.max_tree_bytes, self.large)
        if self._length < _LONGEST_CHAIN:
            revision._parent = self
            revision._edit = Replacement(start, end, inserted)
            revision._length = 1 if self._is_base else self._length + 1
        elif (part := self._part or self._carried()) is not None:
            revision._part = _followed(part, [Replacement(start, end, inserted)])
        return revision

    def tree(self, text: str) -> SyntaxTree | None:
        """The tree of ``text``, this revision's own; None without a grammar, above the caps, or for binary text."""
        with self._lock:
            if not self._asked:
                self._asked = True
                self._tree = self._parse(text)
                self._is_base = self._tree is not None or not self._late
                if self._is_base:
                    self._part = self._part or self._carried()
                    self._parent = None
                    self._length = 0
            return self._tree

    def part(self, text: str, offset: int) -> tuple[Part, Revision] | None:
        """The part of a large ``text`` around ``offset`` and its own revision; None if the whole is to be used."""
        if len(text) < self.large:
            return None
        with self._lock:
            self._part = self._part or self._carried()
            if self._part is None or not self._part[0].holds(offset):
                self._part = self._part_found(text, offset)
            return self._part

    def _carried(self) -> tuple[Part, Revision] | None:
        """The part used for an earlier text, with the edits since then: its tree follows edits as well."""
        edits: list[Replacement] = []
        revision: Revision = self
        while revision._part is None:
            if revision._parent is None:
                return None
            edits.append(revision._edit)
            revision = revision._parent
        return _followed(revision._part, reversed(edits))

    def _part_found(self, text: str, offset: int) -> tuple[Part, Revision] | None:
        """A new part, cut out with the last tree of the whole document."""
        revision: Revision = self
        edits: list[Replacement] = []
        while not revision._asked or revision._tree is None:
            if revision._parent is None or len(edits) == _MOST_EDITS_BEFORE_A_PART:
                return None
            edits.append(revision._edit)
            revision = revision._parent
        edits.reverse()
        tree = revision._tree
        place = _before(hunks_of(edits), len(text) - len(tree.text), offset)
        if revision._whole is not None and revision._whole[0] <= place[0] and place[1] <= len(tree.text) - revision._whole[1]:
            return None
        found = excerpt(tree, place)
        followed = None
        if found is not None:
            read = Revision(self.language, self.max_tree_bytes)
            read._tree, read._asked, read._is_base = found[1], True, True
            read._is_foreign = found[1].has_more_errors_than(FOREIGN_ERRORS_IN_A_PART)
            followed = _followed((found[0], read), edits)
        if followed is None:
            revision._whole = place[0], len(tree.text) - place[1]
        return followed

    def _parse(self, text: str) -> SyntaxTree | None:
        if not _fits(text, self.max_tree_bytes) or looks_binary(text):
            return None
        from codestral_ls.documents.syntax import SyntaxTree  # tree_sitter is loaded for the first tree, not at the start

        edits: list[Replacement] = []
        late = 0
        revision: Revision = self
        while (parent := revision._parent) is not None:
            edits.append(revision._edit)
            if parent._is_base:
                break
            late += parent._late
            revision = parent
        old = parent._tree if parent is not None else None
        self._whole = parent._whole if parent is not None else None
        if old is not None:
            foreign = parent is not None and parent._is_foreign
            within_ms, patience = (FOLLOW_MS_FOREIGN, _PATIENCE_FOREIGN) if foreign else (FOLLOW_MS, _PATIENCE)
            tree = None
            if not foreign or late % patience == 0:
                tree = old.followed_by(text, hunks_of(reversed(edits)), within_ms * 2 ** (late // patience))
            self._late = tree is None
            # Measured again after a slow edit; a text in which edits are followed quickly needs no limit.
            self._is_foreign = foreign and (late < patience or tree is None or tree.has_more_errors_than(FOREIGN_ERRORS))
            return tree
        began = time.thread_time()
        tree = SyntaxTree.parse(self.language, text, PARSE_MS)
        if tree is None:
            self.max_tree_bytes = -1  # no grammar, or too slow with it: later revisions need not try
        elif (time.thread_time() - began) * 1000 > FOLLOW_MS_FOREIGN:
            self._is_foreign = tree.has_more_errors_than(FOREIGN_ERRORS)
        return tree


def _followed(found: tuple[Part, Revision], edits: Iterable[Replacement]) -> tuple[Part, Revision] | None:
    """The part and its revision after ``edits``; None if an edit was made outside of the part."""
    part: Part | None
    part, read = found
    for edit in edits:
        read = read.then(part.inside(edit.start), part.inside(edit.end), edit.inserted)
        part = part.edited(edit)
        if part is None:
            return None
    return part, read


def _before(hunks: Sequence[Hunk], growth: int, offset: int) -> tuple[int, int]:
    """The range ``[start, end]``, in the text before ``hunks``, of what was edited and of ``offset``; that text has ``growth``
    fewer characters.
    """
    first = min([offset, *(hunk.new_start for hunk in hunks)])
    last = max([offset, *(hunk.new_end for hunk in hunks)])
    # What is before the first and after the last edit is the same in both texts.
    return min([first, *(hunk.old_start for hunk in hunks)]), max([last - growth, *(hunk.old_end for hunk in hunks)])


def looks_binary(text: str) -> bool:
    """True if ``text`` is binary: it holds NUL, or a tenth of its beginning is control and replacement characters."""
    if "\0" in text:
        return True
    sample = text[:_BINARY_SAMPLE]
    return len(_ODD.findall(sample)) * 10 > len(sample)


def _fits(text: str, max_bytes: int) -> bool:
    """True if ``text`` has at most ``max_bytes`` bytes in UTF-8, encoding it only if the count is in doubt."""
    if len(text) > max_bytes:
        return False
    if text.isascii() or len(text) * 4 <= max_bytes:
        return True
    return len(text.encode("utf-8", "surrogatepass")) <= max_bytes
