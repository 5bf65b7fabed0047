"""Runs an errand in a fence and waits for its end. May be called from several threads; ``stop_all`` ends all of them.

Nothing is left behind however this process ends: processes inside end when their standard input does, and take their files with
them.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import codestral_ls
from codestral_ls.errors import CodestralLsError
from codestral_ls.fence.bubblewrap import bubblewrap
from codestral_ls.fence.errand import Ended, Errand
from codestral_ls.fence.file_system import OWN_CODE, SCRATCH_FOLDER, Mount, layout, readable_paths
from codestral_ls.fence.pack import Packed
from codestral_ls.fence.removal import remove_tree
from codestral_ls.fence.visible import own_python
from codestral_ls.system import processes

Kind = Literal["bubblewrap", "namespaces", "landlock", "none"]

_PACKAGE = Path(codestral_ls.__file__).resolve().parent
_PREFIX = "codestral-ls-fence-"
_BEGINNING_AND_END = 20.0
"""Seconds in addition to the errand's own, for unpacking the project and for bringing results out."""
_MOST_REPORTED = 64 << 20
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ")

_stopped = threading.Event()
_running: set[processes.Process[bytes]] = set()
_lock = threading.Lock()


class FenceStopped(CodestralLsError):
    """The run was ended, or not started, because the user has stopped it."""


def stop_all() -> None:
    """End all fences of this process at once, and start no new ones."""
    _stopped.set()
    with _lock:
        for process in _running:
            with contextlib.suppress(OSError, ValueError):
                os.close(process.stdin.fileno()) if process.stdin else None


def allow_again() -> None:
    """A new batch begins in this process: errands may run again."""
    _stopped.clear()


def run_fenced(kind: Kind, errand: Errand, copy: Packed) -> Ended:
    """Run ``errand`` in ``copy``. Raises: FenceStopped. A fence that could not be set up gives the cause "fence" and the reason as
    output.
    """
    if _stopped.is_set():
        raise FenceStopped("Ended.")
    folder = Path(_scratch_on_disk()) if kind in ("landlock", "none") else None
    try:
        return _run(kind, errand, copy, folder)
    finally:
        if folder is not None:
            remove_tree(folder)


def _run(kind: Kind, errand: Errand, copy: Packed, folder: Path | None) -> Ended:
    program, python = own_python()
    project = errand.project.resolve()
    sizes = {"project_megabytes": copy.megabytes, "disk_megabytes": errand.limits.disk_megabytes}
    steps = layout(project, errand.visible, _PACKAGE, python, **sizes)
    variables = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    variables |= {"HOME": "@scratch@/home", "TMPDIR": "@scratch@", "CI": "1", "NO_COLOR": "1", **errand.variables}
    spec: dict[str, Any] = {
        "kind": kind,
        "command": errand.command,
        "variables": variables,
        "project": str(folder / "project") if folder else str(project),
        "scratch": str(folder / "scratch") if folder else SCRATCH_FOLDER,
        "steps": [(step.kind, step.source, step.target) for step in steps],
        "readable": readable_paths(steps),
        "changes": {name: data.hex() for name, data in errand.changes.items()},
        "files": {name: data.hex() for name, data in errand.files.items()},
        "results": errand.results,
        "archive": copy.file.fileno(),
        "limits": asdict(errand.limits),
        **sizes,
    }
    root = OWN_CODE if kind == "bubblewrap" else str(_PACKAGE.parent)
    code = f"import sys; sys.path.insert(0, {root!r}); from codestral_ls.fence.inside import main; main()"
    line = [program, "-I", "-S", "-c", code]
    if kind == "bubblewrap":
        line = bubblewrap(shutil.which("bwrap") or "bwrap", [Mount(*step) for step in spec["steps"]], line)
    with tempfile.TemporaryFile() as errors:
        process = processes.start_fence(line, stderr=errors, descriptors=[copy.file.fileno()])
        with _lock:
            _running.add(process)
        try:
            report = _reported(process, spec, errand.limits.seconds + _BEGINNING_AND_END)
        finally:
            _end(process)
        if _stopped.is_set():
            raise FenceStopped("Ended.")
        errors.seek(0)
        return _read(report, errors.read(20_000).decode("utf-8", "replace"))


def _reported(process: processes.Process[bytes], spec: dict[str, Any], seconds: float) -> bytes:
    """Send the errand, and collect the output until its end, the end of the time or the size limit."""
    assert process.stdin is not None
    assert process.stdout is not None
    end = time.monotonic() + seconds
    with contextlib.suppress(OSError):
        data = json.dumps(spec).encode() + b"\n"
        while data:
            data = data[os.write(process.stdin.fileno(), data) :]
    report = b""
    while len(report) < _MOST_REPORTED and (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([process.stdout], [], [], left)
        piece = os.read(process.stdout.fileno(), 1 << 20) if ready else b""
        if not piece:
            break
        report += piece
    return report


def _end(process: processes.Process[bytes]) -> None:
    """The fence ends by itself once its standard input is closed; the wait for that is limited."""
    with _lock:
        _running.discard(process)
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError, ValueError):
                pipe.close() if pipe else None
    try:
        process.wait(5.0)
    except processes.OutOfTimeError:
        process.kill()
        process.wait()


def _read(report: bytes, errors: str) -> Ended:
    head, _, rest = report.partition(b"\n")
    try:
        found = json.loads(head)
        results, place = {}, 0
        for name, length in found["results"].items():
            results[name] = rest[place : place + length]
            place += length
        if place != len(rest):
            raise ValueError("the results are cut off")
        return Ended(found["code"], found["cause"], found["output"], results)
    except (ValueError, KeyError, TypeError):
        last = errors.strip().rpartition("\n")[2]
        return Ended(None, "fence", last or "The fence ended without a report.")


def _scratch_on_disk() -> str:
    """A folder for a fence without a file system of its own; folders left by killed runs are removed first."""
    base = Path(tempfile.gettempdir())
    for left in base.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if left.stat().st_uid == os.getuid() and not _is_alive(left):
                remove_tree(left)
    made = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
    for name in ("project", "scratch"):
        (made / name).mkdir()
    return str(made)


def _is_alive(folder: Path) -> bool:
    """True if the process that made the folder still runs."""
    number = folder.name.removeprefix(_PREFIX).partition("-")[0]
    try:
        os.kill(int(number), 0)
    except (OSError, ValueError):
        return False
    return True


def platform_can_run() -> bool:
    """True if errands can be run at all: this needs ``fork``."""
    return sys.platform != "win32"
