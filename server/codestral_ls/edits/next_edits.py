"""The next edits of one session: the user's changes, the proposals, and the refusals."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count

from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.withheld import Withheld
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.history import History
from codestral_ls.edits.missing_import import CHANCE, Modules
from codestral_ls.edits.proposing import LEAST, Proposal, Show, follow_up, propose
from codestral_ls.edits.time_limit import unlimited

MOST_PAGES = 20
"""Documents that are searched, the current one first."""
REMEMBERED = 200
"""Proposals and refusals that are remembered."""


_Key = tuple[str, str, str]
_Made = tuple[str, int, int, str]


class NextEdits:
    """Proposes for all documents of one editor. ``modules`` returns how the project imports a name; it is called in the same
    thread.

    ``next`` takes its time and runs in one thread at a time. Every other method only records an event for the next call of
    ``next``, and may be called from any thread.
    """

    def __init__(self, modules: Modules = lambda _name, _page: ()) -> None:
        self._modules = modules
        self._said: deque[Callable[[], object]] = deque()
        self._history = History()
        self._withheld = Withheld()
        self._ids = count(1)
        self._told: OrderedDict[str, tuple[_Key, _Made]] = OrderedDict()
        self._made: deque[_Made] = deque(maxlen=REMEMBERED)
        self._refused: deque[_Key] = deque(maxlen=REMEMBERED)
        self._pages: dict[str, DocumentLines] = {}

    def opened(self, snapshot: Snapshot) -> None:
        """A document was opened: every difference from this text is a change."""
        self._said.append(partial(self._opened, snapshot))

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._said.append(partial(self._history.closed, uri))

    def refuse(self, identifier: str) -> None:
        """The user refused this proposal: neither it nor the same change of the same line is proposed again."""
        self._said.append(partial(self._refuse, identifier))

    def accept(self, identifier: str) -> None:
        """The proposal was accepted; the next look sees the change itself. When the document is again what it was before,
        the user has undone it, and it is not proposed again.
        """
        self._said.append(partial(self._accept, identifier))

    def withhold(self, ignore: tuple[str, ...]) -> None:
        """Documents that these patterns (option ``privacy.ignore``) name neither give nor receive edits."""
        self._said.append(partial(self._withhold, ignore))

    def next(
        self, at_hand: Snapshot, others: Iterable[Snapshot], show: Show, is_over: Callable[[], bool] = unlimited
    ) -> tuple[str, Proposal] | None:
        """The next edit with its id, or None. ``others`` are the other open documents, the latest first.

        Once ``is_over`` returns True, the likeliest of those found so far.
        """
        while self._said:
            self._said.popleft()()
        if self._withheld.holds(at_hand):
            return None
        before = self._pages
        pages: list[DocumentLines] = []
        for snapshot in (at_hand, *others):
            if is_over():
                return None
            if self._withheld.holds(snapshot):
                self._history.closed(snapshot.uri)
                continue
            if len(pages) < MOST_PAGES:
                self._history.look(snapshot)
                page = before.get(snapshot.uri)
                pages.append(page if page is not None and page.is_of(snapshot) else DocumentLines(snapshot))
        self._pages = {page.uri: page for page in pages}
        changes = self._history.changes()
        if not changes or is_over() or _is_half_done(pages[0], changes[-1].uri, changes[-1].start, changes[-1].end):
            return None
        proposal = propose(changes, pages, show, self._is_unwanted, is_over)
        if (proposal is None or proposal.chance < CHANCE) and LEAST[show] <= CHANCE and not is_over():
            line = follow_up(changes, pages[0], self._modules)
            proposal = line if line is not None and not self._is_unwanted(line, pages[0]) else proposal
        if proposal is None:
            return None
        identifier = f"edit-{next(self._ids)}"
        page = self._pages[proposal.uri]
        self._told[identifier] = (_key(proposal, page), _exactly(proposal, page))
        while len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return identifier, proposal

    def _opened(self, snapshot: Snapshot) -> None:
        if not self._withheld.holds(snapshot):
            self._history.opened(snapshot)

    def _refuse(self, identifier: str) -> None:
        known = self._told.pop(identifier, None)
        if known is not None:
            self._refused.append(known[0])

    def _accept(self, identifier: str) -> None:
        known = self._told.pop(identifier, None)
        if known is not None:
            self._made.append(known[1])

    def _is_unwanted(self, proposal: Proposal, page: DocumentLines) -> bool:
        return _key(proposal, page) in self._refused or _exactly(proposal, page) in self._made

    def _withhold(self, ignore: tuple[str, ...]) -> None:
        if ignore != self._withheld.ignore:
            self._withheld = Withheld(ignore)


def _key(proposal: Proposal, page: DocumentLines) -> _Key:
    """What identifies a proposal when it comes again: its document, the lines as they are, and the inserted text."""
    lines = page.text[page.starts[page.line_at(proposal.start)] : page.line_end(page.line_at(proposal.end))]
    return proposal.uri, lines, proposal.text


def _exactly(proposal: Proposal, page: DocumentLines) -> _Made:
    """A proposal in this very text."""
    return proposal.uri, hash(page.text), proposal.start, proposal.text


def _is_half_done(page: DocumentLines, uri: str, start: int, end: int) -> bool:
    """True if the last change is in the current document and does not parse yet: nothing follows from half a word."""
    if uri != page.uri or page.tree is None or start >= len(page.starts):
        return False
    last = max(start, min(end, len(page.starts)) - 1)
    return page.tree.errors_in(page.starts[start], page.line_end(last)) > 0
