"""Runs the pure parts of the work in other processes, so that requests never wait for a parser.

The first few calls run in a thread: for one file no process is started. Workers ignore Ctrl-C (the runner decides) and end
when their parent does, even when it was killed. A worker that dies costs one file, not the batch.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, TypeVar

from codestral_ls.errors import GenerateError
from codestral_ls.fence.run_errand import stop_all
from codestral_ls.system.processes import end_with_parent, end_workers, worker_pool

if TYPE_CHECKING:
    from codestral_ls.system.processes import WorkerPool

T = TypeVar("T")

_IN_THREADS = 4
"""Calls before processes are started: about the cost of importing in two processes."""


class WorkerDiedError(GenerateError):
    """The process that looked at a file crashed or took too long."""


class Pool:
    """At most ``processes`` workers; 0 runs everything in threads (for tests and single files)."""

    def __init__(self, processes: int | None = None) -> None:
        self.processes = min(4, os.cpu_count() or 1) if processes is None else processes
        self._executor: WorkerPool | None = None
        self._calls = 0

    async def call(self, function: Callable[..., T], *arguments: object, timeout: float = 120.0) -> T:
        """``function(*arguments)``, in a worker. Raises: WorkerDiedError, and what the function raises."""
        self._calls += 1
        try:
            async with asyncio.timeout(timeout):
                if self.processes == 0 or self._calls <= _IN_THREADS:
                    return await asyncio.to_thread(function, *arguments)
                executor = self._started()
                return await asyncio.get_running_loop().run_in_executor(executor, function, *arguments)
        except BrokenProcessPool as error:
            self._executor = None
            raise WorkerDiedError("the process that looked at it died") from error
        except TimeoutError as error:
            raise WorkerDiedError(f"looking at it took more than {timeout:.0f} seconds") from error

    def stop(self) -> None:
        """End generated code at once: in fences of this process, and in workers with all that they do."""
        stop_all()
        end_workers()

    def close(self) -> None:
        """End the workers. Idempotent."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _started(self) -> WorkerPool:
        if self._executor is None:
            preload = ["codestral_ls.generate.docstrings.plan"]
            self._executor = worker_pool(self.processes, "forkserver", _begin, preload)
        return self._executor


def _begin() -> None:
    """The first call in every worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
