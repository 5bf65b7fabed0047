"""The modules from which a project imports a name, from the index of the workspace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from codestral_ls.context.index.importing import modules_of
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.roots import root_of
from codestral_ls.edits.document_lines import DocumentLines


class ProjectModules:
    """Reads the indexes of the workspace's folders, in one thread.

    ``folders`` returns the folders; without an index nothing is found.
    """

    def __init__(self, folders: Callable[[], Sequence[Path]]) -> None:
        self._folders = folders
        self._readers: dict[Path, IndexReader] = {}

    def __call__(self, name: str, page: DocumentLines) -> Sequence[str]:
        """The modules from which other files of the page's project import ``name``, the usual one first."""
        folders = self._folders()
        root = root_of(page.path, folders) if folders else None
        if root is None or page.path is None:
            return ()
        reader = self._readers.get(root)
        if reader is None:
            reader = self._readers[root] = IndexReader(root)
        path = page.path.relative_to(root).as_posix()
        if any("\ud800" <= character <= "\udfff" for character in path):
            return ()  # bytes that are not text: the index has no such file
        return modules_of(reader, name, path)

    def close(self) -> None:
        """Close the indexes."""
        for reader in self._readers.values():
            reader.close()
