"""llama.cpp's own thread pool: created once for a context; its idle threads sleep instead of spinning.

Without a pool, a llama.cpp without OpenMP starts its threads again for every batch. A build with OpenMP does not use the pool,
but its own threads are configured to sleep too (``llama.py`` sets that before the library is loaded).
"""

from __future__ import annotations

import ctypes
from collections.abc import Collection
from typing import Any

from codestral_ls.host import llama

MOST_THREADS = 512
"""GGML_MAX_N_THREADS of llama.cpp."""
POLL = 1
"""How long a thread looks for the next batch before it sleeps, in llama.cpp's rounds of 131,072 looks: a few milliseconds.

So the threads are awake between two tokens, and asleep once the answer is written.
"""


class _Parameters(ctypes.Structure):
    """``struct ggml_threadpool_params`` of ggml.h."""

    _fields_ = (
        ("cpumask", ctypes.c_bool * MOST_THREADS),
        ("n_threads", ctypes.c_int),
        ("prio", ctypes.c_int),
        ("poll", ctypes.c_uint32),
        ("strict_cpu", ctypes.c_bool),
        ("paused", ctypes.c_bool),
    )


class ThreadPool:
    """A pool of at most ``threads`` threads. With ``only`` they run on these logical processors alone."""

    def __init__(self, threads: int, only: Collection[int] = (), poll: int = POLL) -> None:
        library = llama.load()._lib
        self.threads = min(threads, MOST_THREADS)
        self._free = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(_function(library, "ggml_threadpool_free"))
        parameters = _Parameters()
        library.ggml_threadpool_params_init.argtypes = [ctypes.POINTER(_Parameters), ctypes.c_int]
        library.ggml_threadpool_params_init.restype = None
        library.ggml_threadpool_params_init(ctypes.byref(parameters), self.threads)
        if parameters.n_threads != self.threads:
            raise RuntimeError("llama.cpp's ggml_threadpool_params is another than the one this version knows")
        parameters.poll = poll
        for number in only:
            if 0 <= number < MOST_THREADS:
                parameters.cpumask[number] = True
        new = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.POINTER(_Parameters))(_function(library, "ggml_threadpool_new"))
        self._pool: Any = new(ctypes.byref(parameters))
        if not self._pool:
            raise RuntimeError("llama.cpp could not start its threads")

    def attach(self, context: Any) -> None:
        """Let ``context`` evaluate with these threads; those of another pool are paused. The pool must outlive it."""
        attach = llama.load()._lib.llama_attach_threadpool
        attach.argtypes, attach.restype = [ctypes.c_void_p] * 3, None
        attach(context, self._pool, self._pool)

    def close(self) -> None:
        """End the threads. Idempotent."""
        if self._pool:
            self._free(self._pool)
            self._pool = None


class ThreadPools:
    """A pool for each number of threads that was used, because the unneeded threads of a larger pool would not sleep."""

    def __init__(self, only: Collection[int] = ()) -> None:
        self._only = only
        self._pools: dict[int, ThreadPool] = {}

    def attach(self, context: Any, threads: int) -> None:
        """Let ``context`` evaluate with ``threads`` threads from its next batch on. Raises: RuntimeError."""
        pool = self._pools.get(threads)
        if pool is None:
            pool = self._pools[threads] = ThreadPool(threads, self._only)
        pool.attach(context)

    def close(self) -> None:
        """End all threads; no context may use them afterwards. Idempotent."""
        while self._pools:
            self._pools.popitem()[1].close()


def _function(library: Any, name: str) -> int:
    """The address of a function of the CPU backend, which may be a separate library."""
    by_name, of = library.ggml_backend_reg_by_name, library.ggml_backend_reg_get_proc_address
    by_name.restype, by_name.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    of.restype, of.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]
    address = of(by_name(b"CPU"), name.encode())
    if not address:
        raise RuntimeError(f"llama.cpp has no function {name}")
    return int(address)
