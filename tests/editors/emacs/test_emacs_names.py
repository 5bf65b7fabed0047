"""A buffer that gets another file name while ghost text is on the screen, and files on other machines."""

from __future__ import annotations

from collections.abc import Callable

from support.editors.emacs.emacs_driver import EmacsInTerminal, lisp
from support.editors.workplace import EditorWorkplace, Scripted

Edit = Callable[..., EmacsInTerminal]

RULE = {"after": "value = ", "texts": ["valuable + 1"]}

#: A connection of TRAMP to this machine through a shell only, as in TRAMP's own tests.
MOCK = """
(require 'tramp)
(setq tramp-verbose 1 tramp-persistency-file-name nil remote-file-name-inhibit-auto-save-visited t)
(add-to-list 'tramp-methods '("mock" (tramp-login-program "sh") (tramp-login-args (("-i"))) (tramp-remote-shell "/bin/sh")
                              (tramp-remote-shell-args ("-c")) (tramp-connection-timeout 10)))
(add-to-list 'tramp-default-host-alist (list "\\\\`mock\\\\'" nil (system-name)))
"""


def test_a_file_with_another_name_is_another_document(edit: Edit, scripted: Scripted, place: EditorWorkplace) -> None:
    emacs = edit("", [RULE])
    emacs.type("value = ")
    emacs.until_ghost("valuable + 1")
    renamed = place.workspace / "renamed.py"
    emacs.ask(f"(progn (set-visited-file-name {lisp(str(renamed))} t t) t)")
    emacs.until_ghost("")
    emacs.until(lambda: scripted.heard("textDocument/didClose"), "the old name closed")
    emacs.type("v")
    emacs.until_ghost("aluable + 1")
    opened = [one["textDocument"] for one in scripted.heard("textDocument/didOpen")]
    assert [one["uri"].rsplit("/", 1)[1] for one in opened] == ["main.py", "renamed.py"]
    assert opened[-1]["text"].startswith("value = ")
    asked = scripted.heard("textDocument/inlineCompletion")[-1]["textDocument"]["uri"]
    assert asked == renamed.resolve().as_uri()
    assert [one["textDocument"]["uri"].rsplit("/", 1)[1] for one in scripted.heard("textDocument/didClose")] == ["main.py"]


def test_a_file_of_another_machine_is_not_taken_for_one_here(edit: Edit, scripted: Scripted, place: EditorWorkplace) -> None:
    far = place.write("far away.py", "")
    emacs = edit("", [RULE], before=MOCK)
    emacs.ask(f"(progn (find-file {lisp(f'/mock::{far}')}) t)")
    emacs.until(lambda: emacs.ask("(and (file-remote-p buffer-file-name) codestral-ls-mode t)"), "the file visited")
    emacs.wait_attached()
    emacs.type("value = ")
    emacs.until_ghost("valuable + 1")
    remote = scripted.heard("textDocument/didOpen")[-1]["textDocument"]["uri"]
    assert remote.startswith("tramp://mock%3A")
    assert remote.endswith("/far%20away.py")
    assert [one["rootUri"] for one in scripted.heard("initialize")][-1] == "file:///"
    emacs.type("\t")
    emacs.until_buffer("value = valuable + 1")
