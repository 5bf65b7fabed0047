"""The sources in the order in which they are asked: cheap ones about the user first, then the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from codestral_ls.context.snippet_format import Snippet
from codestral_ls.context.sources.counterpart import Counterpart
from codestral_ls.context.sources.definitions import Definitions
from codestral_ls.context.sources.diagnostics import Diagnostics
from codestral_ls.context.sources.importers import Importers
from codestral_ls.context.sources.open_files import OpenFiles
from codestral_ls.context.sources.recent_edits import RecentEdits
from codestral_ls.context.sources.recently_viewed import RecentlyViewed
from codestral_ls.context.sources.similar_windows import SimilarWindows
from codestral_ls.context.workspace import Workspace
from codestral_ls.documents.snapshot import Snapshot


class Finder(Protocol):
    """One source. ``name`` is what `codestral-ls context` prints."""

    name: str

    def find(self, snapshot: Snapshot) -> Sequence[Snippet]:
        """Snippets for the snapshot's cursor, best first. Runs outside the event loop."""
        ...


def sources_for(workspace: Workspace) -> list[Finder]:
    """A set of sources for one workspace."""
    return [
        Diagnostics(workspace),
        RecentEdits(workspace),
        Definitions(workspace),
        RecentlyViewed(workspace),
        OpenFiles(workspace),
        Counterpart(workspace),
        Importers(workspace),
        SimilarWindows(workspace),
    ]
