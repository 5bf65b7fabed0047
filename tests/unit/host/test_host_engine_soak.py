"""Random requests, cancels and aborts: no answers are mixed up, no slot is lost, and no memory is kept."""

from __future__ import annotations

import random

import pytest

from codestral_ls.host.answer_run import EngineRequest
from codestral_ls.host.engine import Engine
from codestral_ls.host.scheduler import QueueFullError
from support.models.host_fakes import FakeSession, FakeVocabulary, reference

pytestmark = pytest.mark.slow

VOCABULARY = FakeVocabulary()


@pytest.mark.parametrize("seed", range(6))
def test_soak(seed: int) -> None:
    dice = random.Random(seed)
    session = FakeSession(VOCABULARY, slots=dice.choice([1, 2, 4]), context=128, batch=dice.choice([8, 32]))
    engine = Engine(session, VOCABULARY, share=dice.random() < 0.5)
    files = ["def f(self):\n    " + "".join(dice.choices("abc ", k=60)) for _ in range(3)]
    alive, done, cancelled = [], [], 0  # type: ignore[var-annotated]

    def act() -> None:
        nonlocal cancelled
        if dice.random() < 0.1:
            session.abort()
        if dice.random() < 0.2 and alive:
            outputs, run, _ = alive.pop(dice.randrange(len(alive)))
            engine.cancel(run)
            cancelled += 1
            outputs.append(None)
        if dice.random() < 0.8:
            file = dice.choice(files)
            tokens = [1, 4, 3, *VOCABULARY.encode(file[: dice.randrange(len(file))])]
            order = EngineRequest(tokens, max_tokens=dice.randrange(10), priority=dice.randrange(3), client=str(dice.randrange(4)))
            outputs = []
            try:
                alive.append((outputs, engine.submit(order, outputs.append), order))
            except QueueFullError:
                done.append(None)

    session.on_decode = lambda: act() if dice.random() < 0.2 else None
    for _ in range(500):
        act()
        engine.step()
        for entry in [entry for entry in alive if entry[0] and entry[0][-1].finish]:
            alive.remove(entry)
            done.append(entry)
            if entry[1].tokens:
                got = "".join(output.text for output in entry[0])
                assert got == reference(VOCABULARY, entry[2].tokens, entry[2].max_tokens)
    session.on_decode = lambda: None
    while engine.step():
        pass
    assert all(outputs[-1].finish in ("stop", "length") for outputs, _, _ in alive)
    assert not engine.busy
    assert all(slot.run is None for slot in engine.table.slots)
    assert all(session.cells[slot.number] == slot.tokens for slot in engine.table.slots)
    assert cancelled > 5
    assert len(done) > 20
