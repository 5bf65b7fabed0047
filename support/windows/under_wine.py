"""Runs Windows' Python under Wine: commands with their output, the language server with an editor, and model hosts to end.

Under Wine, Python can write only into pipes. Wine passes standard error on to every process that is started, including its own
services, which keep running: so nothing here waits for the end of these pipes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from support.lsp.lsp_client import Editor
from support.windows.drained_pipe import DrainedPipe
from support.windows.set_up import Windows

SECONDS = 90.0


def windows_path(path: Path) -> str:
    """The name that ``path`` has under Wine."""
    return f"Z:{path}".replace("/", "\\")


def windows_uri(path: Path) -> str:
    """The address of ``path`` as VS Code writes it on Windows."""
    return "file:///z%3A" + path.as_uri().removeprefix("file://")


@dataclass(frozen=True, slots=True)
class WineMachine:
    """Windows with private folders in ``folder``: configuration, cache, state, sockets' names."""

    windows: Windows
    folder: Path

    def environment(self, **variables: str) -> dict[str, str]:
        """Variables for a process that uses these folders."""
        kept = {name: value for name, value in self.windows.environment.items() if not name.startswith(("CODESTRAL", "XDG_"))}
        local = windows_path(self.folder / "local")
        return {**kept, "WIN_PD_OVERRIDE_LOCAL_APPDATA": local, "XDG_RUNTIME_DIR": windows_path(self.folder / "run"), **variables}

    def run(self, *arguments: str, variables: Mapping[str, str] | None = None, seconds: float = SECONDS) -> tuple[int, str]:
        """The exit status and output, with standard error, of Windows' Python. Raises: TimeoutExpired."""
        with DrainedPipe() as output:
            process = subprocess.Popen(
                [*self.windows.python, *arguments], stdin=subprocess.DEVNULL, stdout=output.end, stderr=output.end,
                env=self.environment(PYTHONIOENCODING="utf-8", **(variables or {})),
            )  # fmt: skip
            output.close_end()
            try:
                status = process.wait(seconds)
            finally:
                process.kill()
                process.wait()
            return status, output.finish()

    @contextlib.asynccontextmanager
    async def serving(self, **variables: str) -> AsyncIterator[Editor]:
        """The language server and an editor connected to it; both end with the block. An error inside the block shows the logs."""
        pipe = asyncio.subprocess.PIPE
        with DrainedPipe() as errors:
            process = await asyncio.create_subprocess_exec(
                *self.windows.python, "-m", "codestral_ls", "serve", stdin=pipe, stdout=pipe, stderr=errors.end,
                env=self.environment(**variables), limit=1 << 26,
            )  # fmt: skip
            errors.close_end()
            assert process.stdout is not None
            editor = Editor(process, process.stdout, process.stdin, keeps_log=False)
            try:
                yield editor
            except BaseException as error:
                for path in self.folder.rglob("host-*.log"):
                    error.add_note(f"--- {path}\n{path.read_text('utf-8', 'replace')[-4000:]}")
                raise
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
                for task in editor._tasks:
                    task.cancel()
                process._transport.close()  # type: ignore[attr-defined]  # or its finalizer warns after the loop is gone

    def hosts(self) -> list[int]:
        """Ids of the model hosts that run in these folders, as Linux sees them."""
        mine = f"XDG_RUNTIME_DIR={windows_path(self.folder / 'run')}".encode()
        found = []
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                with contextlib.suppress(OSError):
                    if b"codestral_ls.host" in (process / "cmdline").read_bytes() and mine in (process / "environ").read_bytes():
                        found.append(int(process.name))
        return found

    def end_hosts(self) -> None:
        """End all of them at once."""
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
