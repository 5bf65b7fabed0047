"""What the address of a notebook's cell tells about it. Pure.

VS Code gives each cell its own address. Our extension opens a cell twice: alone under that address, for next edits, and together
with the cells before it under the notebook's address with a fragment, for completions.
"""

from __future__ import annotations

_CELL = "vscode-notebook-cell:"


def is_lone_cell(uri: str) -> bool:
    """Whether this is a cell alone. Completions do not use it: its text is in the documents of the cells after it."""
    return uri.startswith(_CELL)


def has_cells_before(uri: str) -> bool:
    """Whether this is a cell together with those before it. Next edits do not use it: each of its cells is a document."""
    return "#" in uri and not is_lone_cell(uri)


def share_names(uri: str, other: str) -> bool:
    """Whether two documents are cells of one notebook, in which the names of one cell are known in the other."""
    return is_lone_cell(uri) and uri.partition("#")[0] == other.partition("#")[0]
