"""What the tests install for themselves is installed by one process at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from clients.vscode.scripts.node_tools import alone


def test_a_folder_that_is_held_is_not_waited_for_by_its_holder(tmp_path: Path) -> None:
    with alone(tmp_path / "tool"):
        with alone(tmp_path / "other"):
            pass
        with pytest.raises(RuntimeError, match="held"), alone(tmp_path / "tool"):
            pass
    with alone(tmp_path / "tool"):
        pass
