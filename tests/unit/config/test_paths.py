"""Where files are kept, and which folders can be a runtime folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from codestral_ls.config.paths import cache_dir, expanded, runtime_dir, state_dir, user_config_file


@pytest.mark.parametrize("value", ["", "relative/folder"])
def test_a_runtime_folder_that_is_not_an_absolute_path_is_not_used(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", value)
    assert runtime_dir().parent == Path(tempfile.gettempdir())


@pytest.mark.parametrize("folder", [user_config_file, cache_dir, state_dir], ids=lambda folder: folder.__name__)
@pytest.mark.parametrize("value", ["", "relative/folder", "."])
def test_no_folder_of_the_users_depends_on_the_working_folder(
    folder: Callable[[], Path], value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project could otherwise hold the user's configuration, which may name a command to run."""
    names = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    usual = folder()
    for name in names:
        monkeypatch.setenv(name, value)
    assert folder() == usual
    assert usual.is_absolute()


def test_no_version_of_platformdirs_leads_into_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("user_config_dir", "user_cache_dir", "user_state_dir"):
        monkeypatch.setattr(platformdirs, name, lambda app: f"relative/{app}")
    assert user_config_file() == Path.home() / ".config/codestral-ls/config.toml"
    assert cache_dir() == Path.home() / ".cache/codestral-ls"
    assert state_dir() == Path.home() / ".local/state/codestral-ls"


def test_the_home_of_nobody_stays_as_it_was_written() -> None:
    assert expanded("~/a") == Path.home() / "a"
    assert expanded("~nobody-of-that-name/a") == Path("~nobody-of-that-name/a")


def test_the_runtime_folder_of_the_session_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert runtime_dir() == tmp_path / "codestral-ls"
