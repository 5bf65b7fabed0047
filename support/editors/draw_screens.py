"""Draw the README's pictures: ``python -m support.editors.draw_screens`` writes neovim.svg, emacs.svg and those of their next edits
into docs/images.

Real editors with the real server and the embedded model; what stands on their screens is drawn, nothing else.
"""

from __future__ import annotations

import io
import re
from itertools import groupby
from pathlib import Path

from pyte.screens import Char
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME, TerminalTheme
from rich.text import Text

from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.setup_emacs import emacs_30
from support.editors.setup_neovim import neovim_0_12
from support.editors.terminal import Terminal
from support.editors.workplace import REPOSITORY, EditorWorkplace, new_place, real_server

ROWS, COLUMNS = 16, 78
TEXT = '''"""Settings as JSON."""

import json


def save(path, value):
    with open(path, "w") as file:
        json.dump(value, file)


def load(path):
    with open(path) as file:
'''
TYPED = "        return json."
LOADING = '''"""Users and groups."""


def load(path):
    """Return the text of a file."""
    with open(path) as file:
        return file.read()


users = load("users.txt")
groups = load("groups.txt")
'''
RENAMED = "read_text"
PROPOSED = "(and (codestral-ls-edit-pending) t)"
KEYS = "vim.keymap.set('n', '<Tab>', require('codestral_ls').accept_or('<Tab>'), { expr = true, remap = true })"


def colour(name: str) -> str:
    """Rich's name for a colour of pyte's."""
    if name == "default":
        return "default"
    if len(name) == 6 and all(digit in "0123456789abcdef" for digit in name):
        return f"#{name}"
    return name.replace("brown", "yellow").replace("bright", "bright_")


def drawn(terminal: Terminal) -> Text:
    """The screen as styled text, with a block where the cursor is."""
    text = Text()
    cursor = terminal.screen.cursor
    for row in range(terminal.screen.lines):
        cells = [(terminal.screen.buffer[row][column], (row, column)) for column in range(terminal.screen.columns)]
        for style, run in groupby(cells, lambda cell: style_of(cell[0], cell[1] == (cursor.y, cursor.x))):
            text.append("".join(cell.data for cell, _ in run), style)
        text.append("\n")
    return text


def style_of(cell: Char, under_cursor: bool) -> str:
    """Rich's words for how a cell looks; the cursor is a block."""
    weight = f"{'bold ' if cell.bold else ''}{'italic ' if cell.italics else ''}"
    reverse = " reverse" if cell.reverse != under_cursor else ""
    return f"{weight}{colour(cell.fg)} on {colour(cell.bg)}{reverse}"


def save(terminal: Terminal, title: str, path: Path, theme: TerminalTheme) -> None:
    """Draw the screen in a window with the editor's own kind of background."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(drawn(terminal), end="")
    path.parent.mkdir(parents=True, exist_ok=True)
    svg = console.export_svg(title=title, theme=theme)
    # Without the fonts that rich would load from elsewhere: any monospaced one will do.
    path.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL))
    print(path)


def main() -> None:
    """Draw all."""
    place = new_place()
    place.environment["CODESTRAL_LS_COMPLETION_SHOW"] = "eager"
    images = REPOSITORY / "docs" / "images"
    try:
        draw_neovim(place, images)
        draw_emacs(place, images)
    finally:
        place.close()


def draw_neovim(place: EditorWorkplace, images: Path) -> None:
    """A completion, and a next edit."""
    pictures = [
        ("settings.py", TEXT, "Go" + TYPED.lstrip(), "neovim.svg"),
        ("users.py", LOADING, f"4G0wcw{RENAMED}\x1b", "neovim-next-edit.svg"),
    ]
    for name, text, keys, picture in pictures:
        file = place.write(name, text)
        nvim = NeovimInTerminal(
            neovim_0_12(),
            place.folder,
            place.environment,
            real_server(),
            file,
            "vim.o.number = true",
            KEYS,
            rows=ROWS,
            columns=COLUMNS,
        )
        try:
            nvim.wait_attached()
            nvim.type(keys)
            nvim.until(lambda nvim=nvim: nvim.ghost() or nvim.lua("return require('codestral_ls').has_edit()"), "what is proposed")  # type: ignore[misc]
            nvim.terminal.read(1.0)
            save(nvim.terminal, "Neovim", images / picture, SVG_EXPORT_THEME)
        finally:
            nvim.close()


def draw_emacs(place: EditorWorkplace, images: Path) -> None:
    """A completion, and a next edit."""
    rename = f"\x1b<\x0e\x0e\x0e\x1bf\x06\x1bd{RENAMED}"  # M-<, C-n three times, M-f C-f M-d
    pictures = [("settings.py", TEXT, "\x1b>" + TYPED, "emacs.svg"), ("users.py", LOADING, rename, "emacs-next-edit.svg")]
    for name, text, keys, picture in pictures:
        file = place.write(name, text)
        emacs = EmacsInTerminal(emacs_30(), place.folder, place.environment, real_server(), file, rows=ROWS, columns=COLUMNS)
        try:
            emacs.wait_attached()
            emacs.type(keys)
            emacs.until(lambda emacs=emacs: emacs.ghost() or emacs.ask(PROPOSED), "what is proposed")  # type: ignore[misc]
            emacs.terminal.read(1.0)
            save(emacs.terminal, "Emacs", images / picture, DEFAULT_TERMINAL_THEME)
        finally:
            emacs.close()


if __name__ == "__main__":
    main()
