"""The client together with other parts of Emacs: other language servers, menus, macros; and over other clients' connections."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.workplace import EditorWorkplace, Scripted

Edit = Callable[..., EmacsInTerminal]

RULE = {"after": "value = ", "texts": ["valuable + 1", "other"]}


def test_next_to_a_server_of_eglot(edit: Edit, scripted: Scripted) -> None:
    """There are two connections: Eglot's own server does not know completions and is not asked for any."""
    command = " ".join(f'"{part}"' for part in [*scripted.command[:-1], str(scripted.log.with_name("eglot.jsonl"))])
    emacs = edit(
        "",
        [RULE],
        before=f"(require 'eglot)\n(setq eglot-server-programs '((python-base-mode . ({command}))) eglot-sync-connect nil)",
        hook="(add-hook 'prog-mode-hook #'codestral-ls-mode)\n(add-hook 'prog-mode-hook #'eglot-ensure)",
    )
    emacs.until(lambda: emacs.ask("(and (eglot-managed-p) t)"), "eglot connected")
    emacs.type("value = ")
    emacs.until_ghost("valuable + 1")
    emacs.type("\t")
    emacs.until_buffer("value = valuable + 1")
    eglot = scripted.log.with_name("eglot.jsonl")
    emacs.until(lambda: "valuable" in eglot.read_text(), "eglot's server has the text")
    assert 'inlineCompletion"' not in eglot.read_text().split("initialized")[1]


def test_through_eglot(edit: Edit, scripted: Scripted) -> None:
    emacs = edit(
        "",
        [RULE],
        before="(require 'eglot)",
        hook="(require 'codestral-ls-eglot)\n(codestral-ls-eglot-use 'python-base-mode)\n"
        "(add-hook 'python-base-mode-hook #'eglot-ensure)",
        attached=False,
    )
    emacs.until(lambda: emacs.ask("(and (eglot-managed-p) codestral-ls-mode t)"), "eglot connected")
    emacs.type("value = ")
    emacs.until_ghost("valuable + 1")
    emacs.type("val")
    emacs.until_ghost("uable + 1")
    emacs.type("\t")
    emacs.until_buffer("value = valuable + 1")
    emacs.until(lambda: scripted.heard("workspace/executeCommand"), "the acceptance told")
    assert len(scripted.heard("initialize")) == 1
    assert scripted.heard("textDocument/didOpen")[0]["textDocument"]["languageId"] == "python"
    scripted.say([RULE], delay_ms=300)
    emacs.type("; value")
    emacs.until(lambda: scripted.heard("$/cancelRequest"), "a request that typing made useless is cancelled")


def test_through_lsp_mode(edit: Edit, scripted: Scripted) -> None:
    emacs = edit(
        "",
        [RULE],
        before="(setq lsp-auto-guess-root t lsp-enable-file-watchers nil lsp-warn-no-matched-clients nil"
        " lsp-inline-completion-idle-delay 0.1 lsp-idle-delay 0.1 lsp-restart 'ignore)\n"
        "(load \"lsp-mode-autoloads\" nil t)\n(require 'lsp-mode)\n(require 'lsp-inline-completion)",
        hook="(require 'codestral-ls-lsp-mode)\n(setq lsp-disabled-clients '(pylsp pyls mspyls ruff semgrep-ls))\n"
        "(add-hook 'python-mode-hook #'lsp)",
        attached=False,
    )
    emacs.until(lambda: emacs.ask("(and (bound-and-true-p lsp-inline-completion-mode) t)"), "lsp-mode connected")
    emacs.type("value = ")
    emacs.terminal.wait_for("value = valuable + 1")
    assert emacs.buffer() == "value = "
    emacs.ask("(progn (lsp-inline-completion-accept) t)")
    emacs.until_buffer("value = valuable + 1")
    emacs.until(lambda: scripted.heard("workspace/executeCommand"), "the acceptance told")


LINES = {"after": "value = ", "texts": ["valuable + 1\nprint(value)"]}


