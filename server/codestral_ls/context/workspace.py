"""One root as sources see it: its index, its readable files on disk, and the user's recent activity.

Reading a file checks the privacy rules first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISREG

from codestral_ls.context.index.indexed_files import MOST_BYTES, read_source
from codestral_ls.context.index.read import IndexReader
from codestral_ls.context.recent import Recent
from codestral_ls.documents.privacy import FileRules
from codestral_ls.timing import Clock, monotonic

KEPT_FILES = 96
ALLOWED_SECONDS = 2.0


class Workspace:
    """A root for sources. Used by one thread at a time (``Recent`` is only read here)."""

    def __init__(self, root: Path, reader: IndexReader, recent: Recent, rules: FileRules, clock: Clock = monotonic) -> None:
        self.root = root
        self.reader = reader
        self.recent = recent
        self._rules = rules
        self._clock = clock
        self._allowed: dict[Path, tuple[float, bool]] = {}
        self._texts: OrderedDict[str, tuple[tuple[int, int], str | None]] = OrderedDict()

    def relative(self, path: Path | None) -> str:
        """The path in the index's form; empty for a file outside the root or without a path."""
        if path is None:
            return ""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return ""

    def may_read(self, path: Path) -> bool:
        """True if the file may enter a prompt; the answer is kept for two seconds, because finding it reads ignore files."""
        now = self._clock()
        known = self._allowed.get(path)
        if known is None or now - known[0] > ALLOWED_SECONDS:
            if len(self._allowed) > 4 * KEPT_FILES:
                self._allowed.clear()
            known = self._allowed[path] = (now, not self._rules.why_private(path))
        return known[1]

    def gone(self, paths: Iterable[str]) -> set[str]:
        """Those of ``paths``, in the form of snippets, whose files were deleted or may no longer be read.

        Open documents are never among them.
        """
        shown = {self.relative(seen.path) or seen.uri.rpartition("/")[2] for seen in list(self.recent.documents.values())}
        return {path for path in paths if path not in shown and not self.is_there(self.root / path)}

    def is_there(self, path: Path) -> bool:
        """True if the file exists and may be read."""
        try:
            return path.exists() and self.may_read(path)
        except OSError:
            return False

    def text_of(self, relative: str, most_bytes: int = MOST_BYTES) -> str | None:
        """The text of a project file as the user sees it: the open document's, or else the disk's. None if it may not be read,
        is not a plain file, or has more than ``most_bytes``.
        """
        path = self.root / relative
        if not self.may_read(path):
            return None
        for seen in list(self.recent.documents.values()):
            if seen.path == path:
                return seen.text
        try:
            status = path.stat()
        except OSError:
            return None
        if not S_ISREG(status.st_mode) or status.st_size > most_bytes:
            return None
        stamp = status.st_mtime_ns, status.st_size
        known = self._texts.get(relative)
        if known is None or known[0] != stamp:
            source = read_source(self.root, relative)
            known = (stamp, source[0] if source is not None else None)
            self._texts[relative] = known
        self._texts.move_to_end(relative)
        while len(self._texts) > KEPT_FILES:
            self._texts.popitem(last=False)
        return known[1]
