"""Known answers, found by the text near the cursor and used while the user types what they predicted.

The model's raw text is kept and filtered again at each cursor. Bounded in bytes; the least recently used answers are dropped
first. Has no clock and no task; one instance per server, used on the event loop only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from codestral_ls.backends.base import Usage
from codestral_ls.completion.place import TYPED_LIMIT, Place, after_key, place_at

Tier = Literal["model", "copied"]
Origin = Literal["request", "prefetch", "copied"]

ENTRY_OVERHEAD = 600
"""Bytes of an entry in addition to its texts: objects, dictionary slots (measured with sys.getsizeof, rounded up)."""


@dataclass(frozen=True, slots=True)
class Known:
    """An answer that begins at ``place``. ``finished`` is False while only its first lines are known.

    ``usable`` is the length of ``raw`` that may be shown, None before it was judged; it was judged to replace ``over`` characters
    after the cursor, where the rest of the line was ``rest_of_line``.
    ``line_ended``: the writer continued after the last line, so a bracket that is open there continues below.
    ``ran_out``: a limit of tokens ended the answer; ``cut_short``: a limit of lines did.
    """

    place: Place
    raw: str
    origin: Origin = "request"
    finished: bool = True
    confidence: float | None = None
    usage: Usage | None = None
    usable: int | None = None
    over: int = 0
    rest_of_line: str = ""
    line_ended: bool = False
    ran_out: bool = False
    cut_short: bool = False
    alternatives: tuple[str, ...] = ()

    @property
    def tier(self) -> Tier:
        """Two tiers: copied answers and the model's. A place can have one of each; the model's is preferred."""
        return "copied" if self.origin == "copied" else "model"


@dataclass(frozen=True, slots=True)
class Hit:
    """A known answer that agrees with what was typed since its place; ``rest`` is its remaining text (raw)."""

    known: Known
    typed: str
    rest: str


class Cache:
    """Byte-bounded LRU of `Known` answers."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[tuple[Place, Tier], Known] = OrderedDict()

    def keep(self, known: Known) -> None:
        """Remember ``known``, in place of an earlier answer of its tier there."""
        self._drop((known.place, known.tier))
        self._entries[known.place, known.tier] = known
        self._bytes += _size(known)
        while self._bytes > self._max_bytes and self._entries:
            self._drop(next(iter(self._entries)))

    def find(
        self, uri: str, text: str, offset: int, outranks: Callable[[Known, Known], bool] = lambda _copy, _written: False
    ) -> Iterator[Hit]:
        """Answers that agree with the text before the cursor: the model's before copied ones, the nearest place first.

        ``outranks(copy, written)`` says whether a copied answer goes before the model's at the same place.
        """
        after = after_key(text, offset)
        copied: list[Hit] = []
        for count in range(min(TYPED_LIMIT, offset) + 1):
            place = place_at(uri, text, offset - count, after)
            typed = text[offset - count : offset]
            written = _hit(self._entries.get((place, "model")), typed)
            copy = _hit(self._entries.get((place, "copied")), typed)
            if copy is not None and written is not None and outranks(copy.known, written.known):
                yield copy
            elif copy is not None:
                copied.append(copy)
            if written is not None:
                self._entries.move_to_end((place, "model"))
                yield written
        yield from copied

    def at(self, place: Place) -> Known | None:
        """The model's answer that begins exactly at ``place``."""
        return self._entries.get((place, "model"))

    def forget(self, place: Place) -> None:
        """Drop what is known at ``place`` (it was rejected)."""
        self._drop((place, "model"))
        self._drop((place, "copied"))

    def drop(self, known: Known) -> None:
        """Drop an answer of which nothing can be shown after the text that was typed since."""
        self._drop((known.place, known.tier))

    def forget_document(self, uri: str) -> None:
        """Drop all answers of a document."""
        for key in [key for key in self._entries if key[0].uri == uri]:
            self._drop(key)

    def resize(self, max_bytes: int) -> None:
        """Change the bound; takes effect at once."""
        self._max_bytes = max_bytes
        while self._bytes > self._max_bytes and self._entries:
            self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        """Drop everything (another model answers from now on)."""
        self._entries.clear()
        self._bytes = 0

    @property
    def size(self) -> int:
        """The bytes in use, by this module's own count."""
        return self._bytes

    def _drop(self, key: tuple[Place, Tier]) -> None:
        known = self._entries.pop(key, None)
        if known is not None:
            self._bytes -= _size(known)


def _hit(known: Known | None, typed: str) -> Hit | None:
    if known is None:
        return None
    usable = known.raw if known.usable is None else known.raw[: known.usable]
    if not usable.startswith(typed):
        return None
    rest = usable[len(typed) :]
    # An answer that was typed to its end predicts nothing more, unless it was empty from the start: then it predicts that nothing
    # follows.
    if not rest and (typed or not known.finished):
        return None
    return Hit(known, typed, rest)


def _size(known: Known) -> int:
    texts = (known.place.before, known.place.after, known.raw, *known.alternatives)
    return ENTRY_OVERHEAD + sum(len(text) * (1 if text.isascii() else 4) for text in texts)
