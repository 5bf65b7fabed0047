"""A terminal of fixed size with a real program in it: typed text goes to its pty, its output to a pyte screen.

Every wait polls until a deadline and fails with the present screen. Knows no editor.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

#: Questions to the terminal (DCS, OSC, APC strings), which pyte would draw as text.
STRINGS = re.compile(rb"\x1b[P\]_^][^\x07\x1b]*(?:\x07|\x1b\\)")
UNFINISHED = re.compile(rb"\x1b(?:[P\]_^][^\x07\x1b]*\x1b?)?$")

DEADLINE = float(os.environ.get("CODESTRAL_EDITOR_DEADLINE", "20"))  # seconds; a loaded machine may want more


class Screen(pyte.Screen):
    """pyte's screen, with an ear for the private sequences that newer editors send and pyte stumbles over."""

    def report_device_status(self, mode: int = 0, private: bool = False, **_more: object) -> None:
        if not private:
            super().report_device_status(mode)

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        if not private:
            super().select_graphic_rendition(*attributes)

    def write_process_input(self, data: str) -> None:
        """The terminal's answer; the terminal replaces this with its own."""


class Terminal:
    """``command`` running in ``rows`` x ``columns``; ``environment`` replaces the inherited one."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        rows: int = 24,
        columns: int = 80,
    ) -> None:
        self.screen = Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        # An editor asks its terminal what it is and where the cursor is, and waits a second for the answers.
        self.screen.write_process_input = self.type  # type: ignore[assignment]
        self.unfinished = b""
        self.fd, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=child,
            stdout=child,
            stderr=child,
            cwd=folder,
            env={**environment, "TERM": "xterm-256color"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(child)

    def read(self, seconds: float = 0.02) -> bool:
        """Feed the program's output of ``seconds`` to the screen; False once the program is gone."""
        try:
            while select.select([self.fd], [], [], seconds)[0]:
                self._draw(os.read(self.fd, 65536))
                seconds = 0.0
        except OSError:
            return False
        return self.process.poll() is None

    def _draw(self, data: bytes) -> None:
        data = STRINGS.sub(b"", self.unfinished + data)
        rest = UNFINISHED.search(data)
        end = rest.start() if rest else len(data)
        self.unfinished = data[end:]
        self.stream.feed(data[:end])

    def type(self, keys: str) -> None:
        """Type ``keys`` at once, as they are."""
        os.write(self.fd, keys.encode())

    def type_slowly(self, keys: str, pause: float = 0.03) -> None:
        """Type key by key; ``pause`` is a typist's rhythm, not a wait for anything."""
        for key in keys:
            self.type(key)
            self.read(pause)

    def lines(self) -> list[str]:
        """The screen's lines without trailing space."""
        cells = (
            (self.screen.buffer[row][column].data for column in range(self.screen.columns)) for row in range(self.screen.lines)
        )
        return ["".join(row).rstrip() for row in cells]

    def text(self) -> str:
        return "\n".join(self.lines()).rstrip()

    def wait(self, holds: Callable[[], object], what: str, deadline: float = DEADLINE) -> None:
        """Read until ``holds()``. Raises: AssertionError with the screen when it does not hold in time."""
        end = time.monotonic() + deadline
        while True:
            alive = self.read()
            if holds():
                return
            if not alive or time.monotonic() > end:
                raise AssertionError(f"{what}: not so after {deadline} s; the screen:\n{self.text()}")

    def wait_for(self, shown: str, deadline: float = DEADLINE) -> None:
        """Wait until ``shown`` is on the screen."""
        self.wait(lambda: shown in self.text(), f"{shown!r} on the screen", deadline)

    def wait_gone(self, shown: str, deadline: float = DEADLINE) -> None:
        """Wait until ``shown`` is nowhere on the screen."""
        self.wait(lambda: shown not in self.text(), f"{shown!r} gone from the screen", deadline)

    def close(self) -> None:
        """End the program and whatever it started in its session."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(3)
                break
        with contextlib.suppress(OSError):
            os.close(self.fd)
