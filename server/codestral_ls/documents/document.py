"""One open document: edits in, snapshots out.

An edit costs one copy of the text and a few steps on the line index; nothing is parsed here. Offsets are ``str`` indices and
columns are code points (``lsp/convert.py`` turns the client's units into them).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.documents.revision import MAX_TREE_BYTES, Revision
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import LineIndex, line_end
from codestral_ls.errors import DocumentError


@dataclass(frozen=True, slots=True)
class TextChange:
    """Put ``text`` in place of characters ``[start, end)``."""

    start: int
    end: int
    text: str


class Document:
    """A document that the editor has open.

    Not thread-safe: it belongs to the event loop; its snapshots may be used by any thread.
    """

    __slots__ = ("_index", "_revision", "language", "max_tree_bytes", "path", "text", "uri", "version")

    def __init__(
        self,
        uri: str,
        text: str,
        language: str = "plaintext",
        version: int = 0,
        path: Path | None = None,
        max_tree_bytes: int = MAX_TREE_BYTES,
    ) -> None:
        self.uri = uri
        self.path = path
        self.language = language
        self.version = version
        self.text = text
        self.max_tree_bytes = max_tree_bytes
        self._index = LineIndex(text)
        self._revision = Revision(language, max_tree_bytes)

    def apply(self, changes: Iterable[TextChange], version: int | None = None) -> None:
        """Make ``changes`` in order, each in the text that the previous one left, and take ``version`` (None keeps the old).

        Raises: DocumentError if a change is outside the text (that step then changed nothing) or ``version`` goes backwards.
        """
        if version is not None and version < self.version:
            raise DocumentError(f"Version {version} of {self.uri} came after version {self.version}.")
        for change in changes:
            self.edit(change.start, change.end, change.text)
        if version is not None:
            self.version = version

    def edit(self, start: int, end: int, text: str) -> None:
        """Put ``text`` in place of ``[start, end)``. Raises: DocumentError if that is not a range of the document."""
        if not 0 <= start <= end <= len(self.text):
            raise DocumentError(f"[{start}, {end}) is not a range of {self.uri}, which has {len(self.text)} characters.")
        self.text = "".join((self.text[:start], text, self.text[end:]))
        self._index.edited(start, end, self.text, len(text))
        self._revision = self._revision.then(start, end, len(text))

    def replace_all(self, text: str) -> None:
        """Take a whole new text (a full-sync change, or the file read again)."""
        self.text = text
        self._index = LineIndex(text)
        self._revision = Revision(self.language, self.max_tree_bytes)

    def set_language(self, language: str) -> None:
        """Take another language, as an editor does when the user picks one."""
        if language != self.language:
            self.language = language
            self._revision = Revision(language, self.max_tree_bytes)

    @property
    def line_count(self) -> int:
        """Number of lines by LSP's rules, at least 1."""
        return self._index.count

    def line_start(self, line: int) -> int:
        """The offset where 0-based ``line`` begins. Raises: DocumentError outside the document."""
        return self._index.start(line)

    def line_text(self, line: int) -> str:
        """The text of 0-based ``line`` without its ending, in O(line). Raises: DocumentError outside the document."""
        start = self._index.start(line)
        return self.text[start : line_end(self.text, start)]

    def offset_at(self, line: int, column: int) -> int:
        """The offset of (line, column in code points). A column after the line's end means its end, as LSP says.

        Raises: DocumentError for a negative column or a line outside the document.
        """
        if column < 0:
            raise DocumentError(f"Column {column} is negative.")
        start = self._index.start(line)
        return min(start + column, line_end(self.text, start))

    def position_at(self, offset: int) -> tuple[int, int]:
        """``offset`` as 0-based (line, column in code points). Raises: DocumentError outside the document."""
        if not 0 <= offset <= len(self.text):
            raise DocumentError(f"Offset {offset} is outside {self.uri}, which has {len(self.text)} characters.")
        return self._index.position(offset)

    def snapshot(self, offset: int) -> Snapshot:
        """The document as it is now, the cursor at ``offset``, in O(1). Raises: DocumentError outside the document."""
        if not 0 <= offset <= len(self.text):
            raise DocumentError(f"Offset {offset} is outside {self.uri}, which has {len(self.text)} characters.")
        return Snapshot(self.uri, self.path, self.language, self.version, self.text, offset, self._revision)
