"""The server's log in a file of its own: bounded, the user's alone, and never in the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from codestral_ls.config.sections import ServerOptions
from codestral_ls.lsp import log


@pytest.fixture(autouse=True)
def standard_error_afterwards() -> Iterator[None]:
    """The log of the other tests, with the levels that they had."""
    loggers = [logging.getLogger(name) for name in ("", "codestral_ls", "pygls")]
    levels = [logger.level for logger in loggers]
    yield
    log.configure_log(ServerOptions())
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_a_full_log_is_kept_once_and_then_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST_BYTES", 10_000)
    file = tmp_path / "server.log"
    log.configure_log(ServerOptions(log_file=str(file), log_level="info"))
    for number in range(1_000):
        logging.getLogger("codestral_ls").info("key %d", number)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["server.log", "server.log.1"]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 20_000
    assert "key 999" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_written_is_a_line_on_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure_log(ServerOptions(log_file=str(tmp_path / "none" / "server.log")))
    assert "server.log_file" in capsys.readouterr().err
