"""The next edit: the likeliest place of a change once more, or nothing. Pure; silence is the default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from codestral_ls.documents.text import common_prefix, common_suffix
from codestral_ls.edits.candidates import Candidate, candidates
from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.evidence import chance
from codestral_ls.edits.pages import Page
from codestral_ls.edits.scoping import is_elsewhere

Show = Literal["quiet", "balanced"]

LEAST: dict[Show, float] = {"quiet": 0.8, "balanced": 0.6}
"""The smallest chance that is shown. On repositories held out from fitting, 0.6 is right in about 73 % of what is proposed and
silent after 99 % of the commits with one hunk; 0.8 in about 90 % (benchmarks/results/next_edit.md)."""
_LOOKED_AT = 8
"""Candidates whose place in the syntax tree is looked at, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Characters ``[start, end)`` of a document, at the version that was looked at, would become ``text``."""

    uri: str
    version: int
    start: int
    end: int
    text: str
    chance: float


def propose(
    changes: Sequence[LineChange],
    pages: Sequence[Page],
    show: Show = "balanced",
    is_refused: Callable[[Proposal, Page], bool] = lambda _proposal, _page: False,
) -> Proposal | None:
    """The likeliest next edit, or None where none is likely enough.

    ``changes`` are what the user did, oldest first; ``pages`` the open documents, the one at hand first; ``is_refused`` says of a
    proposal for a page whether the user does not want it.
    """
    found = candidates(changes, pages)
    by_uri = {page.uri: page for page in pages}
    likely = sorted(((chance(one.evidence), -place, one) for place, one in enumerate(found)), reverse=True, key=lambda row: row[:2])
    for likelihood, _, candidate in likely[:_LOOKED_AT]:
        if likelihood < LEAST[show]:
            return None
        page = by_uri[candidate.uri]
        proposal = _told(candidate, page, likelihood)
        if not is_refused(proposal, page) and not is_elsewhere(candidate, changes, by_uri):
            return proposal
    return None


def _told(candidate: Candidate, page: Page, likelihood: float) -> Proposal:
    """A candidate in offsets: as few characters as make the change, whole lines where lines go or come."""
    ending = page.ending
    start = page.starts[candidate.line]
    stop = page.line_end(candidate.end - 1)
    text = ending.join(candidate.lines)
    if not candidate.lines:  # the line ending goes with the lines
        if candidate.end < len(page.starts):
            stop = page.starts[candidate.end]
        elif candidate.line:
            start = page.line_end(candidate.line - 1)
    old = page.text[start:stop]
    head = common_prefix(old, text)
    tail = common_suffix(old[head:], text[head:])
    return Proposal(page.uri, page.snapshot.version, start + head, stop - tail, text[head : len(text) - tail], likelihood)
