"""A completion request and its answer: frozen values without behaviour.

All offsets are ``str`` indices into the snapshot's text; only ``lsp/convert.py`` turns them into protocol positions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from codestral_ls.backends.base import Usage

Source = Literal["typed_along", "cache", "prefetch", "adopted", "copied", "hot", "cold", "none"]
"""Where an answer came from: the rest of a known answer, the cache, a prefetched continuation, a running generation that
predicted what was typed, text copied from the user's files, the model with a reused prompt, or the model from scratch."""


@dataclass(frozen=True, slots=True)
class Ask:
    """How a completion was requested. ``invoked`` means explicitly, by a command; ``count`` is the number of alternatives wanted.

    ``selected`` is the text of the entry selected in the editor's completion menu together with the start of the range
    it replaces: an answer must begin with it. ``tab_size`` and ``insert_spaces`` are the editor's, None where unknown.
    ``waited``: the editor has debounced already, as VS Code does.
    """

    invoked: bool = False
    count: int = 1
    selected_text: str | None = None
    selected_start: int | None = None
    tab_size: int | None = None
    insert_spaces: bool | None = None
    waited: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One completion: put ``text`` in place of ``[start, end)``. ``start <= cursor <= end``, both on the cursor's line."""

    id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one request. ``reason`` says in a word why ``items`` is empty, or which filters changed the text."""

    items: tuple[Item, ...] = ()
    source: Source = "none"
    stages: dict[str, float] = field(default_factory=dict)
    usage: Usage | None = None
    confidence: float | None = None
    reason: str = ""


EMPTY = Answer()
