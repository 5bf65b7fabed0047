"""A machine without llama.cpp: one sentence says what to do, and no process is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from codestral_ls.backends import host_process
from codestral_ls.backends.base import Health
from codestral_ls.backends.host_process import HostProcess
from codestral_ls.config.host_address import host_address
from codestral_ls.config.sections import LocalOptions


@pytest.mark.parametrize("missing", ["llama_cpp", "numpy"])
async def test_no_host_is_started_where_its_packages_are_missing(
    missing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(host_process, "find_spec", lambda name: None if name == missing else object())
    monkeypatch.setattr(host_process.processes, "start_own", lambda *_a, **_k: pytest.fail("a process was started"))  # type: ignore[attr-defined]
    options = LocalOptions()
    process = HostProcess(options, host_address(options))
    health = await process.ensure(Health("offline"))
    assert (health.state, health.refusal) == ("error", "engine")
    assert "codestral-ls local install" in health.message
    assert "backend.primary" in health.message
