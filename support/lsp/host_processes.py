"""Finds and ends the model hosts of one private environment, so that no test leaves a host running."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path


def hosts_of(folder: Path) -> list[int]:
    """Ids of the live host processes whose runtime folder is ``folder``, from Linux's /proc."""
    wanted = f"XDG_RUNTIME_DIR={folder}".encode()
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            is_host = b"codestral_ls.host" in (process / "cmdline").read_bytes()
            if is_host and wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found


@contextlib.contextmanager
def hosts_ended(folder: Path) -> Iterator[None]:
    """Ends every host of ``folder`` when the block ends."""
    try:
        yield
    finally:
        for process_id in hosts_of(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
