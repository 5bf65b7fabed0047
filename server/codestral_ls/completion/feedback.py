"""Tracks shown completions: accepted, accepted in part, rejected, still there later. Counted on this machine only.

A backspace past the start of a shown answer is a rejection. Counting is handed to a `Tally`; the default one forgets.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from codestral_ls.completion.answer import Answer, Source
from codestral_ls.completion.place import BEFORE, Place, place_at
from codestral_ls.documents.snapshot import Snapshot

REMEMBERED = 200


class Tally(Protocol):
    """Where counts go: ``event`` is shown, accepted, partially_accepted, rejected or persisted."""

    def count(self, event: str, source: Source, confidence: float | None, characters: int) -> None:
        """Count one event; must not block."""
        ...

    def adjusted(self, prior: float, copied: bool) -> float:
        """The predicted chance of acceptance, corrected by what was counted."""
        ...

    def close(self) -> None:
        """Write pending counts."""
        ...


@dataclass(slots=True)
class SentItem:
    """An item that was sent to the editor."""

    place: Place
    before: str
    offset: int
    text: str
    source: Source
    confidence: float | None
    shown: bool = False
    taken: int = 0


class Feedback:
    """Recently offered items by id, and the last item per document."""

    def __init__(self, tally: Tally | None = None) -> None:
        self._tally = tally
        self._offers: OrderedDict[str, SentItem] = OrderedDict()
        self._last: dict[str, SentItem] = {}

    def offered(self, snapshot: Snapshot, answer: Answer) -> None:
        """Remember the items of an answer."""
        place = place_at(snapshot.uri, snapshot.text, snapshot.offset)
        before = snapshot.text[max(0, snapshot.offset - BEFORE) : snapshot.offset]
        for item in answer.items:
            offer = SentItem(place, before, snapshot.offset, item.text, answer.source, answer.confidence)
            self._offers[item.id] = offer
            self._last.setdefault(snapshot.uri, offer)
            if answer.source != "typed_along":
                self._last[snapshot.uri] = offer
        while len(self._offers) > REMEMBERED:
            self._offers.popitem(last=False)

    def rejected(self, snapshot: Snapshot) -> list[tuple[Place, str]]:
        """Places whose answers the user rejected by deleting back past their start, each with the first line that acceptance
        would have made.
        """
        last = self._last.get(snapshot.uri)
        if last is None or last.taken or snapshot.offset >= last.offset:
            return []
        kept = last.before[: len(last.before) - (last.offset - snapshot.offset)]
        if last.offset - snapshot.offset >= len(last.before) or not snapshot.text[: snapshot.offset].endswith(kept):
            return []
        del self._last[snapshot.uri]
        self._count("rejected", last, 0)
        return [(last.place, last.before.rpartition("\n")[2] + last.text.partition("\n")[0])]

    def shown(self, item_id: str) -> None:
        """The editor reports that it shows the item; repeated reports count once."""
        offer = self._offers.get(item_id)
        if offer is not None and not offer.shown:
            offer.shown = True
            self._count("shown", offer, len(offer.text))

    def accepted(self, item_id: str) -> None:
        """The whole item was accepted."""
        offer = self._offers.get(item_id)
        if offer is not None and offer.taken < len(offer.text):
            self.shown(item_id)
            offer.taken = len(offer.text)
            self._count("accepted", offer, len(offer.text))

    def partially_accepted(self, item_id: str, characters: int) -> None:
        """The first ``characters`` of the item were accepted; a number that does not grow is not counted."""
        offer = self._offers.get(item_id)
        if offer is not None and offer.taken < characters <= len(offer.text):
            self.shown(item_id)
            offer.taken = characters
            self._count("partially_accepted", offer, characters)

    def document_of(self, item_id: str) -> str | None:
        """The uri of the document an item was offered in; None for an unknown item."""
        offer = self._offers.get(item_id)
        return None if offer is None else offer.place.uri

    def looked_again(self, item_id: str, text: str | None) -> None:
        """Some time after acceptance: count whether the accepted text is still in the document (None: it was closed)."""
        offer = self._offers.get(item_id)
        if offer is not None and text is not None and offer.text[: offer.taken].strip() in text:
            self._count("persisted", offer, offer.taken)

    def adjusted(self, prior: float, copied: bool) -> float:
        """The predicted chance of acceptance, corrected by how often this user accepted such predictions before."""
        return prior if self._tally is None else self._tally.adjusted(prior, copied)

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._last.pop(uri, None)

    def close(self) -> None:
        """Have the tally write pending counts."""
        if self._tally is not None:
            self._tally.close()

    def _count(self, event: str, offer: SentItem, characters: int) -> None:
        if self._tally is not None:
            self._tally.count(event, offer.source, offer.confidence, characters)
