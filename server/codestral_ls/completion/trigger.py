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
"""Lines after the planned ones in which a statement may end, if the user allows as many."""

CODE_BEHIND = 8
"""Unasked, nothing is completed with more than this many characters of code right of the cursor on its line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to ask for. ``max_lines`` counts lines with text; ``region`` is where the cursor stands."""

    kind: Kind
    max_lines: int
    max_tokens: int
    region: Region = "code"
    more_lines: int = 0
    """Lines that may follow where the planned ones end inside a bracket that they opened."""
    give_up_below: float = 0.0
    """An answer whose chance of acceptance has fallen below this after a few tokens is not written to its end."""

    @property
    def single_line(self) -> bool:
        """Whether the answer ends at the first line end."""
        return self.max_lines <= 1


def refuse(snapshot: Snapshot, ask: Ask, options: CompletionOptions) -> str | None:
    """Why nothing is to be done here, as a word for the log, or None. Costs O(length of the cursor's line)."""
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
    behind = snapshot.text[snapshot.offset : end]
    code_behind = behind[len(tail_of(behind)) :].strip()
    if code_behind:
        if before[-1:].isidentifier() and code_behind[:1].isidentifier() and behind[:1].isidentifier():
            return "inside_identifier"
        if len(code_behind) > CODE_BEHIND:
            return "code_behind"
    if not before and not behind and not snapshot.text[: snapshot.offset].strip() and not snapshot.text.strip():
        return "empty_file"
    return None


def pause_evident(snapshot: Snapshot, ask: Ask) -> bool:
    """Whether nobody is in the middle of a word: an explicit request, or a line with nothing typed on it yet."""
    if ask.invoked:
        return True
    return not snapshot.text[line_start(snapshot.text, snapshot.offset) : snapshot.offset].strip()


def plan(snapshot: Snapshot, ask: Ask, options: CompletionOptions, block_lines: int) -> Plan:
    """Decide how much to ask for at the cursor.

    ``block_lines`` is how many lines of the model are usually right. A block is asked for on an empty line, where a body begins,
    and explicitly; unasked, in strings and comments and with code after the cursor never more than the line.
    """
    text, offset = snapshot.text, snapshot.offset
    start, end = line_start(text, offset), line_end(text, offset)
    before, behind = text[start:offset], text[offset:end]
    region = snapshot.region()
    lines = max(1, min(options.max_lines, block_lines))
    one = Plan("rest_of_line" if before.strip() else "line", 1, min(options.max_tokens, LONGEST_LINE), region)
    if lines == 1 or (behind[len(tail_of(behind)) :].strip() and not ask.invoked):
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
