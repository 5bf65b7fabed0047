"""Temporary folders for sockets and the files next to them, and masking without its learned part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from codestral_ls.backends.masking import likely
from codestral_ls.backends.masking.find import forget


@pytest.fixture
def private(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Folders of its own with short names."""
    folder = tmp_path_factory.mktemp("c")
    for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def rules_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Masking by rules, without the words that only look like passwords (``test_likely.py`` tests those)."""
    monkeypatch.setattr(likely, "find", lambda *_, **__: iter(()))
    forget()
    yield
    forget()
