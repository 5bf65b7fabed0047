"""Files that import this one: how they use the code being written here."""

from __future__ import annotations

import re

from codestral_ls.context.cursor_text import cursor_text
from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot

MOST_FILES = 5
LINES_AROUND = 3

_DEFINED = re.compile(r"\b(?:def|class|function|func|fn|struct|enum|interface|trait|type|const|let|var)\s+(\w+)")
"""Names defined in the lines at the cursor; a query over the whole tree costs 4 ms and finds no more there."""


class Importers:
    """The source; finds files in the index and reads a few of them."""

    name = "importers"

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def find(self, snapshot: Snapshot) -> list[Snippet]:
        """One use in each of the nearest importing files of a name that is defined around the cursor."""
        here = self._workspace.relative(snapshot.path)
        if not here:
            return []
        own = {scope.name for scope in snapshot.scopes() if scope.name} | set(_DEFINED.findall(cursor_text(snapshot).close_text))
        own = {name for name in own if len(name) > 2 and not name.startswith("__")}
        if not own:
            return []
        used = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(own))) + r")\b")
        found: list[Snippet] = []
        for path in self._workspace.reader.importers_of(here)[:MOST_FILES]:
            text = self._workspace.text_of(path)
            if text is None:
                continue
            lines = text.split("\n")
            at = next((i for i, line in enumerate(lines) if used.search(line) and not _is_import(line)), None)
            if at is None:
                continue
            start, end = max(0, at - LINES_AROUND), min(len(lines), at + LINES_AROUND + 1)
            part = "\n".join(lines[start:end]).strip("\n")
            found.append(Snippet(path, start + 1, end, part, self.name, 0.35 * 0.8 ** len(found)))
        return found


def _is_import(line: str) -> bool:
    return line.lstrip().startswith(("import ", "from ", "use ", "#include", "require", "export {", "using "))
