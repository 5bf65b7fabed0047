"""Fixtures for tests of code that uses the user's folders."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def private_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Private configuration, cache, state and runtime folders; returns the test's own folder, which is the working folder.

    The runtime folder has a short path: the address of a Unix socket has at most 108 bytes.
    """
    for name in ("CONFIG_HOME", "CACHE_HOME", "STATE_HOME"):
        monkeypatch.setenv(f"XDG_{name}", str(tmp_path / name.lower()))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    with tempfile.TemporaryDirectory(prefix="cls-") as runtime:
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        yield work
