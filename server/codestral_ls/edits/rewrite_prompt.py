"""The prompt that asks a model to edit the region around the cursor, in the format on which it was trained. Pure.

What changes seldom comes first, as far as the format allows: the earlier edits, oldest first, then the text above the region. So
a server that keeps its last prompt evaluates little more than the region again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from codestral_ls.documents.languages import language_for
from codestral_ls.edits.changes import LineChange
from codestral_ls.edits.region import Region
from codestral_ls.fim.edit_format import EditFormat, EditFormatName

BATCH = 6
"""Earlier edits are left out in groups of this size, because everything after the first of them must be evaluated again."""
MOST_LINES = 20
"""The most lines of one earlier edit that are shown, both of its old and of its new lines."""
CURSOR = "<|user_cursor|>"
_SURROGATE = re.compile("[\ud800-\udfff]")
_SPARE_TOKENS = 96
_MOST_TOKENS = 1024
_CHARACTERS = 2.5
"""The least number of characters in a token of code, assumed so that an answer as long as the region is not cut off."""


@dataclass(frozen=True, slots=True)
class RewritePrompt:
    """``raw``: ``prefix`` is the whole prompt with its control words. ``stops`` are the strings that end the answer."""

    prefix: str
    suffix: str
    raw: bool
    stops: tuple[str, ...]
    max_tokens: int


def rewrite_prompt(
    form: EditFormat, uri: str, language: str, region: Region, changes: Sequence[LineChange]
) -> RewritePrompt | None:
    """The prompt for a region of document ``uri``; ``changes`` are the user's, oldest first.

    None if a text contains a word of the format, which the model would take for its end, or characters that cannot be sent, or if
    the language has no line comments in which to write the edits.
    """
    kept = changes[max(0, (len(changes) - BATCH) // BATCH * BATCH) :]
    written = _WRITERS[form.name](uri, language, region, kept)
    shown = [*region.above, *region.lines, *region.below, path_of(uri)]
    for change in kept:
        shown += [*change.old, *change.new, path_of(change.uri)]
    text = "\n".join(shown)
    if written is None or _SURROGATE.search(text) or any(word in text for word in form.reserved):
        return None
    tokens = int(sum(len(line) + 1 for line in region.lines) / _CHARACTERS) + _SPARE_TOKENS
    prefix, suffix = written
    return RewritePrompt(prefix, suffix, form.name != "fim", form.stops, min(tokens, _MOST_TOKENS))


def path_of(uri: str) -> str:
    """A document's name in a prompt: its file's name with that of its folder."""
    path = PurePosixPath(unquote(uri.partition("#")[0].rpartition(":")[2]))
    return "/".join(part for part in (path.parent.name, path.name) if part) or "untitled"


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _sweep(uri: str, _language: str, region: Region, changes: Sequence[LineChange]) -> tuple[str, str]:
    path = path_of(uri)
    parts = [
        f"{path_of(change.uri)}.diff\noriginal:\n{_lines(change.old[:MOST_LINES])}updated:\n{_lines(change.new[:MOST_LINES])}"
        for change in changes
    ]
    parts += [f"original/{path}\n{_lines(_before(uri, region, changes))}", f"current/{path}\n{_lines(region.lines)}"]
    return "".join(f"<|file_sep|>{part}" for part in [*parts, f"updated/{path}"]), ""


def _before(uri: str, region: Region, changes: Sequence[LineChange]) -> Sequence[str]:
    """The region as it was before the last change; unchanged if that change was elsewhere."""
    last = changes[-1] if changes else None
    if last is None or last.uri != uri or not region.first <= last.start <= last.end <= region.end:
        return region.lines
    start, end = last.start - region.first, last.end - region.first
    return (*region.lines[:start], *last.old, *region.lines[end:])


def _seed(uri: str, region: Region, changes: Sequence[LineChange], opening: str, closing: str) -> tuple[str, str]:
    """Seed-Coder's order, which Zeta uses as well: suffix, edits, text above, region."""
    history = "".join(f"{_diff(change)}\n" for change in changes)
    at = region.cursor - region.first
    line = region.lines[at]
    marked = (*region.lines[:at], line[: region.column] + CURSOR + line[region.column :], *region.lines[at + 1 :])
    return (
        f"<[fim-suffix]>\n{_lines(region.below)}<[fim-prefix]>"
        f"{'<filename>edit_history' + chr(10) + history if history else ''}"
        f"<filename>{path_of(uri)}\n{_lines(region.above)}{opening}\n{_lines(marked)}{closing}\n<[fim-middle]>"
    ), ""


def _diff(change: LineChange) -> str:
    path = path_of(change.uri)
    old, new = ("".join(f"{sign}{line}\n" for line in lines[:MOST_LINES]) for sign, lines in (("-", change.old), ("+", change.new)))
    return f"--- a/{path}\n+++ b/{path}\n{old}{new}"


def _zeta2(uri: str, _language: str, region: Region, changes: Sequence[LineChange]) -> tuple[str, str]:
    return _seed(uri, region, changes, "<<<<<<< CURRENT", "=======")


def _zeta21(uri: str, _language: str, region: Region, changes: Sequence[LineChange]) -> tuple[str, str]:
    return _seed(uri, region, changes, "<|marker_1|>", "<|marker_2|>")


def _fim(_uri: str, language: str, region: Region, changes: Sequence[LineChange]) -> tuple[str, str] | None:
    mark = language_for(language).line_comment
    if mark is None:
        return None
    edits = ["Edits so far:"]
    for change in changes:
        edits += _diff(change).split("\n")[:-1]
    now = ["The next lines before the next edit:", *region.lines, "and after it:"]
    before, after = (_lines([f"{mark} {line}".rstrip() for line in told]) for told in (edits, now))
    return f"{before}\n{_lines(region.above)}{after}", _lines(region.below)


_Writer = Callable[[str, str, Region, Sequence[LineChange]], tuple[str, str] | None]
_WRITERS: dict[EditFormatName, _Writer] = {"sweep": _sweep, "zeta2": _zeta2, "zeta2.1": _zeta21, "fim": _fim}
