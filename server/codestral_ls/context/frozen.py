"""Remembers where each document's windows lie, so that typing does not move them.

A few windows per document are kept: going back to an earlier place finds the old edges, and with them a hot KV cache. The
lines from elsewhere that stand before a prefix are kept likewise, and chosen anew at most once for a line.
Used on the event loop only.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from codestral_ls.context.elsewhere import is_wanted, retrieve
from codestral_ls.context.window import Edges, Window, cut
from codestral_ls.documents.text import line_end

PER_DOCUMENT = 4
DOCUMENTS = 64


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A window's edges, the lines from elsewhere that go with it, and the line they were chosen in: the characters behind it."""

    edges: Edges
    elsewhere: str
    line: int


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
    ) -> tuple[Window, bool]:
        """The window at ``offset`` and whether its prompt lies where an earlier one lay (so it is likely hot).

        ``settled``: lines from elsewhere are not chosen anew for a place where nobody types yet.
        """
        known = self._frozen.setdefault(uri, [])
        self._frozen.move_to_end(uri)
        line = len(text) - line_end(text, offset)
        for frozen in known:
            window = cut(text, offset, prefix_characters, suffix_characters, frozen.edges)
            if window.edges.top != frozen.edges.top or window.edges.below != frozen.edges.below:
                continue
            if settled or frozen.line == line or not elsewhere_characters or not _lacks(window, text, offset, frozen.elsewhere):
                known.remove(frozen)
                known.insert(0, replace(frozen, edges=window.edges))
                return replace(window, elsewhere=frozen.elsewhere), True
        window = cut(text, offset, prefix_characters, suffix_characters, known[0].edges if known else None, scope_starts)
        if elsewhere_characters:
            end = len(text) - window.edges.below
            window = replace(window, elsewhere=retrieve(text, offset, window.edges.top, end, elsewhere_characters))
        known.insert(0, _Frozen(window.edges, window.elsewhere, line))
        del known[PER_DOCUMENT:]
        while len(self._frozen) > DOCUMENTS:
            self._frozen.popitem(last=False)
        return window, False

    def forget(self, uri: str) -> None:
        """A document was closed."""
        self._frozen.pop(uri, None)


def _lacks(window: Window, text: str, offset: int, elsewhere: str) -> bool:
    return is_wanted(text, offset, window.edges.top, len(text) - window.edges.below, elsewhere)
