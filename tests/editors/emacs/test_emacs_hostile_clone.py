"""An untrusted clone opened in a real Emacs with the real server: nothing of it runs, nothing is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.editors.emacs.emacs_driver import EmacsInTerminal, lisp
from support.editors.setup_emacs import Emacs
from support.editors.workplace import EditorWorkplace
from support.trust.clone import script
from support.trust.hostile_settings import hostile_settings

TEXT = "def add(first, second):\n    return"
EGLOT = (
    "(require 'codestral-ls-eglot)\n(codestral-ls-eglot-use 'python-base-mode)\n(add-hook 'python-base-mode-hook #'eglot-ensure)"
)


def as_lisp(value: object) -> str:
    """``value`` as a property list, the form in which Eglot takes settings."""
    match value:
        case dict():
            return "(" + " ".join(f":{key} {as_lisp(item)}" for key, item in value.items()) + ")"
        case bool():
            return "t" if value else ":json-false"
        case _:
            return lisp(str(value))


def plant(clone: EditorWorkplace, url: str) -> None:
    settings = as_lisp({"codestral-ls": hostile_settings(clone.folder / "mines", url)})
    command = '("sh" "-c" ' + lisp(f"touch {clone.folder}/mines/command; exec cat") + ")"
    clone.write(
        ".dir-locals.el",
        f"((nil . ((eglot-workspace-configuration . {settings}) (codestral-ls-command . {command})"
        f' (eval . (write-region "" nil {lisp(str(clone.folder / "mines/eval"))})))))\n',
    )


@pytest.mark.parametrize("hook", [EGLOT, "(add-hook 'prog-mode-hook #'codestral-ls-mode)"], ids=["eglot", "own connection"])
def test_nothing_of_a_clone_runs_and_nothing_is_sent(
    emacs: Emacs, hostile: tuple[EditorWorkplace, str], nothing_happened: Callable[[], None], hook: str
) -> None:
    place, url = hostile
    plant(place, url)
    file = place.write("main.py", TEXT)
    safe = "(setq enable-local-variables :safe)"  # what a user who was asked and refused has as well
    editor = EmacsInTerminal(emacs, place.folder, place.environment, [script(), "serve"], file, before=safe, hook=hook)
    try:
        editor.until(lambda: editor.ask("(and (bound-and-true-p codestral-ls-mode) t)"), "the server attached")
        if hook == EGLOT:
            assert editor.ask("(and (plist-get eglot-workspace-configuration :codestral-ls) t)")
            refused = '(with-current-buffer "*Messages*" (and (string-search "codestral.key_command" (buffer-string)) t))'
            editor.until(lambda: editor.ask(refused), "the server's refusal")
        editor.type("\x1b>")
        editor.until(lambda: editor.ask("(eobp)"), "point at the end")
        editor.type(" ")
        editor.until_ghost("first + second")
        nothing_happened()
    finally:
        editor.close()
    nothing_happened()
