"""The filters in their order: what may end a running answer early, and what mends a finished one.

A cutter returns the index at which the text ends, or None; it runs on every piece and once more at the end, so it must give
the same answer for a text and its continuation. A mender returns the text changed, ``""`` to drop it; it runs once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from codestral_ls.completion.filters import (
    blank,
    brackets,
    carriage_returns,
    control_tokens,
    duplicate_lines,
    end_of_scope,
    fences,
    indentation,
    line_above,
    line_limit,
    parsable,
    path_lines,
    quotes,
    repetition,
    too_short,
    trailing_space,
)
from codestral_ls.completion.filters.cursor import Cursor

Cutter = Callable[[str, Cursor], int | None]
Mender = Callable[[str, Cursor], str]

CUTTERS: tuple[tuple[str, Cutter], ...] = (
    ("control_tokens", control_tokens.cut),
    ("path_lines", path_lines.cut),
    ("fences", fences.cut),
    ("line_limit", line_limit.cut),
    ("duplicate_lines", duplicate_lines.cut),
    ("end_of_scope", end_of_scope.cut),
    ("repetition", repetition.cut),
)

MENDERS: tuple[tuple[str, Mender], ...] = (
    ("fences", fences.mend),
    ("carriage_returns", carriage_returns.mend),
    ("indentation", indentation.mend),
    ("line_above", line_above.mend),
    ("trailing_space", trailing_space.mend),
    ("blank", blank.mend),
    ("too_short", too_short.mend),
    ("duplicate_lines", duplicate_lines.mend),
    ("quotes", quotes.mend),
    ("brackets", brackets.mend),
    ("parsable", parsable.mend),
    ("duplicate_lines", duplicate_lines.mend),
    ("brackets", brackets.mend),
    ("trailing_space", trailing_space.mend),
    ("blank", blank.mend),
)


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filtered text and the names of the filters that changed it."""

    text: str
    fired: tuple[str, ...] = ()


def cut(text: str, cursor: Cursor) -> tuple[int, str] | None:
    """Where the running answer ends and which filter says so, None while it may go on."""
    best: tuple[int, str] | None = None
    for name, cutter in CUTTERS:
        index = cutter(text if best is None else text[: best[0]], cursor)
        if index is not None and (best is None or index < best[0]):
            best = (index, name)
    return best


def finish(text: str, cursor: Cursor, line_ended: bool = False) -> Filtered:
    """Cut and mend a whole answer; ``text`` is ``""`` when nothing of it may be shown.

    ``line_ended``: the model went on behind the text's last line.
    """
    fired: list[str] = []
    ended = cut(text, cursor)
    if ended is not None:
        line_ended = text[ended[0] : ended[0] + 1] in ("\n", "\r")
        text = text[: ended[0]]
        fired.append(ended[1])
    cursor = replace(cursor, line_ended=line_ended)
    for name, mender in MENDERS:
        mended = mender(text, cursor)
        if mended != text:
            fired.append(name)
            text = mended
        if not text:
            break
    return Filtered(text, tuple(dict.fromkeys(fired)))
