"""The next edits of one session: what was done, what was proposed, what the user did not want."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from itertools import count

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.history import History
from codestral_ls.edits.pages import Page
from codestral_ls.edits.proposing import Proposal, Show, propose

MOST_PAGES = 20
"""Documents that places are looked for in, the one at hand first."""
REMEMBERED = 200
"""Proposals and refusals that are remembered."""


_Key = tuple[str, str, str]


class NextEdits:
    """Proposes for all documents of one editor. Lives on the event loop; a proposal takes a few milliseconds."""

    def __init__(self) -> None:
        self.history = History()
        self._ids = count(1)
        self._told: OrderedDict[str, _Key] = OrderedDict()
        self._refused: deque[_Key] = deque(maxlen=REMEMBERED)

    def next(self, at_hand: Snapshot, others: Iterable[Snapshot], show: Show) -> tuple[str, Proposal] | None:
        """The next edit with its id, or None. ``others`` are the other open documents, the latest first."""
        self.history.look(at_hand)
        pages = [Page(at_hand)]
        for snapshot in others:
            self.history.look(snapshot)
            if len(pages) < MOST_PAGES:
                pages.append(Page(snapshot))
        changes = self.history.changes()
        if not changes or _is_half_done(pages[0], changes[-1].uri, changes[-1].start, changes[-1].end):
            return None
        proposal = propose(changes, pages, show, lambda proposal, page: _key(proposal, page) in self._refused)
        if proposal is None:
            return None
        identifier = f"edit-{next(self._ids)}"
        self._told[identifier] = _key(proposal, next(page for page in pages if page.uri == proposal.uri))
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return identifier, proposal

    def refuse(self, identifier: str) -> None:
        """The user does not want this one: neither it nor the same change of the same line is proposed again."""
        known = self._told.pop(identifier, None)
        if known is not None:
            self._refused.append(known)

    def accept(self, identifier: str) -> None:
        """The proposal was taken; the change itself is seen with the next look."""
        self._told.pop(identifier, None)


def _key(proposal: Proposal, page: Page) -> _Key:
    """What makes a proposal the same one again: its document, the lines as they are, and what is put in."""
    lines = page.text[page.starts[page.line_at(proposal.start)] : page.line_end(page.line_at(proposal.end))]
    return proposal.uri, lines, proposal.text


def _is_half_done(page: Page, uri: str, start: int, end: int) -> bool:
    """Whether the last change is at hand and does not parse yet: nothing follows from half a word."""
    if uri != page.uri or page.tree is None or start >= len(page.starts):
        return False
    last = max(start, min(end, len(page.starts)) - 1)
    return page.tree.errors_in(page.starts[start], page.line_end(last)) > 0