def test_next_to_a_menu_the_first_line_stays_and_the_rest_comes_back(edit: Edit) -> None:
    emacs = edit("valuable = 1\nvalued = 2\n", [LINES], before="(require 'company)\n(setq company-idle-delay nil)")
    emacs.ask("(progn (company-mode 1) t)")
    emacs.type("value = val")
    emacs.until_ghost("uable + 1\nprint(value)")
    emacs.ask("(progn (company-begin-backend 'company-dabbrev-code) t)")
    emacs.until(lambda: emacs.ask("(and company-candidates t)"), "company's menu")
    emacs.until_ghost("uable + 1")
    # The menu opens below point, not below the end of the ghost text.
    below = [line for line in emacs.terminal.text().splitlines() if line.lstrip().startswith("valued")]
    assert any(line.index("valued") <= len("value = ") for line in below), emacs.terminal.text()
    emacs.type("u")
    emacs.until(lambda: emacs.buffer().endswith("valu"), "typed")
    emacs.until_ghost("able + 1")
    emacs.type("\x07")
    emacs.until(lambda: not emacs.ask("(and company-candidates t)"), "the menu closed")
    emacs.until_ghost("able + 1\nprint(value)")


def test_a_menu_hides_it_by_option(edit: Edit) -> None:
    hide = "(add-hook 'codestral-ls-inhibit-functions #'codestral-ls-menu-open-p)"
    emacs = edit("valuable = 1\nvalued = 2\n", [RULE], before="(require 'company)\n(setq company-idle-delay nil)")
    emacs.ask(f"(progn (company-mode 1) {hide} t)")
    emacs.type("value = val")
    emacs.until_ghost("uable + 1")
    emacs.ask("(progn (company-begin-backend 'company-dabbrev-code) t)")
    emacs.until(lambda: emacs.ask("(and company-candidates t)"), "company's menu")
    emacs.type("u")
    emacs.until(lambda: emacs.buffer().endswith("valu"), "typed")
    emacs.until_ghost("")
    emacs.type("\x07")
    emacs.until(lambda: not emacs.ask("(and company-candidates t)"), "the menu closed")
    emacs.type("a")
    emacs.until_ghost("ble + 1")


def test_keys_that_move_point_keep_their_meaning_inside_of_a_line(edit: Edit) -> None:
    emacs = edit("value =  or other_name", [RULE])
    emacs.ask("(progn (goto-char (+ (point-min) 7)) t)")
    emacs.type(" ")
    emacs.until_ghost("valuable + 1")
    emacs.type("\x05")  # C-e
    emacs.until(lambda: emacs.ask("(eobp)"), "point at the line's end")
    assert "valuable" not in emacs.buffer()


def test_explain_preview_and_pause(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [RULE])
    emacs.type("value = ")
    emacs.until_ghost("valuable + 1")
    emacs.type("\x1bxcodestral-ls-explain\r")
    emacs.terminal.wait_for("It was typed along a known answer.")
    emacs.type("\x1bxcodestral-ls-preview\r")
    emacs.terminal.wait_for("This would be sent.")
    emacs.ask("(progn (delete-other-windows) (codestral-ls-pause 5) t)")
    emacs.until_ghost("")
    asked = len(scripted.heard("textDocument/inlineCompletion"))
    emacs.type("v")
    emacs.until_buffer("value = v")
    assert emacs.ghost() == ""
    assert len(scripted.heard("textDocument/inlineCompletion")) == asked
    emacs.ask("(progn (codestral-ls-pause 0) t)")
    emacs.type("a")
    emacs.until_ghost("luable + 1")


def test_a_macro_holds_what_was_typed_and_nothing_else(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [RULE])
    emacs.type("\x18(value = v\r\x18)")
    emacs.until(lambda: not emacs.ask("(and defining-kbd-macro t)") and emacs.buffer() == "value = v\n", "recorded")
    assert not scripted.heard("textDocument/didShowCompletion")
    emacs.type("\x18ee")
    emacs.until_buffer("value = v\n" * 3)


def test_a_killed_server_comes_back(edit: Edit, place: EditorWorkplace) -> None:
    emacs = edit("", [RULE])
    emacs.type("value = ")
    emacs.until_ghost("valuable + 1")
    (first,) = place.processes("stub_server.py")
    os.kill(first, signal.SIGKILL)
    emacs.until_ghost("")
    emacs.until(lambda: place.processes("stub_server.py") not in ([], [first]), "another server")
    emacs.wait_attached()
    emacs.until_ghost("valuable + 1")
    assert "Error running timer" not in emacs.ask('(with-current-buffer "*Messages*" (buffer-string))')


def test_a_server_that_cannot_be_run_is_reported(edit: Edit) -> None:
    emacs = edit("x", [], after='(setq codestral-ls-command \'("no-such-server"))', attached=False)
    emacs.until(lambda: emacs.ask("(and (not codestral-ls-mode) t)"), "the mode off")
    messages = emacs.ask('(with-current-buffer "*Messages*" (buffer-string))')
    assert "Cannot run no-such-server" in messages
    assert "pip install" in messages


