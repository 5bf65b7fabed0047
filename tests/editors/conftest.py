"""What the tests in real editors share: a private environment with a workspace, and a scripted server."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from workplace import Place, Scripted


@pytest.fixture
def place() -> Iterator[Place]:
    """The folder lies directly under /tmp, because a Unix socket's address has 108 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="ce-"))
    kinds = {"HOME": "h", "XDG_RUNTIME_DIR": "r", "XDG_CACHE_HOME": "c", "XDG_STATE_HOME": "s"}
    kinds |= {"XDG_CONFIG_HOME": "o", "XDG_DATA_HOME": "d"}
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    for variable, short in kinds.items():
        (folder / short).mkdir(mode=0o700)
        environment[variable] = str(folder / short)
    workspace = folder / "w"
    (workspace / ".git").mkdir(parents=True)
    yield Place(folder, workspace, environment)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def scripted(place: Place) -> Scripted:
    """A server that says what the test wants."""
    return Scripted(place.folder)
