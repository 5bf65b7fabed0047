"""A newcomer gets ghost text in Emacs from the README alone: its lines go into init.el unchanged."""

from __future__ import annotations

import re

from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from support.editors import newcomer
from support.editors.draw_screens import save
from support.editors.emacs.emacs_driver import CLIENT, EmacsInTerminal
from support.editors.newcomer_minute import Minute
from support.editors.setup_emacs import Emacs
from support.editors.unfinished import LAST_LINE, TEXT, TYPED
from support.editors.workplace import EditorWorkplace, installed_environment, readme_section


def init_of_the_readme() -> str:
    """An init.el with the README's lines and nothing else of importance."""
    section = readme_section("**Emacs", "**Anything else")
    lines = re.findall(r"^(\([a-z].+)$", section, re.M)
    assert any("codestral-ls-mode" in line for line in lines)
    placed = [re.sub(r'"[^"]*clients/emacs"', f'"{CLIENT}"', line) for line in lines]
    quiet = "(setq inhibit-startup-screen t make-backup-files nil native-comp-jit-compilation nil)"
    return "\n".join([quiet, *placed])


def test_the_readme_and_a_key_lead_to_ghost_text(emacs: Emacs, place: EditorWorkplace) -> None:
    """A newcomer who uses the API: the configuration copied, the key exported."""
    with newcomer.with_key(place) as ready:
        file = ready.write("area.py", newcomer.AREA)
        minute = Minute("Emacs 30", "API")
        editor = EmacsInTerminal(
            emacs, ready.folder, ready.environment, [], file, init_text=init_of_the_readme(), rows=14, columns=78
        )
        try:
            editor.wait_attached()
            minute.passed("ready")
            editor.type("\x1b>" + newcomer.TYPED)
            editor.until_ghost("width * height")
            minute.passed("ghost text")
            editor.until_drawn(newcomer.BODY, newcomer.TYPED)
            minute.picture(lambda path: save(editor.terminal, "Emacs", path, DEFAULT_TERMINAL_THEME), "svg")
            editor.type("\t")
            editor.until(lambda: editor.buffer().endswith(newcomer.BODY), "the completion accepted")
        finally:
            editor.close()
        minute.keep()


def test_the_readme_alone_leads_to_ghost_text(emacs: Emacs, shared_place: EditorWorkplace, server: list[str]) -> None:
    file = shared_place.write("newcomer_emacs.py", TEXT)
    environment = installed_environment(shared_place)
    minute = Minute("Emacs 30", "local")
    editor = EmacsInTerminal(emacs, shared_place.folder, environment, [], file, init_text=init_of_the_readme())
    try:
        editor.wait_attached()
        minute.passed("ready")
        editor.type("\x1b>" + TYPED)
        editor.until(editor.ghost, "ghost text")
        minute.passed("ghost text")
        editor.until_drawn(LAST_LINE + editor.ghost().split("\n")[0], LAST_LINE)
        minute.picture(lambda path: save(editor.terminal, "Emacs", path, DEFAULT_TERMINAL_THEME), "svg")
        minute.keep()
        before = editor.buffer()
        editor.type("\t")
        editor.until(lambda: len(editor.buffer()) > len(before), "the completion accepted")
    finally:
        editor.close()
