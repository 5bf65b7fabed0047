"""Ranges that the user looked at a moment ago, where the cursor came to rest."""

from __future__ import annotations

from codestral_ls.context.cursor_text import cursor_text
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot

MOST = 6


class RecentlyViewed:
    """The source; shows ranges of documents that are still open."""

    name = "recently_viewed"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, snapshot: Snapshot) -> list[Snippet]:
        """The latest ranges outside the window, newest first."""
        found: list[Snippet] = []
        visible = cursor_text(snapshot).visible_text
        for view in reversed(list(self._workspace.recent.views)):
            seen = self._workspace.recent.documents.get(view.uri)
            if seen is None or (seen.path is not None and not self._workspace.may_read(seen.path)):
                continue
            lines = seen.text.split("\n")[view.start_line - 1 : view.end_line]
            text = "\n".join(lines).strip("\n")
            if not text.strip() or (view.uri == snapshot.uri and any(line in visible for line in lines if len(line) > 20)):
                continue
            path = self._workspace.relative(seen.path) or seen.uri.rpartition("/")[2]
            end = min(view.end_line, view.start_line + len(lines) - 1)
            found.append(Snippet(path, view.start_line, end, text, self.name, 0.4 * 0.85 ** len(found)))
            if len(found) == MOST:
                break
        return found
