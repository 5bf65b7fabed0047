"""Waits until a backend can answer, for the command line and batches, which can do nothing else meanwhile.

A keystroke never waits like this; the editor's server watches ``health`` instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from codestral_ls.backends.base import Backend, BackendInfo, Health
from codestral_ls.timing import Clock, monotonic

GRACE = 2.0
"""Seconds for which a backend that was just started may report that it is offline."""


async def until_known(backend: Backend, deadline: float) -> BackendInfo:
    """The facts of ``backend`` once it is ready: a host on this machine knows its model's room only after loading it.

    A remote backend is not asked. One that does not get ready within ``deadline`` seconds gives its present facts.
    """
    if not backend.info().remote:
        await until_ready(backend, deadline)
    return backend.info()


async def until_ready(
    backend: Backend,
    deadline: float,
    tell: Callable[[Health], None] = lambda _health: None,
    *,
    poll: float = 0.05,
    clock: Clock = monotonic,
) -> Health:
    """Start ``backend`` and wait until it is ready, or will not be. ``tell`` is called with each health, for a progress bar.

    ``deadline`` is the number of seconds after which the last health is returned as it is.
    Raises: what ``start`` raises.
    """
    began = clock()
    await backend.start()
    while True:
        health = await backend.health()
        tell(health)
        waited = clock() - began
        hopeful = health.state == "loading" or (health.state == "offline" and waited < min(GRACE, deadline))
        if not hopeful or waited >= deadline:
            return health
        await asyncio.sleep(min(poll, max(0.0, deadline - waited)))
