"""Draw the README's pictures: ``python -m support.editors.draw_screens`` writes docs/images/neovim.svg and emacs.svg.

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
from support.editors.workplace import REPOSITORY, new_place, real_server

ROWS, COLUMNS = 16, 78
TEXT = '''"""A counter of words."""

import argparse
from collections import Counter
from pathlib import Path


def parse_arguments():
    '''
TYPED = "parser = arg"


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
    """Draw both."""
    place = new_place()
    place.environment["CODESTRAL_LS_COMPLETION_SHOW"] = "eager"
    folder, environment, file = place.folder, place.environment, place.write("words.py", TEXT)
    size = {"rows": ROWS, "columns": COLUMNS}
    images = REPOSITORY / "docs" / "images"
    try:
        nvim = NeovimInTerminal(neovim_0_12(), folder, environment, real_server(), file, before="vim.o.number = true", **size)  # type: ignore[arg-type]
        try:
            nvim.wait_attached()
            nvim.type("GA" + TYPED)
            nvim.until(nvim.ghost, "ghost text")
            nvim.terminal.read(1.0)
            save(nvim.terminal, "Neovim", images / "neovim.svg", SVG_EXPORT_THEME)
        finally:
            nvim.close()
        emacs = EmacsInTerminal(emacs_30(), folder, environment, real_server(), file, **size)  # type: ignore[arg-type]
        try:
            emacs.wait_attached()
            emacs.type("\x1b>" + TYPED)
            emacs.until(emacs.ghost, "ghost text")
            emacs.terminal.read(1.0)
            save(emacs.terminal, "Emacs", images / "emacs.svg", DEFAULT_TERMINAL_THEME)
        finally:
            emacs.close()
    finally:
        place.close()


if __name__ == "__main__":
    main()
