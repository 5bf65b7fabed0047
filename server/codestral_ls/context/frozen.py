"""Remembers where each document's windows lie, so that typing does not move them.

A few windows per document are kept: going back to an earlier place finds the old edges, and with them a hot KV cache.
Used on the event loop only.
"""

from __future__ import annotations

from collections import OrderedDict

from codestral_ls.context.window import Edges, Window, cut

PER_DOCUMENT = 4
DOCUMENTS = 64


class FrozenWindows:
    """The latest edges per document, newest first."""

    def __init__(self) -> None:
        self._edges: OrderedDict[str, list[Edges]] = OrderedDict()

    def cut(
        self,
        uri: str,
        text: str,
        offset: int,
        prefix_characters: int,
        suffix_characters: int,
        scope_starts: tuple[int, ...] = (),
    ) -> tuple[Window, bool]:
        """The window at ``offset`` and whether it lies where an earlier one lay (so its prompt is likely hot)."""
        known = self._edges.setdefault(uri, [])
        self._edges.move_to_end(uri)
        for edges in known:
            window = cut(text, offset, prefix_characters, suffix_characters, edges)
            if window.edges.top == edges.top and window.edges.below == edges.below:
                known.remove(edges)
                known.insert(0, window.edges)
                return window, True
        window = cut(text, offset, prefix_characters, suffix_characters, known[0] if known else None, scope_starts)
        known.insert(0, window.edges)
        del known[PER_DOCUMENT:]
        while len(self._edges) > DOCUMENTS:
            self._edges.popitem(last=False)
        return window, False

    def forget(self, uri: str) -> None:
        """A document was closed."""
        self._edges.pop(uri, None)
