"""What the filters know of the cursor: near text on both sides, the line, the plan, the file's newline and indentation.

Built once per answer by `at`. Deliberately holds a few thousand characters, not the file: filters run on every piece.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from codestral_ls.completion.trigger import Plan
from codestral_ls.context.window import auto_closed_tail
from codestral_ls.documents.languages import Language, language_for
from codestral_ls.documents.snapshot import Snapshot
from codestral_ls.documents.text import indent_of, line_end, line_start, next_line_start

NEAR = 12_000
"""Characters on each side that filters may look at."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The surroundings of one answer. ``before`` ends and ``after`` begins at the cursor; ``after`` still holds ``tail``."""

    snapshot: Snapshot
    plan: Plan
    language: Language
    before: str
    after: str
    line_before: str
    line_after: str
    tail: str
    line_above: str
    line_below: str
    newline: str
    indent_unit: str
    line_ended: bool = False
    """Whether the model went on behind the answer's last line: what is open there was meant to go on below."""

    @property
    def base_indent(self) -> str:
        """The white space that begins the cursor's line."""
        return indent_of(self.line_before)

    def indent_at(self, text: str, index: int) -> str:
        """The white space that begins the line on which an answer's character at ``index`` stands."""
        start = text.rfind("\n", 0, index) + 1
        return indent_of(text[start:] if start else self.line_before + text)


def at(snapshot: Snapshot, plan: Plan, tab_size: int | None = None, insert_spaces: bool | None = None) -> Cursor:
    """The surroundings of the snapshot's cursor; the editor's indentation settings count where the file tells nothing."""
    text, offset = snapshot.text, snapshot.offset
    start, end = line_start(text, offset), line_end(text, offset)
    near_start = line_start(text, max(0, offset - NEAR))
    before, after = text[near_start:offset], text[offset : offset + NEAR]
    return Cursor(
        snapshot=snapshot,
        plan=plan,
        language=language_for(snapshot.language),
        before=before,
        after=after,
        line_before=text[start:offset],
        line_after=text[offset:end],
        tail=auto_closed_tail(text[offset:end]),
        line_above=_filled_line_above(text, start),
        line_below=_filled_line_below(text, end),
        newline=_newline_near(before, after),
        indent_unit=_indent_unit(before, after, tab_size, insert_spaces),
    )


def _filled_line_above(text: str, start: int) -> str:
    for _ in range(20):
        if start == 0:
            return ""
        end = start - 1
        if text[end] == "\n" and end > 0 and text[end - 1] == "\r":
            end -= 1
        start = line_start(text, end)
        if text[start:end].strip():
            return text[start:end]
    return ""


def _filled_line_below(text: str, end: int) -> str:
    for _ in range(20):
        start = next_line_start(text, end)
        if start <= end and start >= len(text):
            return ""
        end = line_end(text, start)
        if text[start:end].strip():
            return text[start:end]
        if end >= len(text):
            return ""
    return ""


def _newline_near(before: str, after: str) -> str:
    near = before[-4000:] + after[:4000]
    if "\r\n" in near:
        return "\r\n"
    if "\n" not in near and "\r" in near:
        return "\r"
    return "\n"


def _indent_unit(before: str, after: str, tab_size: int | None, insert_spaces: bool | None) -> str:
    """The file's own step: a tab, or the commonest positive difference between neighbouring lines' indentation."""
    steps: Counter[int] = Counter()
    previous = 0
    for line in (before[-4000:] + after[:4000]).split("\n"):
        body = line.lstrip(" \t")
        if not body.strip():
            continue
        indent = line[: len(line) - len(body)]
        if indent.startswith("\t"):
            return "\t"
        step = len(indent) - previous
        steps[step] += step in (2, 3, 4, 8)
        previous = len(indent)
    if steps.total():
        # Of two that are equally common the smaller: the other is two of its steps.
        return " " * min(steps, key=lambda step: (-steps[step], step))
    if insert_spaces is False:
        return "\t"
    return " " * (tab_size or 4)
