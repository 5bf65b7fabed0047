"""A document as one request sees it: frozen, so that typing can continue at the same time.

Protocol positions are converted in ``lsp/convert.py``. The text is not copied: ``str`` is shared.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from codestral_ls.documents.excerpts import LARGE
from codestral_ls.documents.languages import Language, language_for
from codestral_ls.documents.regions import Region, region_in
from codestral_ls.documents.revision import MAX_TREE_BYTES, Revision
from codestral_ls.documents.scopes import Scope, indented_scopes
from codestral_ls.documents.tails import tail_of
from codestral_ls.documents.text import indent_of, line_end, line_start
from codestral_ls.errors import DocumentError

if TYPE_CHECKING:
    from codestral_ls.documents.syntax import SyntaxTree

_REACH = 20_000
"""Without a tree, characters before the cursor that are read to tell strings and comments from code."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One document at one version with a cursor at ``offset`` (a ``str`` index; ``0 <= offset <= len(text)``)."""

    uri: str
    path: Path | None
    language: str
    version: int
    text: str = field(repr=False)
    offset: int
    revision: Revision = field(repr=False, compare=False)

    @classmethod
    def of(
        cls,
        text: str,
        offset: int | None = None,
        language: str = "python",
        uri: str = "untitled:snapshot",
        path: Path | None = None,
        version: int = 0,
        max_tree_bytes: int = MAX_TREE_BYTES,
        large: int = LARGE,
    ) -> Snapshot:
        """A snapshot of a text that is in no editor: for tests and the command line. ``offset`` None is the text's end;
        a text from ``large`` characters on is looked at in parts.

        Raises: DocumentError if ``offset`` is outside the text.
        """
        offset = len(text) if offset is None else offset
        if not 0 <= offset <= len(text):
            raise DocumentError(f"Offset {offset} is outside the text, which has {len(text)} characters.")
        return cls(uri, path, language, version, text, offset, Revision(language, max_tree_bytes, large))

    @property
    def prefix(self) -> str:
        """The text before the cursor."""
        return self.text[: self.offset]

    @property
    def suffix(self) -> str:
        """The text after the cursor."""
        return self.text[self.offset :]

    @property
    def line_prefix(self) -> str:
        """The cursor's line up to the cursor."""
        return self.text[line_start(self.text, self.offset) : self.offset]

    @property
    def line_suffix(self) -> str:
        """The cursor's line from the cursor on, without its ending."""
        return self.text[self.offset : line_end(self.text, self.offset)]

    @property
    def tail(self) -> str:
        """The closing marks that an editor typed after the cursor: the rest of the line if it has only such marks, else ``""``."""
        return tail_of(self.line_suffix)

    @property
    def line_start(self) -> int:
        """The offset where the cursor's line begins."""
        return line_start(self.text, self.offset)

    @property
    def line_end(self) -> int:
        """The offset just before the ending of the cursor's line."""
        return line_end(self.text, self.offset)

    @property
    def indent(self) -> str:
        """The spaces and tabs before the cursor at the beginning of its line."""
        return indent_of(self.line_prefix)

    @property
    def spec(self) -> Language:
        """The language's row in the table of languages."""
        return language_for(self.language)

    def tree(self) -> SyntaxTree | None:
        """The syntax tree of ``text``: parsed on the first call, incrementally if an earlier version was.

        None if the language has no grammar (or its wheel is missing), the text is larger than the cap, or looks
        binary.
        """
        return self.revision.tree(self.text)

    def near(self) -> Snapshot:
        """The part of a large document around the cursor, as a document of its own; else the document itself.

        Its tree takes a fraction of the time; its offsets are its own.
        """
        found = self.revision.part(self.text, self.offset)
        if found is None:
            return self
        part, revision = found
        return replace(self, text=part.cut(self.text), offset=part.inside(self.offset), revision=revision)

    def region(self) -> Region:
        """Where the cursor is: code, string or comment, by the tree near it, else by the text near it alone."""
        near = self.near()
        tree = near.tree()
        if tree is not None:
            return tree.region_at(near.offset)
        return region_in(self.text, line_start(self.text, max(0, self.offset - _REACH)), self.offset, self.spec)

    def scopes(self) -> tuple[Scope, ...]:
        """The scopes that hold the cursor, innermost last: by the tree near it, else by indentation."""
        near = self.near()
        tree = near.tree()
        if tree is None:
            return indented_scopes(self.text, self.offset, self.spec)
        found = tree.scopes_at(near.offset)
        part = self.revision.part(self.text, self.offset)
        return found if part is None else tuple(scope.placed(part[0].outside) for scope in found)

    def at(self, offset: int) -> Snapshot:
        """The same document with the cursor elsewhere; shares the tree."""
        if not 0 <= offset <= len(self.text):
            raise DocumentError(f"Offset {offset} is outside the text, which has {len(self.text)} characters.")
        return replace(self, offset=offset)

    def accepting(self, start: int, end: int, text: str) -> Snapshot:
        """The document with ``text`` in place of ``[start, end)`` and the cursor after it; the same version number."""
        whole = "".join((self.text[:start], text, self.text[end:]))
        return replace(self, text=whole, offset=start + len(text), revision=self.revision.then(start, end, len(text)))
