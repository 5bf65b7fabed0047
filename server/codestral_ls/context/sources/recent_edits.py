"""The user's edits elsewhere a moment ago, as compact hunks: the next change often repeats one."""

from __future__ import annotations

from codestral_ls.context.cursor_text import cursor_text
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot

MOST_LINES = 12
MOST = 6


class RecentEdits:
    """The source; knows nothing of files on disk."""

    name = "recent_edits"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, snapshot: Snapshot) -> list[Snippet]:
        """The latest edits that the window does not show, newest first."""
        found: list[Snippet] = []
        if not self._workspace.recent.edits:
            return found
        visible = cursor_text(snapshot).visible_text
        for edit in reversed(list(self._workspace.recent.edits)):
            new = "\n".join(edit.new[:MOST_LINES])
            if (edit.uri == snapshot.uri and new in visible) or not (new.strip() or edit.old):
                continue
            if edit.path is not None and not self._workspace.may_read(edit.path):
                continue
            lines = [f"-{line}" for line in edit.old[: MOST_LINES // 2]] + [f"+{line}" for line in edit.new[:MOST_LINES]]
            path = self._workspace.relative(edit.path) or (edit.path.name if edit.path else edit.uri.rpartition("/")[2])
            end = edit.start_line + max(0, min(len(edit.new), MOST_LINES) - 1)
            found.append(Snippet(path, edit.start_line, end, "\n".join(lines), self.name, 0.5 * 0.85 ** len(found)))
            if len(found) == MOST:
                break
        return found
