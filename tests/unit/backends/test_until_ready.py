"""The command line waits for a backend: in which states, and for how long."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from codestral_ls.backends.base import BackendInfo, FimRequest, Health, Piece, State
from codestral_ls.backends.ready import GRACE, until_ready


class Scripted:
    """A backend whose health goes through ``states`` (the last one stays); each look moves the clock by one step."""

    def __init__(self, states: list[State], step: float = 0.1) -> None:
        self.states, self.step, self.now, self.started = states, step, 0.0, 0

    def clock(self) -> float:
        return self.now

    def info(self) -> BackendInfo:
        return BackendInfo("scripted", "none", False)

    async def start(self) -> None:
        self.started += 1

    async def stream(self, request: FimRequest) -> AsyncGenerator[Piece, None]:
        yield Piece("", "stop")

    async def health(self) -> Health:
        self.now += self.step
        return Health(self.states.pop(0) if len(self.states) > 1 else self.states[0], "why")

    async def aclose(self) -> None:
        pass


ROWS: list[tuple[str, list[State], float, State]] = [
    ("ready at once", ["ready"], 10, "ready"),
    ("loads", ["loading", "loading", "ready"], 10, "ready"),
    ("just started", ["offline", "loading", "ready"], 10, "ready"),
    ("stays offline", ["offline"], 10, "offline"),
    ("no key", ["needs_key", "ready"], 10, "needs_key"),
    ("broken", ["loading", "error", "ready"], 10, "error"),
    ("too slow", ["loading"], 1, "loading"),
]


@pytest.mark.parametrize(("states", "deadline", "end"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
async def test_it_waits_for_what_may_become_ready(states: list[State], deadline: float, end: State) -> None:
    backend = Scripted(list(states))
    told: list[Health] = []
    health = await until_ready(backend, deadline, told.append, poll=0, clock=backend.clock)
    assert health == Health(end, "why")
    assert told[-1] == health
    assert backend.started == 1
    assert backend.now <= max(deadline, GRACE) + 2 * backend.step
