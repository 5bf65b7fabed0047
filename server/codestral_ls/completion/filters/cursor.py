"""The cursor as filters see it: the text near it on both sides, its line, the plan, the style of indentation and line ends.

`at` builds it once per answer. It has only a few thousand characters on each side, because filters run on every piece.
"""

from __future__ import annotations

from dataclasses import dataclass

from codestral_ls.completion.filters.style import Style, style_at
from codestral_ls.completion.trigger import Plan
from codestral_ls.documents.languages import Language
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.tails import closers_of, opened_on
from codestral_ls.documents.text import indent_of, line_end, line_start, next_line_start

NEAR = 12_000
"""Characters on each side that filters may look at."""

PROSE = frozenset({"markdown", "mdx"})
"""Languages whose grammar has no brackets."""

LINES_BELOW = 12
"""Lines below the cursor that an answer may repeat."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The surroundings of an answer. ``before`` ends and ``after`` begins at the cursor; ``after`` includes ``tail``."""

    snapshot: Snapshot
    plan: Plan
    language: Language
    before: str
    after: str
    line_before: str
    line_after: str
    tail: str
    closers: str
    """The closing marks directly after the cursor: the tail, or the closing marks before other code on the line."""
    opened: int
    """How many characters of ``closers`` close what the line opened, so that an editor may have inserted them."""
    line_above: str
    lines_below: tuple[str, ...]
    """The next lines, including blank ones; the last may be incomplete."""
    ends_below: bool
    """True if the document ends with ``lines_below``."""
    style: Style
    is_read: bool
    """True if a tree shows what the marks at the cursor belong to: not without a grammar, in prose, or in another language's
    text.
    """
    line_ended: bool = False
    """True if the model continued after the answer's last line: open brackets there were meant to continue below."""
    ran_out: bool = False
    """True if a limit of tokens ended the answer, not the model: its last line may be half a line."""
    cut_short: bool = False
    """True if the limit of lines ended it."""

    @property
    def base_indent(self) -> str:
        """The white space that begins the cursor's line."""
        return indent_of(self.line_before)

    def indent_at(self, text: str, index: int) -> str:
        """The white space that begins the line on which an answer's character at ``index`` is."""
        start = text.rfind("\n", 0, index) + 1
        return indent_of(text[start:] if start else self.line_before + text)


def at(snapshot: Snapshot, plan: Plan, tab_size: int | None = None, insert_spaces: bool | None = None) -> Cursor:
    """The surroundings of the snapshot's cursor. ``tab_size`` and ``insert_spaces`` are the editor's, None if unknown.

    In a large document they come from the part around the cursor: ``snapshot`` is that part.
    """
    snapshot = snapshot.near()
    text, offset = snapshot.text, snapshot.offset
    start, end = line_start(text, offset), line_end(text, offset)
    before, after = text[line_start(text, max(0, offset - NEAR)) : offset], text[offset : offset + NEAR]
    below, ends = _lines_below(text, end)
    closers = snapshot.tail or closers_of(text[offset:end])
    return Cursor(
        snapshot=snapshot,
        plan=plan,
        language=snapshot.spec,
        before=before,
        after=after,
        line_before=text[start:offset],
        line_after=text[offset:end],
        tail=snapshot.tail,
        closers=closers,
        opened=opened_on(text[start:offset], closers),
        line_above=_filled_line_above(text, start),
        lines_below=below,
        ends_below=ends,
        style=style_at(snapshot, tab_size, insert_spaces),
        is_read=_is_read(snapshot, plan),
    )


def _is_read(snapshot: Snapshot, plan: Plan) -> bool:
    if snapshot.spec.grammar is None or plan.region == "comment" or snapshot.spec.id in PROSE:
        return False
    tree = snapshot.tree() if plan.region == "code" else None
    return tree is None or not tree.is_opaque_at(snapshot.offset)


def _filled_line_above(text: str, start: int) -> str:
    for _ in range(20):
        if start == 0:
            return ""
        end = start - 1
        if end and text.startswith("\r\n", end - 1):
            end -= 1
        start = line_start(text, end)
        if text[start:end].strip():
            return text[start:end]
    return ""


def _lines_below(text: str, end: int) -> tuple[tuple[str, ...], bool]:
    lines: list[str] = []
    start = next_line_start(text, end)
    while len(lines) < LINES_BELOW and start < len(text):
        end = line_end(text, start)
        lines.append(text[start:end])
        start = next_line_start(text, end)
    return tuple(lines), start >= len(text)
