"""Notices that the editor's process has ended, even if another process still holds its end of the pipe open.

A process that cannot be seen from here (an editor outside of the container, a wrong id) is not waited for.
The server decides what follows.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Iterator

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0


async def wait_for_end(process_id: int, poll_seconds: float = POLL_SECONDS) -> bool:
    """Return True when the process has ended; False, at once, when it cannot be seen from here."""
    if process_id <= 0 or not is_alive(process_id):
        log.warning("the editor's process %d cannot be seen from here; only its closed pipe ends the server", process_id)
        return False
    with _end_descriptor(process_id) as descriptor:
        if descriptor is not None:
            await _readable(descriptor)
            return True
    while is_alive(process_id):  # noqa: ASYNC110 - another process sets no event of ours
        await asyncio.sleep(poll_seconds)
    return True


def is_alive(process_id: int) -> bool:
    """True if a process with that id exists (also another user's)."""
    if sys.platform == "win32":  # on Windows os.kill(pid, 0) ends the process
        import psutil  # the import takes milliseconds, which no start of a server should wait for

        return bool(psutil.pid_exists(process_id))
    try:
        os.kill(process_id, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


@contextlib.contextmanager
def _end_descriptor(process_id: int) -> Iterator[int | None]:
    """A descriptor that becomes readable when the process ends, if the system has such descriptors (Linux); else None."""
    opener = getattr(os, "pidfd_open", None)
    descriptor: int | None = None
    if opener is not None:
        with contextlib.suppress(OSError):
            descriptor = opener(process_id)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_reader(descriptor, _set, ready)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)
