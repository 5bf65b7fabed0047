"""The first piece of whichever answer comes first: start one, start the next when it is late or fails.

The caller hands in the generators and learns what each of them did; breakers and messages are its business.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from codestral_ls.backends.base import Piece
from codestral_ls.errors import BackendError, BackendTimeout

Start = Callable[[], AsyncGenerator[Piece, None]]


_GRACE_SECONDS = 0.1  # seconds that let a backend's own time-out come first


async def first_answer(
    starts: Sequence[Start], after: float, within: float, failed: Callable[[int, BackendError], None]
) -> tuple[int, AsyncGenerator[Piece, None], Piece]:
    """Which of ``starts`` answered first, its generator, and its first piece; all others are closed.

    The next generator starts when no piece has come for ``after`` seconds since the last start, or at once when one fails;
    ``failed`` is called with every failure. With ``after`` 0 no two run at the same time.

    Raises: the last BackendError when all failed; BackendTimeout when no piece came ``within`` seconds (a backend ends in time
    by itself; this is for one that does not).
    """
    running: dict[asyncio.Task[Piece], tuple[int, AsyncGenerator[Piece, None]]] = {}
    winner: asyncio.Task[Piece] | None = None
    last_error: BackendError | None = None
    following = 0
    loop = asyncio.get_running_loop()
    ending = loop.time() + within + _GRACE_SECONDS
    try:
        due = True  # whether the next generator must be started
        while winner is None:
            if due and following < len(starts):
                generator = starts[following]()
                task = asyncio.ensure_future(anext(generator))
                running[task] = (following, generator)
                following, due = following + 1, False
            if not running:
                assert last_error is not None
                raise last_error
            left = ending - loop.time()
            if left <= 0:
                raise BackendTimeout("No backend answered in time.")
            timeout = min(after, left) if after > 0 and following < len(starts) else left
            done, _ = await asyncio.wait(running, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            due = not done
            for task in sorted(done, key=lambda task: running[task][0]):
                error = task.exception()
                if error is None:
                    winner = winner or task
                    continue
                index, _generator = running.pop(task)
                if not isinstance(error, BackendError):
                    raise error
                last_error, due = error, True
                failed(index, error)
        index, generator = running.pop(winner)
        return index, generator, winner.result()
    finally:
        for task, (_, generator) in running.items():
            await _close(task, generator)


async def _close(task: asyncio.Task[Piece], generator: AsyncGenerator[Piece, None]) -> None:
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # retrieved, so that asyncio does not log an error that nobody needs
    await generator.aclose()
