"""The user's recent activity: documents, edits, visited places, and the editor's diagnostics.

Fed by the completer's document events, on the event loop. The one store of the texts of documents as they were last seen: copies,
snippets and neighbours read them here, and check whether a document is private when they do. ``workspace.py`` reads files on disk.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from codestral_ls.documents.snapshot import Snapshot

OPEN_FILES = 24
CLOSED_FILES = 6
"""Closed documents that are kept as a source of copies."""
EDITS = 24
VIEWS = 24
VIEW_LINES = 24
"""Lines around a cursor that came to rest: about a screen."""
MOST_CHARACTERS = 400_000
"""Longer documents are not a source of snippets."""
JOIN_LINES = 8
"""Edits that are closer together than this count as one."""


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """A document as it was last seen; ``offset`` is the cursor's."""

    uri: str
    path: Path | None
    language: str
    text: str
    offset: int
    is_open: bool = True

    @property
    def line(self) -> int:
        """The cursor's line, from 0."""
        return self.text.count("\n", 0, self.offset)


@dataclass(frozen=True, slots=True)
class RecentEdit:
    """One changed place: lines from 1 in the text as it is now, with the text before the change."""

    uri: str
    path: Path | None
    start_line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ViewedRange:
    """A range of lines, from 1, that the user looked at."""

    uri: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An editor's diagnostic of a line (from 1)."""

    line: int
    message: str


class Recent:
    """The latest documents, edits, views and diagnostics, newest last."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, SeenDocument] = OrderedDict()
        self.edits: deque[RecentEdit] = deque(maxlen=EDITS)
        self.views: deque[ViewedRange] = deque(maxlen=VIEWS)
        self.diagnostics: dict[str, tuple[Diagnostic, ...]] = {}
        self._settled: dict[str, str] = {}

    @property
    def documents(self) -> dict[str, SeenDocument]:
        """The open documents that are short enough for snippets, by URI, the latest last. May be called in another thread."""
        return {one.uri: one for one in list(self._seen.values()) if one.is_open and len(one.text) <= MOST_CHARACTERS}

    def latest(self) -> list[SeenDocument]:
        """The documents, the latest first, also closed documents and long ones."""
        return list(reversed(self._seen.values()))

    def text_of(self, uri: str) -> str | None:
        """The text of a document when it was last seen."""
        seen = self._seen.get(uri)
        return seen.text if seen is not None else None

    def see(self, snapshot: Snapshot) -> None:
        """A document was opened, changed, or its cursor rests somewhere."""
        self._seen[snapshot.uri] = SeenDocument(snapshot.uri, snapshot.path, snapshot.language, snapshot.text, snapshot.offset)
        self._seen.move_to_end(snapshot.uri)
        if len(snapshot.text) <= MOST_CHARACTERS:
            self._settled.setdefault(snapshot.uri, snapshot.text)
        self._keep_the_latest()

    def rest(self, snapshot: Snapshot) -> None:
        """Typing paused: record the changes since the last pause as an edit and the text around the cursor as a view."""
        self.see(snapshot)
        if len(snapshot.text) > MOST_CHARACTERS:
            return
        before = self._settled.get(snapshot.uri, snapshot.text)
        if before != snapshot.text:
            self._settled[snapshot.uri] = snapshot.text
            for edit in edits_between(snapshot.uri, snapshot.path, before, snapshot.text):
                self._add(edit)
        line = self._seen[snapshot.uri].line + 1
        view = ViewedRange(snapshot.uri, max(1, line - VIEW_LINES // 2), line + VIEW_LINES // 2)
        if not any(one.uri == view.uri and abs(one.start_line - view.start_line) < VIEW_LINES for one in self.views):
            self.views.append(view)

    def close(self, uri: str) -> None:
        """The document was closed; its edits are kept, and its text as long as it is one of the latest."""
        if uri in self._seen:
            self._seen[uri] = replace(self._seen[uri], is_open=False)
        self._settled.pop(uri, None)
        self.diagnostics.pop(uri, None)
        self._keep_the_latest()

    def _keep_the_latest(self) -> None:
        for is_open, most in ((True, OPEN_FILES), (False, CLOSED_FILES)):
            of_kind = [uri for uri, one in self._seen.items() if one.is_open is is_open]
            for uri in of_kind[:-most]:
                del self._seen[uri]
                self._settled.pop(uri, None)

    def _add(self, edit: RecentEdit) -> None:
        """Keep ``edit``, together with an earlier one of the same place."""
        for known in list(self.edits):
            if known.uri == edit.uri and abs(known.start_line - edit.start_line) <= JOIN_LINES:
                self.edits.remove(known)
                if known.start_line <= edit.start_line:
                    old = known.old if known.old else edit.old
                    edit = RecentEdit(edit.uri, edit.path, edit.start_line, old, edit.new)
        self.edits.append(edit)


def edits_between(uri: str, path: Path | None, before: str, after: str) -> Sequence[RecentEdit]:
    """The places where two texts differ, in lines; two differences close together count as one."""
    old, new = before.split("\n"), after.split("\n")
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_part, new_part = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(old_part) + len(new_part) > 400:  # a file that was rewritten is not an edit that predicts the next one
        return ()
    edits: list[RecentEdit] = []
    for tag, i, j, k, m in SequenceMatcher(None, old_part, new_part, autojunk=False).get_opcodes():
        if tag != "equal":
            edits.append(RecentEdit(uri, path, head + k + 1, tuple(old_part[i:j]), tuple(new_part[k:m])))
    return edits
