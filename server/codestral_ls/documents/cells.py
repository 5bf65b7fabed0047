"""What the address of a notebook's cell says. Pure.

VS Code gives each cell an address of its own. Our extension opens a cell twice: under that address by itself, for next edits, and
under the notebook's address with a fragment together with the cells before it, for completions.
"""

from __future__ import annotations

_CELL = "vscode-notebook-cell:"


def is_lone_cell(uri: str) -> bool:
    """Whether this is a cell by itself. Completions do not look at it: its text is in the documents of the cells after it."""
    return uri.startswith(_CELL)


def has_cells_before(uri: str) -> bool:
    """Whether this is a cell that begins with those before it. Next edits do not look at it: each of its cells is a document."""
    return "#" in uri and not is_lone_cell(uri)


def share_names(uri: str, other: str) -> bool:
    """Whether two documents are cells of one notebook, where a name of one is a name of the other."""
    return is_lone_cell(uri) and uri.partition("#")[0] == other.partition("#")[0]
