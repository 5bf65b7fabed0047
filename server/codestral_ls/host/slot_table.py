"""The slots and their runs: the engine's records of the KV cache, kept in step with the session.

Only the engine's thread uses it. ``slots.py`` decides which slot a prompt gets, ``scheduler.py`` which run may have one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from codestral_ls.host.answer_run import Run
from codestral_ls.host.model_session import ModelSession
from codestral_ls.host.slots import SlotChoice, SlotView, choose


@dataclass(slots=True)
class Slot:
    """A slot: its tokens in the cache, its run, when it was last used, and the priority and prompt length of that request."""

    number: int
    tokens: list[int] = field(default_factory=list)
    run: Run | None = None
    used: float = 0.0
    priority: int = 0
    prompt: int = 0


class SlotTable:
    """All slots of one session. Every method leaves ``tokens`` equal to what the session's cache holds."""

    def __init__(self, session: ModelSession) -> None:
        self._session = session
        self.slots = [Slot(number) for number in range(session.slots)]
        self.copies = 0
        self._unsettled: set[int] = set()

    def of(self, run: Run) -> Slot:
        """The slot of ``run``."""
        assert run.slot is not None
        return self.slots[run.slot]

    def choose(self, tokens: list[int]) -> SlotChoice | None:
        """A slot for a prompt, None when every slot is busy."""
        return choose(
            [
                SlotView(slot.number, slot.tokens, slot.run is not None, slot.used, slot.priority, slot.prompt)
                for slot in self.slots
            ],
            tokens,
        )

    def seat(self, run: Run, place: SlotChoice) -> None:
        """Put ``run`` in its slot. At least its last token is evaluated again, because its logits are needed."""
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
        """Free the run's slot; its evaluated tokens stay in the cache."""
        slot = self.of(run)
        slot.run, run.slot = None, None
        slot.used = now

    def cut(self, slot: Slot, length: int) -> None:
        """Keep the first ``length`` tokens (fewer if the model's memory cannot be cut)."""
        if len(slot.tokens) > length:
            del slot.tokens[self._session.cut(slot.number, length) :]

    def cut_back(self, run: Run) -> None:
        """Remove tokens from the cache that were evaluated but are not in the records (wrong guesses)."""
        slot = self.of(run)
        kept = self._session.cut(slot.number, len(slot.tokens))
        del slot.tokens[kept:]
        run.evaluated = min(run.evaluated, kept)

    def believe(self, run: Run, count: int) -> int:
        """After an aborted batch with ``count`` tokens of ``run``, correct the records from the cache; returns how many were
        evaluated.

        The logits are lost, so the run's last token will be evaluated again.
        """
        slot = self.of(run)
        there = min(self._session.length(slot.number), run.evaluated + count, len(run.tokens) - 1)
        there = self._session.cut(slot.number, there)
        gained = max(0, there - run.evaluated)
        slot.tokens = run.tokens[:there]
        run.evaluated = there
        return gained

    def settled(self) -> None:
        """A batch has run, so pending copies of slots are done: llama.cpp carries them out only with the next batch."""
        self._unsettled.clear()

    def idle(self) -> list[Slot]:
        """Idle slots whose cache really holds their tokens."""
        return [slot for slot in self.slots if slot.run is None and slot.number not in self._unsettled]
