"""The next edit on real commits: after the first hunks, is what is proposed one of the commit's further hunks?

    python -m benchmarks.next_edit REPOSITORY... [--commits 400] [--seed 1]
    python -m benchmarks.next_edit REPOSITORY... --fit

REPOSITORY is a clone or a git folder; it is only read. ``--fit`` fits the weights of ``edits/evidence.py`` to these repositories,
so that they must not be those that are measured afterwards.

The hunks of a commit are made in an order that is drawn, so that nothing can be learned from "downwards". After each of the first
five the open documents are the files that the commit changes and as many of the same folders that it leaves alone.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.next_editing.commits import Commit, commits
from benchmarks.next_editing.fitting import Row, fit, save
from benchmarks.next_editing.states import State, repeats
from benchmarks.page_sections import machine, write_section
from codestral_ls.edits.edit_candidates import candidates
from codestral_ls.edits.missing_import import CHANCE
from codestral_ls.edits.proposing import LEAST, Proposal, Show, followed_call, propose
from codestral_ls.edits.time_limit import unlimited

MOST_STATES = 5
HEAD = (
    "| repository | commits | proposed | exactly right, of what is proposed | "
    "commits with a repeat in which something is proposed | silent after single-hunk commits |"
)


@dataclass
class ProposalScore:
    """Counts of the proposals in a repository."""

    commits: int = 0
    single: int = 0
    quiet: int = 0
    proposed: int = 0
    right: int = 0
    repeating: int = 0
    answered: int = 0
    calls: int = 0
    right_calls: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, other: ProposalScore) -> None:
        """Add another repository's counts."""
        for name in ("commits", "single", "quiet", "proposed", "right", "repeating", "answered", "calls", "right_calls"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.seconds += other.seconds

    def row(self, name: str) -> str:
        """One line of the table."""
        error = math.sqrt(self.right * (self.proposed - self.right) / max(1, self.proposed) ** 3) if self.proposed else 0.0
        shares = (
            f"{_share(self.right, self.proposed)} ± {100 * error:.1f} | {_share(self.answered, self.repeating)} of {self.repeating}"
        )
        return f"| {name} | {self.commits} | {self.proposed} | {shares} | {_share(self.quiet, self.single)} of {self.single} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def states(commit: Commit) -> Iterator[State]:
    """The states of a commit after its first hunk, its first two, and so on."""
    most = len(commit.hunks) if len(commit.hunks) == 1 else min(len(commit.hunks) - 1, MOST_STATES)
    for made in range(1, most + 1):
        yield State(commit, made)


def measure(found: list[Commit], show: Show) -> ProposalScore:
    """Score the proposals after the hunks of these commits."""
    score = ProposalScore(commits=len(found))
    for commit in found:
        answers: list[Proposal | None] = []
        for state in states(commit):
            pages, changes = state.pages(), state.changes()
            for page in pages[:1]:
                _ = page.tree  # the completion for the same key has parsed it already
            began = time.perf_counter()
            proposal = propose(changes, pages, show)
            call = proposal is None and LEAST[show] <= CHANCE
            if call:
                proposal = followed_call(changes, pages, lambda _proposal, _page: False, unlimited)
            score.seconds.append(time.perf_counter() - began)
            answers.append(proposal)
            if proposal is not None:
                right = state.accepts(proposal)
                score.proposed += 1
                score.right += right
                score.calls += call
                score.right_calls += call and right
        if len(commit.hunks) == 1:
            score.single += 1
            score.quiet += answers[0] is None
        elif repeats(commit.hunks):
            score.repeating += 1
            score.answered += any(answer is not None for answer in answers)
    return score


def rows(found: list[Commit]) -> Iterator[Row]:
    """Every candidate in these commits, for fitting."""
    for commit in found:
        for state in states(commit):
            told = candidates(state.changes(), state.pages())
            for one in told:
                right = state.is_right(one.uri, one.line, one.end, one.lines)
                yield one.evidence, right, 1 / math.sqrt(len(told))


def main() -> None:
    """Measure, or fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    known: list[Row] = []
    tables: dict[Show, list[str]] = {"balanced": [], "quiet": []}
    totals: dict[Show, ProposalScore] = {"balanced": ProposalScore(), "quiet": ProposalScore()}
    for path in given.repositories:
        name = repository_name(path)
        found = [commit for _, commit in zip(range(given.commits), commits(path, name, given.seed), strict=False)]
        print(f"{name}: {len(found)} commits", file=sys.stderr, flush=True)
        if given.fit:
            known += rows(found)
            continue
        for show, total in totals.items():
            score = measure(found, show)
            total.add(score)
            tables[show].append(score.row(name))
            print(score.row(name), file=sys.stderr, flush=True)
    if given.fit:
        save(fit(known))
        return
    text = _page(tables, totals, given.commits)
    print(text)
    write_section("next_edit.md", "Repeating an edit", text)


def repository_name(path: Path) -> str:
    """A repository's name: its folder's, or that of the folder around a bare git folder."""
    path = path.resolve()
    return (path.parent if path.name in ("repo", ".git") else path).name.replace("+", "/")


def _page(tables: dict[Show, list[str]], totals: dict[Show, ProposalScore], count: int) -> str:
    parts = [
        f"`python -m benchmarks.next_edit REPOSITORY…`; {machine()} The latest commits with 1 to 20 hunks in at most 8 "
        f"source files, {count} a repository at most; none of these repositories was fitted to. A repeat exists where the "
        "same tokens give way to the same others in two hunks of a commit."
    ]
    for show, table in tables.items():
        seconds = sorted(totals[show].seconds)
        at = statistics.quantiles(seconds, n=20)[18] if len(seconds) > 1 else 0.0
        parts += [
            f"### `edits.show = {show}` (a chance of {LEAST[show]} or more)",
            "\n".join([HEAD, "|---|---|---|---|---|---|", *table, totals[show].row("**all**")]),
            f"Calls of a function whose parameters were changed, among these: {totals[show].calls} proposed, "
            f"{totals[show].right_calls} exactly right.",
            f"Time of a proposal: median {1000 * statistics.median(seconds):.1f} ms, p95 {1000 * at:.1f} ms.",
        ]
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
