"""The editor's diagnostics at the cursor, if it reports them: the next line often fixes them."""

from __future__ import annotations

from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot

LINES_AROUND = 2
MOST = 3
MOST_CHARACTERS = 200


class Diagnostics:
    """The source; reads the diagnostics that the client sent."""

    name = "diagnostics"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, snapshot: Snapshot) -> list[Snippet]:
        """The messages about lines close to the cursor as comments, nearest first."""
        known = self._workspace.recent.diagnostics.get(snapshot.uri, ())
        line = snapshot.text.count("\n", 0, snapshot.offset) + 1
        close = sorted((one for one in known if abs(one.line - line) <= LINES_AROUND), key=lambda one: abs(one.line - line))
        mark = snapshot.spec.line_comment or "#"
        path = self._workspace.relative(snapshot.path) or snapshot.uri.rpartition("/")[2]
        return [
            Snippet(path, one.line, one.line, f"{mark} {' '.join(one.message.split())[:MOST_CHARACTERS]}", self.name, 0.9)
            for one in close[:MOST]
        ]
