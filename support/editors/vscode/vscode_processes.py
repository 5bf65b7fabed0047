"""Finds and ends the processes that a test has started: all of them have the test's own environment."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from support.editors.workplace import EditorWorkplace


def processes_of(place: EditorWorkplace, *words: str) -> list[int]:
    """Ids of the live processes that run in the test's environment and have ``words`` in their command line."""
    wanted = f"XDG_RUNTIME_DIR={place.environment['XDG_RUNTIME_DIR']}".encode()
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if line and all(word in line for word in words) and wanted in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
    return found


def end_processes_of(place: EditorWorkplace) -> None:
    """End the processes that a test left running."""
    for process_id in processes_of(place):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGKILL)
