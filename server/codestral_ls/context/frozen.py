"""Remembers the edges of each document's windows, so that typing does not move them.

A few windows per document are kept: going back to an earlier place finds the old edges, and with them a hot KV cache. The
lines from elsewhere that are placed before a prefix are kept as well. They are chosen again at most once per line, if its text
matches outside the window and the prompt does not show that yet: a new choice means that the prompt is evaluated again.
Used on the event loop only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from codestral_ls.context.elsewhere import is_wanted, retrieve
from codestral_ls.context.window import Edges, Window, cut
from codestral_ls.documents.text import line_start

PER_DOCUMENT = 4
PER_PLACE = 2
"""How many choices of lines from elsewhere are kept for the same edges."""
DOCUMENTS = 64


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A window's edges, its lines from elsewhere, and the start of the line for which these were chosen.

    ``line`` is -1 if too little was typed on it to find matches.
    """

    edges: Edges
    elsewhere: str
    line: int = -1


class FrozenWindows:
    """The latest windows per document, newest first."""

    def __init__(self) -> None:
        self._frozen: OrderedDict[str, list[_Frozen]] = OrderedDict()

    def cut(
        self,
        uri: str,
        text: str,
        offset: int,
        prefix_characters: int,
        suffix_characters: int,
        scope_starts: tuple[int, ...] = (),
        elsewhere_characters: int = 0,
        settled: bool = False,
        others: Sequence[str] = (),
    ) -> tuple[Window, bool]:
        """The window at ``offset``, and whether an earlier window had the same place (so its prompt is likely hot).

        ``settled``: lines from elsewhere are not chosen again, because nobody types at this place yet. ``others``: texts of
        other files to look for such lines in.
        """
        known = self._frozen.setdefault(uri, [])
        self._frozen.move_to_end(uri)
        line = line_start(text, offset)
        start = known[0].edges if known else None
        for frozen in known:
            window = cut(text, offset, prefix_characters, suffix_characters, frozen.edges)
            if not _same_place(window.edges, frozen.edges) or len(frozen.elsewhere) > elsewhere_characters:
                continue
            chosen = settled or line == frozen.line or not elsewhere_characters
            if chosen or not _wanted(window, text, offset, frozen.elsewhere, others):
                # If there are two choices for one place, the one for this line is used instead of the latest.
                changes = not settled and frozen is not known[0] and _same_place(frozen.edges, known[0].edges)
                known.remove(frozen)
                known.insert(0, replace(frozen, edges=window.edges, line=line if changes else frozen.line))
                return replace(window, elsewhere=frozen.elsewhere), True
            start = frozen.edges
        window = cut(text, offset, prefix_characters, suffix_characters, start, scope_starts)
        hot = False
        if elsewhere_characters:
            end = len(text) - window.edges.below
            found = retrieve(text, offset, window.edges.top, end, elsewhere_characters, others)
            window = replace(window, elsewhere=found)
            same = next((one for one in known if _same_place(one.edges, window.edges) and one.elsewhere == window.elsewhere), None)
            if same is not None:
                known.remove(same)
                hot = True
        strong = elsewhere_characters and not settled and _wanted(window, text, offset, "", others)
        known.insert(0, _Frozen(window.edges, window.elsewhere, line if strong or hot else -1))
        self._forget_old(known)
        return window, hot

    def _forget_old(self, known: list[_Frozen]) -> None:
        here = [one for one in known if _same_place(one.edges, known[0].edges)]
        for one in here[PER_PLACE:]:
            known.remove(one)
        del known[PER_DOCUMENT:]
        while len(self._frozen) > DOCUMENTS:
            self._frozen.popitem(last=False)

    def forget(self, uri: str) -> None:
        """A document was closed."""
        self._frozen.pop(uri, None)


def _same_place(one: Edges, other: Edges) -> bool:
    return (one.top, one.below) == (other.top, other.below)


def _wanted(window: Window, text: str, offset: int, shown: str, others: Sequence[str]) -> bool:
    return is_wanted(text, offset, window.edges.top, len(text) - window.edges.below, shown, others)
