"""Temporary folders for sockets and the files next to them."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def private(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Folders of its own with short names."""
    folder = tmp_path_factory.mktemp("c")
    for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(folder))
    return folder
