"""Runs Windows' Python under Wine: commands with their output, the language server with an editor, and model hosts to be ended.

Every process is given pipes: Wine's Python takes nothing else for its standard streams.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from support.lsp.lsp_client import Editor
from support.windows.set_up import Windows

SECONDS = 90.0


def windows_path(path: Path) -> str:
    """The name of ``path`` under Wine."""
    return f"Z:{path}".replace("/", "\\")


def windows_uri(path: Path) -> str:
    """The address of ``path`` as VS Code writes it on Windows."""
    return "file:///z%3A" + path.as_uri().removeprefix("file://")


@dataclass(frozen=True, slots=True)
class WineMachine:
    """Windows with folders of its own in ``folder``: configuration, cache, state, sockets' names."""

    windows: Windows
    folder: Path

    def environment(self, **variables: str) -> dict[str, str]:
        """Variables of a process in these folders."""
        kept = {name: value for name, value in self.windows.environment.items() if not name.startswith(("CODESTRAL", "XDG_"))}
        local = windows_path(self.folder / "local")
        return {**kept, "WIN_PD_OVERRIDE_LOCAL_APPDATA": local, "XDG_RUNTIME_DIR": windows_path(self.folder / "run"), **variables}

    def run(self, *arguments: str, **variables: str) -> tuple[int, str]:
        """Exit status and output of Windows' Python; a model host that it leaves running does not delay it."""
        output: list[str] = []
        process = subprocess.Popen(
            [*self.windows.python, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=self.environment(PYTHONIOENCODING="utf-8", **variables), text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
        assert process.stdout is not None
        reading = threading.Thread(target=output.extend, args=(process.stdout,), daemon=True)
        reading.start()
        try:
            status = process.wait(SECONDS)
        finally:
            process.kill()
            process.wait()
            reading.join(1.0 if self.hosts() else SECONDS)
            if not reading.is_alive():
                process.stdout.close()
        return status, "".join(output).replace("\r\n", "\n")

    @contextlib.asynccontextmanager
    async def serving(self, **variables: str) -> AsyncIterator[Editor]:
        """The language server, and an editor connected to it; ended afterwards."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self.windows.python, "-m", "codestral_ls", "serve", stdin=pipe, stdout=pipe, stderr=pipe,
            env=self.environment(**variables), limit=1 << 26,
        )  # fmt: skip
        assert process.stdout is not None
        editor = Editor(process, process.stdout, process.stdin, keeps_log=False)
        try:
            yield editor
        finally:
            self.end_hosts()  # under Wine they hold the server's pipes open
            if process.returncode is None:
                process.kill()
                await process.wait()
            for task in editor._tasks:
                task.cancel()
            process._transport.close()  # type: ignore[attr-defined]  # or its finalizer warns after the loop is gone

    def hosts(self) -> list[int]:
        """Ids of the model hosts that run in these folders, as Linux knows them."""
        mine = f"XDG_RUNTIME_DIR={windows_path(self.folder / 'run')}".encode()
        found = []
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                with contextlib.suppress(OSError):
                    if b"codestral_ls.host" in (process / "cmdline").read_bytes() and mine in (process / "environ").read_bytes():
                        found.append(int(process.name))
        return found

    def end_hosts(self) -> None:
        """End them all at once."""
        for process_id in self.hosts():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)


@contextlib.contextmanager
def machine(windows: Windows, folder: Path) -> Iterator[WineMachine]:
    """A machine in ``folder``; its hosts are ended afterwards."""
    made = WineMachine(windows, folder)
    try:
        yield made
    finally:
        made.end_hosts()
