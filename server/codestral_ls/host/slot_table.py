"""The slots and who sits in them: the engine's books of the KV cache, kept in step with the session.

Only the engine's thread uses it. It decides nothing: which slot is for ``slots.py`` to say, who
may have one for ``scheduler.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from codestral_ls.host.run import Run
from codestral_ls.host.session import Session
from codestral_ls.host.slots import Place, SlotView, choose


@dataclass(slots=True)
class Slot:
    """A slot: the tokens in the cache, who uses it, when it was used last, that request's priority and length of prompt."""

    number: int
    tokens: list[int] = field(default_factory=list)
    run: Run | None = None
    used: float = 0.0
    priority: int = 0
    prompt: int = 0


class SlotTable:
    """All slots of one session. Every method leaves ``tokens`` equal to what the session's cache holds."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.slots = [Slot(number) for number in range(session.slots)]
        self.copies = 0
        self._unsettled: set[int] = set()

    def of(self, run: Run) -> Slot:
        """The slot ``run`` sits in."""
        assert run.slot is not None
        return self.slots[run.slot]

    def choose(self, tokens: list[int]) -> Place | None:
        """The place for a prompt, None when every slot is busy."""
        return choose(
            [
                SlotView(slot.number, slot.tokens, slot.run is not None, slot.used, slot.priority, slot.prompt)
                for slot in self.slots
            ],
            tokens,
        )

    def seat(self, run: Run, place: Place) -> None:
        """Put ``run`` in its place. At least its last token is evaluated anew: its logits are wanted."""
        slot = self.slots[place.slot]
        keep = min(place.reuse, len(run.tokens) - 1)
        if place.copy_from is not None:
            kept = self._session.copy(place.copy_from, slot.number, keep)
            slot.tokens = self.slots[place.copy_from].tokens[:kept]
            self.copies += 1
            self._unsettled.add(slot.number)
        else:
            self.cut(slot, keep)
        slot.run, slot.priority, slot.prompt = run, run.priority, len(run.order.tokens)
        run.slot, run.evaluated = slot.number, len(slot.tokens)

    def leave(self, run: Run, now: float) -> None:
        """Free the run's slot; what was evaluated stays hot."""
        slot = self.of(run)
        slot.run, run.slot = None, None
        slot.used = now

    def cut(self, slot: Slot, length: int) -> None:
        """Keep the first ``length`` tokens (fewer where the model's memory cannot be cut)."""
        if len(slot.tokens) > length:
            del slot.tokens[self._session.cut(slot.number, length) :]

    def cut_back(self, run: Run) -> None:
        """Forget in the cache what was evaluated behind the books (wrong guesses)."""
        slot = self.of(run)
        kept = self._session.cut(slot.number, len(slot.tokens))
        del slot.tokens[kept:]
        run.evaluated = min(run.evaluated, kept)

    def believe(self, run: Run, count: int) -> int:
        """After an aborted batch with ``count`` tokens of ``run``: believe the cache, not the books; tokens that were evaluated.

        Logits are lost, so the run's last token will be evaluated again.
        """
        slot = self.of(run)
        there = min(self._session.length(slot.number), run.evaluated + count, len(run.tokens) - 1)
        there = self._session.cut(slot.number, there)
        gained = max(0, there - run.evaluated)
        slot.tokens = run.tokens[:there]
        run.evaluated = there
        return gained

    def settled(self) -> None:
        """A batch ran: llama.cpp carries out copies of slots when the next batch comes, not before."""
        self._unsettled.clear()

    def idle(self) -> list[Slot]:
        """Slots that nobody uses and whose cache really holds their tokens."""
        return [slot for slot in self.slots if slot.run is None and slot.number not in self._unsettled]
