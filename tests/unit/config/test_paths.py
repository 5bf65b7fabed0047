"""Where files are kept, and which folders can be a runtime folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from codestral_ls.config.paths import expanded, runtime_dir


@pytest.mark.parametrize("value", ["", "relative/folder"])
def test_a_runtime_folder_that_is_not_an_absolute_path_is_not_used(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", value)
    assert runtime_dir().parent == Path(tempfile.gettempdir())


def test_the_home_of_nobody_stays_as_it_was_written() -> None:
    assert expanded("~/a") == Path.home() / "a"
    assert expanded("~nobody-of-that-name/a") == Path("~nobody-of-that-name/a")


def test_the_runtime_folder_of_the_session_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert runtime_dir() == tmp_path / "codestral-ls"
