"""The common part of tests with an editor in a terminal: type keys, then wait for the buffer and the ghost text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from support.editors.terminal import DEADLINE, Terminal

ESC = "\x1b"


class EditorInTerminal(ABC):
    """An editor whose screen is ``terminal``; each subclass asks its editor for its state in its own way."""

    terminal: Terminal

    @abstractmethod
    def ghost(self) -> str:
        """The ghost text as the editor stores it, lines joined by newlines; "" if there is none."""

    @abstractmethod
    def buffer(self) -> str:
        """The text of the buffer."""

    def connected(self, connect: Callable[[], Any], what: str) -> None:
        """Wait until the editor listens on its socket; close its terminal if it never does. Raises: AssertionError."""

        def listens() -> bool:
            try:
                connect()
            except OSError:  # the socket's file exists a moment before the editor listens
                return False
            return True

        try:
            self.terminal.wait(listens, what)
        except AssertionError:
            self.terminal.close()
            raise

    def until(self, holds: Callable[[], object], what: str, deadline: float = DEADLINE) -> None:
        self.terminal.wait(holds, what, deadline)

    def until_ghost(self, text: str) -> None:
        self.until(lambda: self.ghost() == text, f"ghost text {text!r}")

    def until_drawn(self, line: str, typed: str) -> None:
        """Wait until ``line`` is on the screen with the cursor right after ``typed``, which is the beginning of ``line``."""
        cursor = self.terminal.screen.cursor

        def drawn() -> bool:
            return cursor.x == len(typed) and self.terminal.lines()[cursor.y] == line

        self.until(drawn, f"{line!r} with the cursor after {typed!r}")

    def until_buffer(self, text: str) -> None:
        self.until(lambda: self.buffer() == text, f"buffer {text!r}")

    def until_ended(self) -> None:
        """Wait up to two seconds for the process to end. Raises: AssertionError."""
        self.until(lambda: self.terminal.process.poll() is not None, "the editor ended", 2.0)

    def type(self, keys: str) -> None:
        self.terminal.type(keys)
