"""The steps for an answer, in this order.

While it is written, `cut` runs on every piece and may end it. `CUTTERS` run one after the other, each on the result of the one
before. They must decide the same for a text and for its continuation.

`finish` runs once on the text to be shown: a fresh answer, a copy, a cached answer at a place with other text around the cursor,
or a prefetched answer. The cutters run once more. Then the `MENDERS` run, once each: they remove text that is not part of the
answer or with which its line begins already, and give it the indentation of the place. Then the judge decides how the answer goes
into the document, with the syntax tree of the whole (`judge.judged`): without text that follows there already
(`overlap.evident`), as it was written, over marks that the editor closed, or with a repair. Line ends come last. While the user
types along an answer none of this is needed, because the document with the answer stays the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from codestral_ls.completion.filters import (
    control_tokens,
    duplicate_lines,
    end_of_scope,
    fences,
    indentation,
    judge,
    line_above,
    line_ends,
    line_limit,
    overlap,
    path_lines,
    repetition,
    too_little,
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
"""Index at which the text ends; None while it may continue."""

MENDERS: tuple[tuple[str, Mender], ...] = (
    ("fences", fences.mend),
    ("repetition", repetition.mend),
    ("line_ends", line_ends.trim),
    ("indentation", indentation.mend),
    ("line_above", line_above.mend),
    ("too_little", too_little.mend),
    ("overlap", overlap.without_beginning),
)
"""The text changed, ``""`` to drop it."""

CUTS = frozenset(name for name, _ in CUTTERS)
"""Names of filters that may have ended an answer too early."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """The result: ``text`` replaces the next ``over`` characters of the line ("": nothing is shown); and the filters that changed
    it.
    """

    text: str
    over: int = 0
    fired: tuple[str, ...] = ()


def cut(text: str, cursor: Cursor) -> tuple[int, str] | None:
    """Where the running answer ends and which filter decided that; None while it may continue."""
    best: tuple[int, str] | None = None
    for name, cutter in CUTTERS:
        index = cutter(text if best is None else text[: best[0]], cursor)
        if index is not None and (best is None or index < best[0]):
            best = (index, name)
    return best


def finish(text: str, cursor: Cursor, line_ended: bool = False, ran_out: bool = False, cut_short: bool = False) -> Filtered:
    """The part of a whole answer that may be shown.

    ``line_ended``: the model continued after the text's last line. ``ran_out``: a limit of tokens ended it, not the model;
    ``cut_short``: a limit of lines did.
    """
    fired: list[str] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    ended = cut(text, cursor)
    if ended is not None:
        line_ended = text.startswith("\n", ended[0])
        text = text[: ended[0]]
        fired.append(ended[1])
    cut_short = cut_short or (ended is not None and ended[1] == "line_limit")
    cursor = replace(cursor, line_ended=line_ended, ran_out=ran_out and ended is None, cut_short=cut_short)
    for name, mender in MENDERS:
        mended = mender(text, cursor)
        if mended != text:
            fired.append(name)
            text = mended
        if not text.strip():
            return Filtered("", fired=tuple(dict.fromkeys(fired)) or ("blank",))
    chosen = judge.judged(text, cursor)
    if chosen is None:
        return Filtered("", fired=tuple(dict.fromkeys((*fired, "unsound"))))
    if chosen.name:
        fired.append(chosen.name)
    if not chosen.text.strip() or chosen.text == cursor.closers[: chosen.over]:
        return Filtered("", fired=tuple(dict.fromkeys((*fired, "nothing_new"))))
    # If the answer replaces the whole rest of the line, blanks at its end are removed, as for an answer at a line's end.
    shown = chosen.text if cursor.line_after[chosen.over :].strip() else chosen.text.rstrip()
    return Filtered(line_ends.mend(shown, cursor), chosen.over, tuple(dict.fromkeys(fired)))
