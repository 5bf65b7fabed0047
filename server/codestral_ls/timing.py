"""Clocks and the stage times of one request.

Clocks are arguments, so that tests need no sleeping.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Clock = Callable[[], float]
"""Returns seconds on a monotonic scale."""

monotonic: Clock = time.perf_counter


@dataclass(slots=True)
class Stages:
    """Milliseconds spent per named stage of one request, in the order the stages began."""

    clock: Clock = monotonic
    ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside the block to stage ``name`` (also when the block raises)."""
        began = self.clock()
        self.ms.setdefault(name, 0.0)
        try:
            yield
        finally:
            self.ms[name] += (self.clock() - began) * 1000.0

    def add(self, name: str, ms: float) -> None:
        """Add ``ms`` milliseconds, measured elsewhere, to stage ``name``."""
        self.ms[name] = self.ms.get(name, 0.0) + ms

    def line(self) -> str:
        """The stages as one log line: ``gather=1.2 prefill=30.1`` (milliseconds)."""
        return " ".join(f"{name}={value:.1f}" for name, value in self.ms.items())