def test_the_mode_can_be_switched_off(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [RULE])
    emacs.type("value = ")
    emacs.until_ghost("valuable + 1")
    emacs.type("\x1bxcodestral-ls-mode\r")
    emacs.until_ghost("")
    emacs.until(lambda: scripted.heard("textDocument/didClose"), "the buffer closed")
    emacs.type("v")
    emacs.until_buffer("value = v")
    assert emacs.ghost() == ""


def test_only_when_told_to(edit: Edit, scripted: Scripted) -> None:
    emacs = edit("", [RULE], after="(setq codestral-ls-idle-delay nil)")
    emacs.type("value = ")
    emacs.until_buffer("value = ")
    assert not scripted.heard("textDocument/inlineCompletion")
    emacs.type("\x1bxcodestral-ls-complete\r")
    emacs.until(lambda: emacs.ghost().startswith("valuable + 1"), "asked for")


def test_a_buffer_without_a_file_starts_no_server(edit: Edit, place: EditorWorkplace) -> None:
    emacs = edit("x", [], hook="(with-temp-buffer (python-mode) (codestral-ls-mode 1))", attached=False)
    emacs.ask('(with-current-buffer (get-buffer-create "notes.py") (python-mode) (codestral-ls-mode 1) t)')
    assert place.processes("stub_server.py") == []
    assert emacs.ask('(buffer-local-value \'codestral-ls-mode (get-buffer "notes.py"))') is None


def test_docstring_is_shown_and_written_and_the_model_chosen_from_the_menu(edit: Edit, scripted: Scripted) -> None:
    models = {"option": "local.model", "current": "embedded", "models": ["embedded", "mine"], "pullable": [], "message": ""}
    emacs = edit("def add(a, b):\n    return a + b\n", [RULE], commands={"codestral-ls.models": models})
    emacs.type("\x1bxcodestral-ls-menu\r")
    emacs.terminal.wait_for("choose the model")
    emacs.type("d")
    emacs.terminal.wait_for('+"""What it does."""')
    assert emacs.ask('(with-current-buffer "main.py" (buffer-string))').startswith("def add")
    emacs.type("y")
    emacs.until(lambda: emacs.buffer().startswith('"""What it does."""\n'), "the docstring written")

    emacs.type("\x1bxcodestral-ls-choose-model\r")
    emacs.terminal.wait_for("Which model writes?")
    emacs.type("mine\r")
    emacs.until(lambda: len(scripted.heard("initialize")) == 2, "another server")
    assert emacs.ask("(plist-get (plist-get codestral-ls-settings :local) :model)") == "mine"


def test_the_progress_of_a_fetch_is_in_the_echo_area(edit: Edit, scripted: Scripted) -> None:
    pullable = [{"name": "larger", "detail": "0.4 GB to fetch", "licence": ""}]
    models = {"option": "local.model", "current": "embedded", "models": ["embedded"], "pullable": pullable, "message": ""}
    answers = {"codestral-ls.models": models, "codestral-ls.pullModel": {"pulled": False, "message": "It was stopped."}}
    emacs = edit("x = 1\n", [], commands=answers, progress={"codestral-ls.pullModel": ["0.10 of 0.40 GB (25 %)"]})
    emacs.ask("(progn (setq message-said nil) (advice-add 'message :before (lambda (&rest all) (push all message-said))) t)")
    emacs.type("\x1bxcodestral-ls-choose-model\r")
    emacs.terminal.wait_for("Which model writes?")
    emacs.type("larger\r")
    said = '(and (seq-find (lambda (all) (member "0.10 of 0.40 GB (25 %)" all)) message-said) t)'
    emacs.until(lambda: emacs.ask(said), "the progress said")
    emacs.terminal.wait_for("It was stopped.")
    assert {"name": "larger", "licenceAccepted": False} in [
        one for params in scripted.heard("workspace/executeCommand") for one in params.get("arguments", [])
    ]


def test_a_server_killed_during_a_completion_is_asked_again(edit: Edit, scripted: Scripted, place: EditorWorkplace) -> None:
    emacs = edit("", [RULE], delay_ms=30_000)
    emacs.type("value = ")
    emacs.until(lambda: scripted.heard("textDocument/inlineCompletion"), "a request under way")
    scripted.say([RULE])
    (first,) = place.processes("stub_server.py")
    os.kill(first, signal.SIGKILL)
    emacs.until(lambda: place.processes("stub_server.py") not in ([], [first]), "another server")
    emacs.wait_attached()
    emacs.until_ghost("valuable + 1")
    assert "Error running timer" not in emacs.ask('(with-current-buffer "*Messages*" (buffer-string))')
