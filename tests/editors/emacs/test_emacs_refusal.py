"""An API that refuses every completion: Emacs says so once, and goes on saying so until a completion succeeds."""

from __future__ import annotations

import sys

from support.editors import newcomer
from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.refusing import REASON, refusing_api
from support.editors.setup_emacs import Emacs
from support.editors.workplace import EditorWorkplace

SERVER = [sys.executable, "-m", "codestral_ls", "serve"]
MESSAGES = '(with-current-buffer "*Messages*" (buffer-string))'


def test_a_refusal_is_told_once_and_stays(emacs: Emacs, place: EditorWorkplace) -> None:
    with refusing_api(place) as api:
        editor = EmacsInTerminal(emacs, place.folder, place.environment, SERVER, place.write("area.py", newcomer.AREA))
        try:
            editor.wait_attached()
            editor.type("\x1b>    ret")
            editor.until(lambda: editor.ask("(codestral-ls-lighter)").startswith(" Codestral!"), "the refusal in the mode line")
            asked = len(api.seen)
            editor.type("urn")
            editor.until(lambda: len(api.seen) > asked, "another request")
            editor.until(lambda: editor.ask(MESSAGES).count(REASON) == 1, "the message")
            assert editor.ask("(codestral-ls-lighter)").startswith(" Codestral!")
            api.always = None
            editor.type(" ")
            editor.until_ghost("width * height")
            editor.until(lambda: editor.ask("(codestral-ls-lighter)") == " Codestral", "the mode line well again")
            assert editor.ask(MESSAGES).count(REASON) == 1
            assert "codestral-ls: codestral-ls" not in editor.ask(MESSAGES)
        finally:
            editor.close()
