"""A real Emacs in a terminal, with a socket on which it evaluates forms: keys go to the terminal, questions to the socket."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support.editors.in_terminal import EditorInTerminal
from support.editors.setup_emacs import Emacs
from support.editors.terminal import Terminal
from support.repository import ROOT

CLIENT = ROOT / "clients" / "emacs"
QUESTIONS = Path(__file__).resolve().with_name("answer_questions.el")

INIT = """
(setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil
      inhibit-startup-screen t make-backup-files nil create-lockfiles nil auto-save-default nil
      ring-bell-function #'ignore initial-scratch-message nil vc-handled-backends nil)
(menu-bar-mode -1)
(prefer-coding-system 'utf-8)
(add-to-list 'load-path {client})
{paths}
(load {questions} nil t)
{before}
(require 'codestral-ls)
(setq codestral-ls-command '({command}))
{hook}
{after}
"""

BACKSPACE = "\x7f"


def lisp(text: str) -> str:
    """``text`` as a Lisp string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class EmacsInTerminal(EditorInTerminal):
    """``emacs`` editing ``file`` with the client on its load path and ``server`` as the language server's command.

    ``init_text`` replaces the usual init.el, if a test has its own. ``on_terminal`` are the arguments that keep Emacs in the
    terminal.
    """

    on_terminal: Sequence[str] = ("-nw",)

    def __init__(
        self,
        emacs: Emacs,
        folder: Path,
        environment: dict[str, str],
        server: Sequence[str],
        file: Path,
        before: str = "",
        hook: str = "(add-hook 'prog-mode-hook #'codestral-ls-mode)",
        after: str = "",
        init_text: str = "",
        rows: int = 24,
        columns: int = 80,
    ) -> None:
        init = folder / f"init-{file.stem}.el"
        init.write_text(
            f"{init_text}\n(load {lisp(str(QUESTIONS))} nil t)\n"
            if init_text
            else INIT.format(
                client=lisp(str(CLIENT)),
                paths="\n".join(f"(add-to-list 'load-path {lisp(str(path))} t)" for path in emacs.packages),
                questions=lisp(str(QUESTIONS)),
                command=" ".join(lisp(part) for part in server),
                before=before,
                hook=hook,
                after=after,
            )
        )
        address = str(folder / f"q{time.monotonic_ns()}")
        environment = {**environment, **emacs.environment, "QUESTIONS": address}
        arguments = [*emacs.command, *self.on_terminal, "-Q", "-l", str(init), str(file)]
        self.terminal = Terminal(arguments, environment, file.parent, rows, columns)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20.0)
        self.pending = b""
        self.connected(lambda: self.socket.connect(address), "Emacs' socket")
        try:
            self.until(lambda: self.ask("buffer-file-name"), "the file visited")
        except AssertionError:
            self.close()
            raise

    def ask(self, form: str) -> Any:
        """The value of the form. Raises: AssertionError when Emacs signals an error."""
        self.socket.sendall(" ".join(form.split("\n")).encode() + b"\n")
        while b"\n" not in self.pending:
            self.terminal.read(0.0)  # Emacs stops when nobody reads its output
            data = self.socket.recv(65536)
            assert data, f"Emacs has gone:\n{self.terminal.text()}"
            self.pending += data
        line, self.pending = self.pending.split(b"\n", 1)
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def wait_attached(self) -> None:
        """Wait until the buffer is connected and the server answers."""
        form = "(and codestral-ls--opened (codestral-ls-connection-ready codestral-ls--opened) t)"
        self.until(lambda: self.ask(form), "the server attached")

    def ghost(self) -> str:
        return str(self.ask('(or (codestral-ls-shown) "")'))

    def buffer(self) -> str:
        return str(self.ask("(buffer-substring-no-properties (point-min) (point-max))"))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.sendall(b"(let (kill-emacs-hook) (kill-emacs))\n")
        self.socket.close()
        with contextlib.suppress(AssertionError):
            self.until_ended()
        self.terminal.close()
