"""Where to ask and for how much: nothing, the rest of a line, a line, or a block. Pure.

`refuse` is cheap and runs before anything else; `plan` may look at the syntax tree and runs only when the model is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from codestral_ls.completion.answer import Ask
from codestral_ls.config import CompletionOptions
from codestral_ls.documents.regions import Region
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.tails import tail_of
from codestral_ls.documents.text import line_end, line_start, next_line_start

Kind = Literal["rest_of_line", "line", "block"]

LONGEST_LINE = 64
"""Tokens of an answer of one line."""

MORE_LINES = 6
"""Lines after the planned lines in which a statement may end, if the user allows as many."""

CODE_AFTER = 8
"""Characters of code to the right of the cursor on its line above which nothing is completed automatically."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to ask for. ``max_lines`` counts lines with text; ``region`` is where the cursor is."""

    kind: Kind
    max_lines: int
    max_tokens: int
    region: Region = "code"
    more_lines: int = 0
    """Further lines allowed if the planned lines end inside a bracket that they opened."""
    give_up_below: float = 0.0
    """Generation stops if the chance of acceptance has fallen below this after a few tokens."""

    @property
    def single_line(self) -> bool:
        """Whether the answer ends at the first line end."""
        return self.max_lines <= 1


def refuse(snapshot: Snapshot, ask: Ask, options: CompletionOptions) -> str | None:
    """Return the reason not to complete here, as a word for the log, or None. Costs O(length of the cursor's line)."""
    if not options.enabled:
        return "disabled"
    if snapshot.language in options.disabled_languages:
        return "language_disabled"
    if len(snapshot.text) > options.max_file_bytes:
        return "too_large"
    start, end = line_start(snapshot.text, snapshot.offset), line_end(snapshot.text, snapshot.offset)
    if end - start > 2000:
        return "minified_line"
    if ask.invoked:
        return None
    if options.trigger == "manual":
        return "manual"
    before = snapshot.text[start : snapshot.offset]
    after = snapshot.text[snapshot.offset : end]
    code_after = after[len(tail_of(after)) :].strip()
    if code_after:
        if before[-1:].isidentifier() and code_after[:1].isidentifier() and after[:1].isidentifier():
            return "inside_identifier"
        if len(code_after) > CODE_AFTER:
            return "code_after"
    if not before and not after and not snapshot.text[: snapshot.offset].strip() and not snapshot.text.strip():
        return "empty_file"
    return None


def pause_evident(snapshot: Snapshot, ask: Ask) -> bool:
    """Whether the user is clearly not in the middle of a word: an explicit request, or a line without typed text."""
    if ask.invoked:
        return True
    return not snapshot.text[line_start(snapshot.text, snapshot.offset) : snapshot.offset].strip()


def plan(snapshot: Snapshot, ask: Ask, options: CompletionOptions, block_lines: int) -> Plan:
    """Decide how much to ask for at the cursor.

    ``block_lines`` is how many lines of the model are usually right. A block is requested on an empty line, where a body begins,
    and explicitly. An automatic request in a string or comment, or with code after the cursor, is for the line only.
    """
    text, offset = snapshot.text, snapshot.offset
    start, end = line_start(text, offset), line_end(text, offset)
    before, after = text[start:offset], text[offset:end]
    region = snapshot.region()
    lines = max(1, min(options.max_lines, block_lines))
    one = Plan("rest_of_line" if before.strip() else "line", 1, min(options.max_tokens, LONGEST_LINE), region)
    if lines == 1 or (after[len(tail_of(after)) :].strip() and not ask.invoked):
        return one
    if region != "code" and not ask.invoked:
        return one
    opens_body = before.rstrip().endswith((":", "{", "=>", "->", " do", " then")) or (
        bool(before.strip()) and snapshot.spec.opens_scope(before)
    )
    if ask.invoked or not before.strip() or opens_body:
        if not ask.invoked and not before.strip() and _body_follows(text, end, before):
            # Between two lines of the same body one statement is likely, not another body.
            lines = min(lines, 4)
        more_lines = min(MORE_LINES, options.max_lines - lines)
        return Plan("block" if region == "code" else "line", lines, options.max_tokens, region, more_lines)
    return replace(one, more_lines=min(MORE_LINES, options.max_lines - 1))


def _body_follows(text: str, end: int, indentation: str) -> bool:
    following = next_line_start(text, end)
    line = text[following : line_end(text, following)]
    return bool(line.strip()) and len(line) - len(line.lstrip()) >= len(indentation.expandtabs())
