"""The next edits of one session: the user's changes, the proposals, and the refusals."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count

from codestral_ls.backends.base import BackendInfo
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.withheld import Withheld
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.history import History
from codestral_ls.edits.missing_import import CHANCE, Modules
from codestral_ls.edits.proposing import LEAST, Proposal, Show, breaks, follow_up, followed_call, in_offsets, propose
from codestral_ls.edits.region import region_at
from codestral_ls.edits.rewrite_answer import edits_of, lines_of
from codestral_ls.edits.rewrite_prompt import rewrite_prompt
from codestral_ls.edits.rewriting import MODEL_CHANCE, Rewriting, fits
from codestral_ls.edits.time_limit import unlimited
from codestral_ls.fim.edit_format import EditFormat

MOST_PAGES = 20
"""The most documents that are searched, the current one first."""
REMEMBERED = 200
"""The most proposals and refusals that are remembered."""


_Key = tuple[str, str, str]
_Made = tuple[str, int, int, str]


class NextEdits:
    """Proposes for all documents of one editor. ``modules`` returns how the project imports a name; it is called in the same
    thread.

    ``next``, ``to_rewrite`` and ``rewritten`` take their time and run in one thread at a time. Every other method only records an
    event for the next call of ``next``, and may be called from any thread.
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
        self._answered: deque[tuple[str, int, int]] = deque(maxlen=REMEMBERED)

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
        """The proposal was accepted; the next search sees the change itself.

        If the document later is again what it was before, the user has undone the edit, and it is not proposed again.
        """
        self._said.append(partial(self._accept, identifier))

    def withhold(self, ignore: tuple[str, ...]) -> None:
        """Exclude the documents that these patterns (option ``privacy.ignore``) name: their edits are not used, and none is
        proposed in them.
        """
        self._said.append(partial(self._withhold, ignore))

    def next(
        self, at_hand: Snapshot, others: Iterable[Snapshot], show: Show, is_over: Callable[[], bool] = unlimited
    ) -> tuple[str, Proposal] | None:
        """The next edit with its id, or None. ``others`` are the other open documents, the most recent first.

        Once ``is_over`` returns True, the likeliest of the edits found so far.
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
                pages.append(page if page is not None and page.is_of(snapshot) else DocumentLines(snapshot, page))
        self._pages = {page.uri: page for page in pages}
        changes = self._history.changes()
        if not changes or is_over() or _is_half_done(pages[0], changes[-1].uri, changes[-1].start, changes[-1].end):
            return None
        proposal = propose(changes, pages, show, self._is_unwanted, is_over)
        if (proposal is None or proposal.chance < CHANCE) and LEAST[show] <= CHANCE and not is_over():
            line = follow_up(changes, pages[0], self._modules)
            proposal = line if line is not None and not self._is_unwanted(line, pages[0]) else proposal
            proposal = proposal or followed_call(changes, pages, self._is_unwanted, is_over)
        return None if proposal is None else self._named(proposal)

    def to_rewrite(self, at_hand: Snapshot, form: EditFormat, info: BackendInfo) -> Rewriting | None:
        """The lines around the cursor that a model should rewrite, if ``next`` has just found nothing for this text.

        None if nothing was changed, if the last change does not parse yet, or if the model has answered for this place already. A
        remote model gets only the changes of this document.
        """
        page = self._pages.get(at_hand.uri)
        changes = self._history.changes()
        if page is None or not page.is_of(at_hand) or not changes or self._withheld.holds(at_hand):
            return None
        last = changes[-1]
        shown = [change for change in changes if change.uri == at_hand.uri or not info.remote]
        region = region_at(page, at_hand.offset, form)
        if region is None or not shown or _is_half_done(page, last.uri, last.start, last.end):
            return None
        prompt = rewrite_prompt(form, page.uri, page.language, region, shown)
        if prompt is None or not fits(prompt, info) or (page.uri, hash(page.text), region.first) in self._answered:
            return None
        return Rewriting(page.uri, at_hand.version, form, region, prompt)

    def rewritten(self, rewriting: Rewriting, answer: str) -> tuple[str, Proposal] | None:
        """The smallest edit in a model's answer with its id, the one nearest to the cursor; None if there is none to show."""
        page = self._pages.get(rewriting.uri)
        if page is None or page.snapshot.version != rewriting.version:
            return None
        self._answered.append((page.uri, hash(page.text), rewriting.region.first))
        new = lines_of(rewriting.form, answer, rewriting.region)
        undone = {(change.new, change.old) for change in self._history.changes() if change.uri == page.uri}
        for edit in edits_of(rewriting.region, new) if new is not None else ():
            proposal = in_offsets(edit.line, edit.end, edit.lines, page, MODEL_CHANCE)
            before = tuple(page.line(number) for number in range(edit.line, edit.end))
            if (before, edit.lines) in undone or self._is_unwanted(proposal, page) or breaks(proposal, page):
                continue
            return self._named(proposal)
        return None

    def _named(self, proposal: Proposal) -> tuple[str, Proposal]:
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
    """What identifies a proposal that is found again: its document, the lines as they are, and the inserted text."""
    lines = page.text[page.starts[page.line_at(proposal.start)] : page.line_end(page.line_at(proposal.end))]
    return proposal.uri, lines, proposal.text


def _exactly(proposal: Proposal, page: DocumentLines) -> _Made:
    """A proposal in exactly this text."""
    return proposal.uri, hash(page.text), proposal.start, proposal.text


def _is_half_done(page: DocumentLines, uri: str, start: int, end: int) -> bool:
    """True if the last change is in the current document and does not parse yet: nothing follows from half a word."""
    if uri != page.uri or page.tree is None or start >= len(page.starts):
        return False
    last = max(start, min(end, len(page.starts)) - 1)
    return page.tree.errors_in(page.starts[start], page.line_end(last)) > 0
