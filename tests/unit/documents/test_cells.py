"""The notebook and the file that a cell's URI refers to."""

from __future__ import annotations

import pytest

from codestral_ls.documents.cells import has_cells_before, is_lone_cell, share_names

CELL = "vscode-notebook-cell:/work/rows.ipynb#W0sZmlsZQ%3D%3D"


@pytest.mark.parametrize(
    ("uri", "lone", "before"),
    [
        (CELL, True, False),
        ("vscode-notebook-cell://remote/work/rows.ipynb#W1", True, False),
        ("file:///work/rows.ipynb#W0", False, True),
        ("untitled:Untitled-1.ipynb#W0", False, True),
        ("file:///work/rows.ipynb", False, False),
        ("file:///work/c%23/rows.py", False, False),
        ("", False, False),
    ],
)
def test_kinds(uri: str, lone: bool, before: bool) -> None:
    assert (is_lone_cell(uri), has_cells_before(uri)) == (lone, before)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        ("vscode-notebook-cell:/work/rows.ipynb#W7", True),
        ("vscode-notebook-cell:/work/more.ipynb#W0sZmlsZQ%3D%3D", False),
        ("file:///work/rows.ipynb#W7", False),
        ("file:///work/rows.py", False),
    ],
)
def test_cells_of_one_notebook_share_their_names(other: str, shared: bool) -> None:
    assert share_names(CELL, other) is shared
    assert share_names(other, CELL) is shared


def test_files_share_no_names() -> None:
    assert not share_names("file:///work/rows.py", "file:///work/rows.py")
