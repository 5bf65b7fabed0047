"""Chooses the next edit: the likeliest place to repeat a change, or none. Pure. If in doubt, nothing is proposed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from codestral_ls.documents.text import common_prefix, common_suffix
from codestral_ls.edits.callers import followed_calls
from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.edit_candidates import candidates
from codestral_ls.edits.evidence import chance
from codestral_ls.edits.missing_import import CHANCE, ImportLine, Modules, missing_import
from codestral_ls.edits.scoping import is_elsewhere
from codestral_ls.edits.time_limit import unlimited

Show = Literal["quiet", "balanced"]

LEAST: dict[Show, float] = {"quiet": 0.8, "balanced": 0.58}
"""The least chance with which an edit is shown.

On repositories that were not used for fitting, 0.58 is right in about 73 % of the proposals and silent after 99 % of the commits
with one hunk; 0.8 in about 90 % (benchmarks/results/next_edit.md).
"""
_LOOKED_AT = 8
"""The most candidates whose place in the syntax tree is examined, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Characters ``[start, end)`` of a document, at the version that was examined, would become ``text``."""

    uri: str
    version: int
    start: int
    end: int
    text: str
    chance: float


def propose(
    changes: Sequence[LineChange],
    pages: Sequence[DocumentLines],
    show: Show = "balanced",
    is_refused: Callable[[Proposal, DocumentLines], bool] = lambda _proposal, _page: False,
    is_over: Callable[[], bool] = unlimited,
) -> Proposal | None:
    """The likeliest next edit, or None if none is likely enough.

    ``changes`` are the user's, oldest first; ``pages`` the open documents, the current one first; ``is_refused`` tells whether the
    user has refused a proposal for a page; ``is_over`` whether to stop searching and use what was found.
    """
    found = candidates(changes, pages, is_over)
    by_uri = {page.uri: page for page in pages}
    likely = sorted(((chance(one.evidence), -place, one) for place, one in enumerate(found)), reverse=True, key=lambda row: row[:2])
    for likelihood, _, candidate in likely[:_LOOKED_AT]:
        if likelihood < LEAST[show]:
            return None
        page = by_uri[candidate.uri]
        proposal = in_offsets(candidate.line, candidate.end, candidate.lines, page, likelihood)
        if is_refused(proposal, page) or is_elsewhere(candidate, changes, by_uri) or breaks(proposal, page):
            continue
        return proposal
    return None


def breaks(proposal: Proposal, page: DocumentLines) -> bool:
    """True if the page would have more syntax errors with the proposal than without it, or if that cannot be decided in time.

    In a large document only the part around the proposal is parsed, which is faster.
    """
    before = page.tree
    if before is None:
        return False
    here = page.snapshot.accepting(proposal.start, proposal.start, "")  # the part of the document's own revision stays as it is
    near, after = here.near(), here.accepting(proposal.start, proposal.end, proposal.text).near()
    growth = len(proposal.text) - (proposal.end - proposal.start)
    if near is here or len(after.text) - len(near.text) != growth:  # there is no part, or a different one
        after = page.snapshot.accepting(proposal.start, proposal.end, proposal.text)
    else:
        before = near.tree()
    tree = after.tree()
    return tree is None or (before is not None and tree.has_errors and tree.error_count > before.error_count)


def follow_up(changes: Sequence[LineChange], page: DocumentLines, modules: Modules) -> Proposal | None:
    """The import line that the last change made necessary in ``page``, the current document; None if none is necessary."""
    found = missing_import(changes[-1], page, modules) if changes else None
    proposal = _line(found, page) if found is not None else None
    return proposal if proposal is not None and not breaks(proposal, page) else None


def followed_call(
    changes: Sequence[LineChange],
    pages: Sequence[DocumentLines],
    is_refused: Callable[[Proposal, DocumentLines], bool],
    is_over: Callable[[], bool],
) -> Proposal | None:
    """The next call that no longer fits a function whose parameters the user has changed; None if there is none."""
    for call in followed_calls(changes, pages):
        if is_over():
            return None
        proposal = in_offsets(call.line, call.line + 1, (call.text,), call.page, CHANCE)
        if not is_refused(proposal, call.page) and not breaks(proposal, call.page):
            return proposal
    return None


def _line(found: ImportLine, page: DocumentLines) -> Proposal:
    start = page.starts[found.line] if found.line < len(page.starts) else len(page.text)
    if found.count == 0:
        return Proposal(page.uri, page.snapshot.version, start, start, found.text + page.ending, CHANCE)
    old = page.line(found.line)
    head, tail = _kept(old, found.text)
    new = found.text[head : len(found.text) - tail]
    return Proposal(page.uri, page.snapshot.version, start + head, start + len(old) - tail, new, CHANCE)


def in_offsets(line: int, end: int, lines: Sequence[str], page: DocumentLines, likelihood: float) -> Proposal:
    """Lines ``[line, end)`` become ``lines``, in offsets: the fewest words that make the change, or whole lines if lines are
    removed or added. ``line`` is before ``end``.
    """
    ending = page.ending
    start = page.starts[line]
    stop = page.line_end(end - 1)
    text = ending.join(lines)
    if not lines:  # the line ending is removed with the lines
        if end < len(page.starts):
            stop = page.starts[end]
        elif line:
            start = page.line_end(line - 1)
    old = page.text[start:stop]
    head, tail = _kept(old, text)
    return Proposal(page.uri, page.snapshot.version, start + head, stop - tail, text[head : len(text) - tail], likelihood)


def _kept(old: str, new: str) -> tuple[int, int]:
    """How many characters stay at the beginning and at the end; a word that changes is replaced as a whole, to be readable."""
    head = common_prefix(old, new)
    tail = common_suffix(old[head:], new[head:])
    while head and _is_inside(old, head) | _is_inside(new, head):
        head -= 1
    while tail and _is_inside(old, len(old) - tail) | _is_inside(new, len(new) - tail):
        tail -= 1
    return head, tail


def _is_inside(text: str, at: int) -> bool:
    """True if ``at`` is between two characters of one word."""
    return 0 < at < len(text) and _is_of_a_word(text[at - 1]) and _is_of_a_word(text[at])


def _is_of_a_word(character: str) -> bool:
    return character.isalnum() or character == "_"
