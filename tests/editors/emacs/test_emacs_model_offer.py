"""The offer of a stronger model in a real Emacs: shown once, after the first completion, and fetched by a command."""

from __future__ import annotations

from collections.abc import Callable

from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.stronger_model import COMMANDS, LARGER, RULE, TEXT, asked
from support.editors.workplace import Scripted

Edit = Callable[..., EmacsInTerminal]

QUICK = "(setq codestral-ls-offer-seconds 0.2)"
MARK = '(locate-user-emacs-file "codestral-ls-offered")'


def completed(edit: Edit, **more: object) -> EmacsInTerminal:
    """An Emacs in which a completion has been shown."""
    emacs = edit(TEXT, [RULE], after=QUICK, **more)
    emacs.type("return ")
    emacs.until_ghost("width * height")
    return emacs


def test_a_stronger_model_is_offered_once_and_fetched_by_the_command(edit: Edit, scripted: Scripted) -> None:
    emacs = completed(edit, commands=COMMANDS)
    emacs.terminal.wait_for(LARGER["name"])
    emacs.terminal.wait_for("M-x codestral-ls-recommend-model")
    assert emacs.ask(f"(and (file-exists-p {MARK}) t)") is True
    emacs.type("\x1bxcodestral-ls-recommend-model\r")
    emacs.terminal.wait_for("Fetch it?")
    assert asked(scripted, "pullModel") == []
    emacs.type("yes\r")
    emacs.until(lambda: asked(scripted, "pullModel"), "the fetch")
    emacs.until(
        lambda: emacs.ask("(plist-get (plist-get codestral-ls-settings :local) :model)") == LARGER["name"], "the model in use"
    )


def test_a_message_is_not_repeated(edit: Edit, scripted: Scripted) -> None:
    emacs = completed(edit, commands={**COMMANDS, "codestral-ls.recommendModel": {"model": None, "measured": True}})
    emacs.until(lambda: emacs.ask(f"(and (file-exists-p {MARK}) t)"), "the mark")
    emacs.ask("(progn (setq codestral-ls--offered nil) t)")
    emacs.type("\r\rreturn ")
    emacs.until_ghost("width * height")
    emacs.ask("(progn (codestral-ls-offer-model (window-buffer)) t)")
    assert len(asked(scripted, "recommendModel")) == 1
    emacs.type("\x1bxcodestral-ls-recommend-model\r")
    emacs.terminal.wait_for("no model is better")


def test_costs_settings_and_get_started_are_in_the_menu(edit: Edit) -> None:
    emacs = edit(TEXT, [RULE])
    emacs.type("\x1bxcodestral-ls-menu\r")
    for entry in ("costs", "settings", "get started", "a stronger model"):
        emacs.terminal.wait_for(entry)
    emacs.type("g")
    emacs.terminal.wait_for("shows what Codestral would write next")
