"""The documents that the editor has open, with the current text of each.

A file that is too large or not text is known by name only and completes nothing. The same holds for a document whose edits could
not be understood, until the editor sends it whole again. ``text_sync.py`` has the protocol's messages.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from codestral_ls.documents.addresses import file_of
from codestral_ls.documents.text import common_suffix
from codestral_ls.lsp.convert import Encoding, to_offset

if TYPE_CHECKING:
    from codestral_ls.documents.document import Document

log = logging.getLogger(__name__)

TOO_LARGE = "the file is larger than completion.max_file_bytes"
BINARY = "the file is not text"
OUT_OF_STEP = "an edit could not be understood; close and open the file again"
CLOSED = "the document is not open"


class OpenDocuments:
    """Documents by URI. ``max_file_bytes`` and ``max_tree_bytes`` apply to documents that are opened after they were set."""

    def __init__(self, encoding: Encoding, max_file_bytes: int = 20_000_000, max_tree_bytes: int = 2_000_000) -> None:
        self.encoding: Encoding = encoding
        self.max_file_bytes = max_file_bytes
        self.max_tree_bytes = max_tree_bytes
        self._documents: dict[str, Document] = {}
        self._refused: dict[str, str] = {}
        self._languages: dict[str, str] = {}

    def find(self, uri: str) -> Document | None:
        """The open document, None if there is none that can be completed."""
        return self._documents.get(uri)

    def why_not(self, uri: str) -> str:
        """Why ``find`` returned None, in words."""
        return self._refused.get(uri, CLOSED)

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._documents.values()))

    def open(self, item: types.TextDocumentItem) -> Document | None:
        """Take a document the editor opened (again); None if it cannot be completed."""
        self._languages[item.uri] = item.language_id if isinstance(item.language_id, str) else ""
        return self._take(item.uri, item.text, item.version)

    def change(
        self, uri: str, version: int, changes: Sequence[types.TextDocumentContentChangeEvent]
    ) -> tuple[Document, int] | None:
        """Make the editor's changes; returns the document and the offset after the last change.

        None if the document is not open or cannot be completed. If a version goes backwards, the log says so and the changes are
        still made, because an editor's text is more reliable than its version numbers.
        """
        whole = _last_whole(changes)
        document = self._documents.get(uri)
        if document is None:
            if uri not in self._refused:
                log.warning("a change of %s was ignored: %s", uri, CLOSED)
                return None
            if whole is None:
                return None
            document = self._take(uri, changes[whole].text, version)
            if document is None:
                return None
            changes = changes[whole + 1 :]
        elif version < document.version:
            log.warning("version %d of %s came after version %d; its text was taken", version, uri, document.version)
        document.version = version
        end = self._apply(document, changes)
        if len(document.text) > self.max_file_bytes:
            self._refuse(uri, TOO_LARGE)
            return None
        return document, end

    def close(self, uri: str) -> bool:
        """Forget a document; False if it was not open."""
        self._languages.pop(uri, None)
        known = self._documents.pop(uri, None) is not None
        return self._refused.pop(uri, None) is not None or known

    def lose(self, uri: str) -> None:
        """An edit of this document was not understood, so its text is unknown from now on."""
        if uri in self._documents:
            self._refuse(uri, OUT_OF_STEP)

    def _apply(self, document: Document, changes: Iterable[types.TextDocumentContentChangeEvent]) -> int:
        """Make the changes in order and return the offset after the last change."""
        end = 0
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                first = to_offset(document, change.range.start, self.encoding)
                last = to_offset(document, change.range.end, self.encoding)
                first, last = min(first, last), max(first, last)
                document.edit(first, last, change.text)
                end = first + len(change.text)
            else:
                end = _end_of_difference(document.text, change.text)
                document.replace_all(change.text)
        return end

    def _take(self, uri: str, text: str, version: int) -> Document | None:
        from codestral_ls.documents.document import Document  # imported with the first document, not before initialize
        from codestral_ls.documents.languages import known_id
        from codestral_ls.documents.revision import looks_binary

        self._refused.pop(uri, None)
        reason = TOO_LARGE if _is_larger(text, self.max_file_bytes) else BINARY if looks_binary(text) else None
        if reason is not None:
            self._refuse(uri, reason)
            return None
        path = file_of(uri)
        language = known_id(self._languages.get(uri, "plaintext"), path)
        document = Document(uri, text, language, version, path, self.max_tree_bytes)
        self._documents[uri] = document
        return document

    def _refuse(self, uri: str, reason: str) -> None:
        self._documents.pop(uri, None)
        self._refused[uri] = reason
        log.info("%s is not completed: %s", uri, reason)


def _last_whole(changes: Sequence[types.TextDocumentContentChangeEvent]) -> int | None:
    """The index of the last change that brings the whole text."""
    whole = [i for i, change in enumerate(changes) if isinstance(change, types.TextDocumentContentChangeWholeDocument)]
    return whole[-1] if whole else None


def _end_of_difference(old: str, new: str) -> int:
    """Where the part of ``new`` that differs from ``old`` ends: the place of typing, if a client sends whole texts."""
    return len(new) - common_suffix(old, new)


def _is_larger(text: str, limit: int) -> bool:
    """True if ``text`` has more than ``limit`` bytes in UTF-8, encoding it only if that is in doubt."""
    if len(text) > limit or len(text) * 4 <= limit or text.isascii():
        return len(text) > limit
    return len(text.encode("utf-8", "surrogatepass")) > limit
