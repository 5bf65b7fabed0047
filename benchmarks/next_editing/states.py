"""A half-done commit: some hunks are made, the others are still to come, with line numbers of the present text."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.next_editing.commits import Commit, CommitHunk
from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.document_lines import DocumentLines
from codestral_ls.edits.line_tokens import blocks, is_word, tokens
from codestral_ls.edits.proposing import Proposal


class State:
    """``commit`` after its first ``made`` hunks."""

    def __init__(self, commit: Commit, made: int) -> None:
        self.commit = commit
        self.done, self.left = commit.hunks[:made], commit.hunks[made:]
        self._lines = {path: self._made(path) for path in commit.files}
        self._texts = {path: "\n".join(lines) for path, lines in self._lines.items()}

    def pages(self) -> list[DocumentLines]:
        """The open documents, the last edited one first."""
        last = self.done[-1].path
        paths = [last, *(path for path in self.commit.files if path != last)]
        texts = {**{path: self._texts[path] for path in paths}, **self.commit.others}
        return [DocumentLines(Snapshot.of(text, 0, language_id_for_path(path), path)) for path, text in texts.items()]

    def changes(self) -> list[LineChange]:
        """The changes made, oldest first."""
        found = []
        for hunk in self.done:
            start = self._now(hunk)
            above = self._lines[hunk.path][start - 1] if start else ""
            found.append(LineChange(hunk.path, language_id_for_path(hunk.path), start, hunk.old, hunk.new, above))
        return found

    def is_right(self, path: str, line: int, end: int, lines: Sequence[str]) -> bool:
        """True if replacing lines ``[line, end)`` by ``lines`` is a part of the commit's other changes, word for word."""
        old = self._lines[path][line:end] if path in self._lines else []
        # Unchanged lines at either end of a proposal are not part of it: an insertion includes the line above it.
        while old and lines and old[0] == lines[0]:
            old, lines, line = old[1:], lines[1:], line + 1
        while old and lines and old[-1] == lines[-1]:
            old, lines, end = old[:-1], lines[:-1], end - 1
        return any(_is_part(hunk, self._now(hunk), line, end, tuple(lines)) for hunk in self.left if hunk.path == path)

    def accepts(self, proposal: Proposal) -> bool:
        """True if a proposal, applied to the present text, makes a part of the commit's remaining changes."""
        text = self._texts.get(proposal.uri)
        if text is None:
            return False
        line = text.count("\n", 0, proposal.start)
        end = text.count("\n", 0, proposal.end) + 1
        made = (text[: proposal.start] + proposal.text + text[proposal.end :]).split("\n")
        return self.is_right(proposal.uri, line, end, made[line : len(made) - (len(self._lines[proposal.uri]) - end)])

    def _now(self, hunk: CommitHunk) -> int:
        """Where a hunk of the commit's old file begins in the present text."""
        before = (one for one in self.done if one.path == hunk.path and one.start < hunk.start)
        return hunk.start + sum(len(one.new) - len(one.old) for one in before)

    def _made(self, path: str) -> list[str]:
        lines = self.commit.files[path].split("\n")
        for hunk in sorted((one for one in self.done if one.path == path), key=lambda one: one.start, reverse=True):
            lines[hunk.start : hunk.start + len(hunk.old)] = hunk.new
        return lines


def _is_part(hunk: CommitHunk, start: int, line: int, end: int, lines: tuple[str, ...]) -> bool:
    """True if ``lines`` for ``[line, end)`` is a whole hunk or some of its lines; the hunk begins at ``start`` now."""
    if not (start <= line and end <= start + len(hunk.old)):
        return False
    if (line, end) == (start, start + len(hunk.old)):
        return hunk.new == lines
    if len(hunk.old) == len(hunk.new):
        return end - line == len(lines) and hunk.new[line - start : end - start] == lines
    if line == end:
        return False
    taken = hunk.old[line - start : end - start]
    return all(one in hunk.new for one in lines) and not any(one in hunk.new for one in taken)


def repeats(hunks: Sequence[CommitHunk]) -> bool:
    """True if two hunks make the same change: somewhere in both, the same tokens are replaced by the same others."""
    seen: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
    for number, hunk in enumerate(hunks):
        for core in cores(hunk):
            if seen.setdefault(core, number) != number:
                return True
    return False


def cores(hunk: CommitHunk) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The replaced and added tokens in a hunk's changed lines, without changes that contain no word."""
    found = set()
    for old_line, new_line in LineChange(hunk.path, "", 0, hunk.old, hunk.new).pairs():
        old, new = tokens(old_line), tokens(new_line)
        for tag, i1, i2, j1, j2 in blocks(old, new):
            if tag != "equal" and any(is_word(token) for token in (*old[i1:i2], *new[j1:j2])):
                found.add((old[i1:i2], new[j1:j2]))
    return found
