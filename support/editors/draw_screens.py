"""Draws a terminal's screen as an SVG: tests take the pictures of Neovim and Emacs in the READMEs with it."""

from __future__ import annotations

import html
import io
import re
from itertools import groupby
from pathlib import Path

from pyte.screens import Char
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from support.editors.terminal import Terminal


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
    """Rich's style for a cell; the cursor is a block."""
    weight = f"{'bold ' if cell.bold else ''}{'italic ' if cell.italics else ''}{'strike ' if cell.strikethrough else ''}"
    reverse = " reverse" if cell.reverse != under_cursor else ""
    return f"{weight}{colour(cell.fg)} on {colour(cell.bg)}{reverse}"


def save(terminal: Terminal, title: str, path: Path, theme: TerminalTheme) -> None:
    """Write the screen to a file, drawn as a window with the editor's own background."""
    console = Console(record=True, width=terminal.screen.columns, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(drawn(terminal), end="")
    path.parent.mkdir(parents=True, exist_ok=True)
    svg = console.export_svg(title=title, theme=theme)
    # Without the web fonts that rich would load: any monospaced font will do.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    path.write_text(without_outer_blanks(svg))
    print(path)


TEXT_ELEMENT = re.compile(r'(<text [^>]*x=")([\d.]+)("[^>]*textLength=")([\d.]+)("[^>]*>)([^<]*)</text>')


def without_outer_blanks(svg: str) -> str:
    """The picture with no blank at the start or end of any text, because browsers do not draw a blank at a text's start."""

    def inside(found: re.Match[str]) -> str:
        text = html.unescape(found[6]).replace("\u00a0", " ")
        if not text.strip():
            return ""
        width = float(found[4]) / len(text)
        begin, kept = len(text) - len(text.lstrip()), text.strip()
        x, length = float(found[2]) + begin * width, len(kept) * width
        shown = html.escape(kept).replace(" ", "&#160;")
        return f"{found[1]}{x:.1f}{found[3]}{length:.1f}{found[5]}{shown}</text>"

    return TEXT_ELEMENT.sub(inside, svg)
