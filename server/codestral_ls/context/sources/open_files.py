"""The other open files, around their cursors. (The definitions source has their definitions.)"""

from __future__ import annotations

from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot

MOST = 6
LINES = 14


class OpenFiles:
    """The source; knows nothing of files on disk."""

    name = "open_files"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, snapshot: Snapshot) -> list[Snippet]:
        """A few lines of each other open file in the same language, the latest first."""
        found: list[Snippet] = []
        for seen in reversed(list(self._workspace.recent.documents.values())):
            if seen.uri == snapshot.uri or seen.language != snapshot.language:
                continue
            if seen.path is not None and not self._workspace.may_read(seen.path):
                continue
            start = max(0, seen.line - LINES // 2)
            lines = seen.text.split("\n")[start : start + LINES]
            text = "\n".join(lines).strip("\n")
            if not text.strip():
                continue
            path = self._workspace.relative(seen.path) or seen.uri.rpartition("/")[2]
            found.append(Snippet(path, start + 1, start + len(lines), text, self.name, 0.2 * 0.85 ** len(found)))
            if len(found) == MOST:
                break
        return found
