"""Remembers for a short time which open documents are private, because every key press asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from codestral_ls.documents.addresses import why_withheld
from codestral_ls.documents.privacy import file_rules
from codestral_ls.timing import Clock, monotonic

if TYPE_CHECKING:
    from pathlib import Path

JUDGED_FOR = 10.0
"""Seconds for which a verdict is kept: ignore files change seldom."""
REMEMBERED_PATHS = 500


class Addressed(Protocol):
    """A document, or a snapshot of one."""

    @property
    def uri(self) -> str:
        """Its address."""

    @property
    def path(self) -> Path | None:
        """Its file, if it has one."""


class Withheld:
    """Recognises private documents. ``ignore`` are the patterns of the option ``privacy.ignore``."""

    def __init__(self, ignore: tuple[str, ...] = (), clock: Clock = monotonic) -> None:
        self.ignore = ignore
        self._rules = file_rules(ignore)
        self._clock = clock
        self._judged: dict[str, tuple[float, bool]] = {}

    def holds(self, document: Addressed) -> bool:
        """True if the document's file, whatever the scheme of its address, looks like credentials or is named in an ignore
        file of ours. Its text enters no prompt, not even a local one, and no other document. Files that git ignores are withheld
        from remote backends by their guard.
        """
        now = self._clock()
        judged = self._judged.get(document.uri)
        if judged is None or now - judged[0] > JUDGED_FOR:
            if len(self._judged) > REMEMBERED_PATHS:
                self._judged.clear()
            why = why_withheld(self._rules, document.uri, leaves=False)
            if not why and document.path is not None:
                why = self._rules.why_private(document.path, by_git=False)
            judged = self._judged[document.uri] = (now, bool(why))
        return judged[1]
