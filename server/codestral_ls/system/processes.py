"""Starts every other process of this program: our own Python modules, workers, and programs that the user named.

The working folder is often an untrusted clone. Python would import a module from it, and so would many programs that
Python starts. So a process of ours runs with ``-P`` in the root folder and inherits no ``PYTHON…`` variable that leads
it elsewhere; a program of the user's runs in the home folder. Only this module may import ``subprocess`` or
``multiprocessing`` (a rule of ruff's).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from asyncio.subprocess import Process as AsyncProcess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    WorkerPool = ProcessPoolExecutor

Process = subprocess.Popen
Finished = subprocess.CompletedProcess
OutOfTimeError = subprocess.TimeoutExpired
PIPE, NOTHING, WITH_OUTPUT = subprocess.PIPE, subprocess.DEVNULL, subprocess.STDOUT

if sys.platform == "win32":
    NEUTRAL_FOLDER = os.environ.get("SYSTEMROOT", "C:\\Windows")
    HIDDEN = subprocess.CREATE_NO_WINDOW
    DETACHED = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    NEUTRAL_FOLDER = "/"
    HIDDEN = DETACHED = 0
# NEUTRAL_FOLDER: where our own processes run. Only the system's administrator can put a module or a library there, unlike in the
# root of a drive of Windows. (ggml also looks for its backends in the working folder.) HIDDEN: a program of a terminal gets no
# window if the editor has none. DETACHED: Ctrl+C in the terminal of the program that started it does not end it either; POSIX has
# sessions for that.

SAFE_PATH = "PYTHONSAFEPATH"
_KEPT = frozenset(
    f"PYTHON{name}"
    for name in (
        *("HOME", "PLATLIBDIR", "UTF8", "IOENCODING", "COERCECLOCALE", "HASHSEED", "MALLOC", "FAULTHANDLER"),
        *("DONTWRITEBYTECODE", "UNBUFFERED", "NOUSERSITE", "USERBASE", "TRACEMALLOC", "DEVMODE"),
    )
)
"""Variables of the interpreter that lead it only to installed code."""

_FOUND_SAFE_PATH = os.environ.get(SAFE_PATH)


def python(module: str, *arguments: str) -> list[str]:
    """The command line that runs one of our modules in the interpreter that runs this."""
    # ``-P`` is named as well as PYTHONSAFEPATH, so that it shows in a list of processes.
    return [sys.executable, "-P", "-m", module, *arguments]


def own_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables for a Python process of ours: ``environment`` (by default this process's) without those that mislead Python.

    The absolute folders of PYTHONPATH stay: an empty or relative entry means the working folder.
    """
    given = os.environ if environment is None else environment
    kept = {name: value for name, value in given.items() if not name.startswith("PYTHON") or name in _KEPT}
    folders = [folder for folder in given.get("PYTHONPATH", "").split(os.pathsep) if Path(folder).is_absolute()]
    if folders:
        kept["PYTHONPATH"] = os.pathsep.join(folders)
    for name in [name for name in kept if name.startswith("XDG_") and name.endswith(("_HOME", "_DIR"))]:
        if not Path(kept[name]).is_absolute():  # XDG: invalid; it would lead into the folder that a process runs in
            del kept[name]
    kept[SAFE_PATH] = "1"
    kept["GGML_NO_BACKTRACE"] = "1"  # otherwise an abort of llama.cpp would start a debugger on the user's code
    return kept


def users_environment() -> dict[str, str]:
    """Variables for a program of the user's: those this process was started with."""
    given = dict(os.environ)
    if _FOUND_SAFE_PATH is None:
        given.pop(SAFE_PATH, None)
    return given


def start_own(
    module: str,
    *arguments: str,
    stdin: int | IO[bytes] = NOTHING,
    stdout: int | IO[bytes] = NOTHING,
    stderr: int | IO[bytes] = NOTHING,
) -> subprocess.Popen[bytes]:
    """Start one of our modules as a process in a session of its own; pipes are not buffered. Raises: OSError."""
    return subprocess.Popen(
        python(module, *arguments),
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        bufsize=0,
        start_new_session=True,
        creationflags=DETACHED,
        cwd=NEUTRAL_FOLDER,
        env=own_environment(),
    )


