"""A newcomer's way from the README alone to ghost text in Emacs: its lines are put into init.el as they stand there."""

from __future__ import annotations

import re

from support.editors.emacs.emacs_driver import CLIENT, EmacsInTerminal
from support.editors.setup_emacs import Emacs
from support.editors.unfinished import TEXT, TYPED
from support.editors.workplace import Place, installed_environment, readme_section


def test_the_readme_alone_leads_to_ghost_text(emacs: Emacs, shared_place: Place, server: list[str]) -> None:
    section = readme_section("**Emacs", "**Anything else")
    lines = re.findall(r"^    (\(.+)$", section, re.M)
    assert any("codestral-ls-mode" in line for line in lines)
    placed = [re.sub(r'"[^"]*clients/emacs"', f'"{CLIENT}"', line) for line in lines]
    quiet = "(setq inhibit-startup-screen t make-backup-files nil native-comp-jit-compilation nil)"
    file = shared_place.write("newcomer_emacs.py", TEXT)
    environment = installed_environment(shared_place)
    editor = EmacsInTerminal(emacs, shared_place.folder, environment, [], file, init_text="\n".join([quiet, *placed]))
    try:
        editor.wait_attached()
        editor.type("\x1b>" + TYPED)
        editor.until(editor.ghost, "ghost text")
        before = editor.buffer()
        editor.type("\t")
        editor.until(lambda: len(editor.buffer()) > len(before), "the completion accepted")
    finally:
        editor.close()
