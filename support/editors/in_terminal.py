"""The common part of tests with an editor in a terminal: keys go in, its buffer and its ghost text are waited for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from support.editors.terminal import DEADLINE, Terminal

ESC = "\x1b"


class EditorInTerminal(ABC):
    """An editor whose screen is ``terminal``; how it is asked for its state is its own."""

    terminal: Terminal

    @abstractmethod
    def ghost(self) -> str:
        """The ghost text as the editor holds it, lines joined by newlines; empty if there is none."""

    @abstractmethod
    def buffer(self) -> str:
        """The text of the buffer."""

    def connected(self, connect: Callable[[], Any], what: str) -> None:
        """Wait until the editor listens; its terminal is closed where it never does. Raises: AssertionError."""

        def listens() -> bool:
            try:
                connect()
            except OSError:  # the socket's file comes a moment before anybody listens
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
        """Wait until ``line`` is on the screen with the cursor right after ``typed``, with which it begins."""
        cursor = self.terminal.screen.cursor

        def drawn() -> bool:
            return cursor.x == len(typed) and self.terminal.lines()[cursor.y] == line

        self.until(drawn, f"{line!r} with the cursor after {typed!r}")

    def until_buffer(self, text: str) -> None:
        self.until(lambda: self.buffer() == text, f"buffer {text!r}")

    def until_ended(self) -> None:
        """Wait two seconds for the process. Raises: AssertionError."""
        self.until(lambda: self.terminal.process.poll() is not None, "the editor ended", 2.0)

    def type(self, keys: str) -> None:
        self.terminal.type(keys)