async def start_own_reading_errors(module: str, *arguments: str) -> AsyncProcess:
    """Start one of our modules as an asynchronous process, its standard error a pipe. Raises: OSError."""
    return await asyncio.create_subprocess_exec(
        *python(module, *arguments),
        stdin=NOTHING,
        stdout=NOTHING,
        stderr=PIPE,
        creationflags=HIDDEN,
        cwd=NEUTRAL_FOLDER,
        env=own_environment(),
    )


def run_own(module: str, *arguments: str, timeout: float) -> subprocess.CompletedProcess[bytes]:
    """Run one of our modules and wait for its end; it is ended after ``timeout`` seconds. Raises: OSError, OutOfTimeError."""
    return _finished(python(module, *arguments), own_environment(), timeout)


async def output_of_own(module: str, *arguments: str, timeout: float) -> tuple[int, bytes]:
    """Exit status and standard output of one of our modules. Raises: OSError, TimeoutError (seconds; it is ended)."""
    return await _output_of(python(module, *arguments), NEUTRAL_FOLDER, own_environment(), timeout)


async def output_of_users(command: Sequence[str], *, timeout: float) -> tuple[int, bytes]:
    """Exit status and standard output of a program that the user named. Raises: OSError, ValueError, TimeoutError."""
    return await _output_of(command, str(Path.home()), users_environment(), timeout)


async def _output_of(command: Sequence[str], folder: str, environment: dict[str, str], timeout: float) -> tuple[int, bytes]:
    process: AsyncProcess = await asyncio.create_subprocess_exec(
        *command, stdin=NOTHING, stdout=PIPE, stderr=NOTHING, creationflags=HIDDEN, cwd=folder, env=environment
    )
    try:
        async with asyncio.timeout(timeout):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return process.returncode or 0, output


def start_fence(command: Sequence[str], *, stderr: int | IO[bytes], descriptors: Sequence[int]) -> subprocess.Popen[bytes]:
    """Start the program that keeps untrusted code in a fence; it ends when its standard input is closed. Raises: OSError.

    ``command`` is the fence's own, with an interpreter that imports only from given folders; ``descriptors`` stay open.
    """
    return subprocess.Popen(
        list(command),
        cwd=NEUTRAL_FOLDER,
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=PIPE,
        stdout=PIPE,
        stderr=stderr,
        bufsize=0,
        pass_fds=tuple(descriptors),
        start_new_session=True,
    )


def end_workers() -> None:
    """End the worker processes of every pool of this process at once, whatever they do."""
    import multiprocessing

    for worker in multiprocessing.active_children():
        worker.terminate()


def run(command: Sequence[str], *, timeout: float) -> subprocess.CompletedProcess[bytes]:
    """Run a program of the system in the neutral folder and wait for it. Raises: OSError, OutOfTimeError (seconds)."""
    return _finished(command, users_environment(), timeout)


def _finished(command: Sequence[str], environment: dict[str, str], timeout: float) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        list(command),
        capture_output=True,
        stdin=NOTHING,
        creationflags=HIDDEN,
        cwd=NEUTRAL_FOLDER,
        env=environment,
        timeout=timeout,
        check=False,
    )


def protect_workers() -> None:
    """Keep the working folder off the import path of every Python process that a library starts from here on.

    ``multiprocessing`` and Ray start interpreters themselves and pass on the environment of this process.
    """
    kept = own_environment()
    for name in [name for name in os.environ if name.startswith("PYTHON") and name not in kept]:
        del os.environ[name]
    os.environ.update(kept)


def worker_pool(
    processes: int, method: Literal["spawn", "forkserver"], begin: Callable[[], None], preload: Sequence[str] = ()
) -> WorkerPool:
    """A pool of worker processes that import nothing from the working folder; each calls ``begin`` first.

    Their arguments must not depend on a working folder: paths are absolute.
    "forkserver" becomes "spawn" if the system has none. ``preload`` names modules that the fork server imports.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    protect_workers()
    known = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context(method if method in known else "spawn")
    if method == "forkserver" and method in known:
        context.set_forkserver_preload([*preload])
    return ProcessPoolExecutor(processes, context, initializer=_begin_worker, initargs=(begin,))


def _begin_worker(begin: Callable[[], None]) -> None:
    os.chdir(NEUTRAL_FOLDER)
    begin()


def end_with_parent() -> None:
    """In a worker: wait for the parent's end, then end too. Otherwise it runs forever; give it a thread."""
    import multiprocessing
    from multiprocessing.connection import wait

    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
