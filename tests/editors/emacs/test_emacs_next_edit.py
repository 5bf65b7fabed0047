"""Next edits in a real Emacs with the real server: shown at their place, jumped to, applied, refused and undone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.setup_emacs import Emacs
from support.editors.workplace import EditorWorkplace
from support.lsp.lsp_client import fake

SERVER = [sys.executable, "-m", "codestral_ls", "serve"]
LOADS = "def load(path):\n    return path\n\n\nfirst = load(1)\n" + "filler = 0\n" * 60 + "third = load(3)\n"
UNDO = "\x1f"
RENAME = "\x1b<\x1bf\x06\x1bdfetch"  # M-< M-f C-f M-d

Open = Callable[..., EmacsInTerminal]


@pytest.fixture
def loads(emacs: Emacs, place: EditorWorkplace) -> Iterator[Open]:
    """A file with calls, opened with the real server."""
    place.environment.update(fake(""))
    opened: list[EmacsInTerminal] = []

    def start(text: str = LOADS, **more: Any) -> EmacsInTerminal:
        attached = more.pop("attached", True)
        file = place.write("loads.py", text)
        editor = EmacsInTerminal(emacs, place.folder, place.environment, SERVER, file, **more)
        opened.append(editor)
        if attached:
            editor.wait_attached()
        return editor

    yield start
    for editor in opened:
        editor.close()


def shown(emacs: EmacsInTerminal) -> list[str]:
    """What the client draws of the next edit."""
    form = "(and (fboundp 'codestral-ls-edit-shown) (mapcar #'substring-no-properties (codestral-ls-edit-shown)))"
    return list(emacs.ask(f"(vconcat {form})"))


def line(emacs: EmacsInTerminal) -> int:
    return int(emacs.ask("(line-number-at-pos)"))


def rename_the_function(emacs: EmacsInTerminal) -> None:
    """Rename the function in its definition, as a person types it."""
    emacs.type(RENAME)
    emacs.until_buffer(LOADS.replace("def load", "def fetch"))
    emacs.until(lambda: shown(emacs) == ["fetch"], "the next place")


def test_a_change_is_made_where_it_fits_next(loads: Open) -> None:
    emacs = loads()
    rename_the_function(emacs)
    emacs.terminal.wait_for("first = loadfetch(1)")  # the old name struck through, the new name after it
    assert line(emacs) == 1
    emacs.type("\t")  # jumps there
    emacs.until(lambda: line(emacs) == 5, "point at the place")
    assert "first = load(1)" in emacs.buffer()
    emacs.type("\t")  # applies it
    emacs.until(lambda: "first = fetch(1)" in emacs.buffer(), "the edit made")
    emacs.terminal.wait_for("next edit in line 66 ↓")
    emacs.type("\t")
    emacs.until(lambda: line(emacs) == 66, "point at the third place")
    emacs.type("\t")
    emacs.until(lambda: "third = fetch(3)" in emacs.buffer(), "the third edit made")
    emacs.type(UNDO)
    emacs.until(lambda: "third = load(3)" in emacs.buffer(), "one step undone")
    assert "first = fetch(1)" in emacs.buffer()


def test_a_refused_edit_does_not_come_again(loads: Open) -> None:
    emacs = loads()
    rename_the_function(emacs)
    emacs.type("\x07")  # C-g
    emacs.until(lambda: not shown(emacs), "it is gone")
    emacs.type("\x1b>\x10\x1bf\x1bf\x1b\x7ffetch")  # the same change by hand: M-> C-p M-f M-f M-DEL
    emacs.until(lambda: "third = fetch(3)" in emacs.buffer(), "the same change by hand")
    asked = emacs.ask("codestral-ls-edit--asked")
    emacs.until(lambda: emacs.ask("codestral-ls-edit--asked") > asked, "asked for the next one")
    emacs.ask(
        "(progn (codestral-ls-edit--ask (window-buffer) (with-current-buffer (window-buffer) (buffer-chars-modified-tick))) t)"
    )
    emacs.ask("(progn (accept-process-output nil 0.5) t)")  # pace: of an answer that was asked for
    assert shown(emacs) == []


def test_what_was_found_for_another_text_is_not_made(loads: Open) -> None:
    emacs = loads()
    rename_the_function(emacs)
    emacs.ask('(progn (with-current-buffer (window-buffer) (save-excursion (goto-char 30) (insert " "))) t)')
    assert emacs.ask("(and (codestral-ls-edit-pending) t)") is not True
    emacs.type("\t")
    emacs.until(lambda: not shown(emacs), "it is gone")
    assert "first = load(1)" in emacs.buffer()


def test_through_the_connection_of_eglot(loads: Open) -> None:
    hook = """
    (require 'codestral-ls-eglot)
    (codestral-ls-eglot-use 'python-base-mode)
    (add-hook 'python-base-mode-hook #'eglot-ensure)
    """
    emacs = loads(hook=hook, attached=False)
    emacs.until(lambda: emacs.ask("(and codestral-ls-mode (eglot-current-server) t)"), "eglot's server", 60.0)
    rename_the_function(emacs)
    emacs.type("\t")
    emacs.until(lambda: line(emacs) == 5, "point at the place")
    emacs.type("\t")
    emacs.until(lambda: "first = fetch(1)" in emacs.buffer(), "the edit made")


def test_a_read_only_buffer_is_asked_for_nothing(loads: Open, place: EditorWorkplace) -> None:
    uses = place.write("uses.py", "second = load(2)\n")
    emacs = loads(LOADS.partition("first")[0])
    emacs.ask(f"""(with-current-buffer (find-file-noselect "{uses}") (codestral-ls-mode 1) (setq buffer-read-only t) t)""")
    emacs.type(RENAME)
    emacs.until(lambda: "def fetch(path)" in emacs.buffer(), "the change")
    # The server proposes the use in the other buffer; nothing is shown until that may be changed.
    emacs.ask("(progn (setq asked 0) (advice-add 'codestral-ls-edit--take :before (lambda (_) (setq asked (1+ asked)))) t)")
    emacs.type("2")
    emacs.until(lambda: emacs.ask("asked") == 1, "the server's proposal")
    assert shown(emacs) == []
    emacs.ask('(with-current-buffer "uses.py" (setq buffer-read-only nil) t)')
    emacs.type("3")
    emacs.until(lambda: "fetch23" in shown(emacs), "the place in the other buffer")
    emacs.ask("(progn (setq buffer-read-only t) t)")
    for command in ("codestral-ls-complete", "codestral-ls-docstring"):
        emacs.type(f"\x1bx{command}\r")
        emacs.terminal.wait_for("Buffer is read-only")
        emacs.ask('(progn (message "-") t)')


def test_switched_off_nothing_is_shown(loads: Open) -> None:
    emacs = loads(before="(setq codestral-ls-next-edits nil)")
    emacs.type(RENAME)
    emacs.until(lambda: "def fetch" in emacs.buffer(), "the change")
    emacs.ask("(progn (sleep-for 0.7) t)")  # pace: of the timer that asks for next edits
    assert shown(emacs) == []
