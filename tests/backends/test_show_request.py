"""``codestral-ls complete --show-request`` prints what would be sent, and neither the output nor the log contains a key."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from codestral_ls.backends.base import Backend, FimRequest
from codestral_ls.backends.fim_server import FimServer
from codestral_ls.backends.mistral import MistralApi
from codestral_ls.config.sections import CodestralOptions, FimServerOptions, NetworkOptions
from codestral_ls.errors import BackendError
from support.backends.real_servers import private_environment
from support.backends.standin_api import KEY, ApiFault, StandIn

TOKEN = "ghp_" + "a1B2c3D4e5" * 4


def shown(folder: Path, file: str, *, text: str) -> subprocess.CompletedProcess[str]:
    (folder / file).write_text(text)
    environment = {name: value for name, value in private_environment(folder).items() if not name.startswith("CODESTRAL_LS")}
    place = f"{folder / file}:{text.count(chr(10))}:5"
    command = [sys.executable, "-m", "codestral_ls", "complete", "--show-request", "--set", "backend.primary=codestral", place]
    return subprocess.run(
        command, env=environment | {"CODESTRAL_API_KEY": KEY}, capture_output=True, text=True, timeout=100, check=False
    )


def test_the_command_shows_a_masked_request_and_no_key(tmp_path: Path) -> None:
    done = shown(tmp_path, "client.py", text=f'TOKEN = "{TOKEN}"\n\n\ndef login():\n    \n')
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("POST https://codestral.mistral.ai/v1/fim/completions\n")
    assert "Authorization: Bearer ***" in done.stdout
    assert '"model":"codestral-latest"' in done.stdout
    assert "def login()" in done.stdout
    assert "MASKED_" in done.stdout
    for hidden in (TOKEN, KEY, "client.py", os.fspath(tmp_path)):
        assert hidden not in done.stdout + done.stderr


def test_nothing_of_a_private_file_would_be_sent(tmp_path: Path) -> None:
    done = shown(tmp_path, "prod.env", text="NAME=1\nOTHER=2\n    \n")
    assert done.returncode != 0
    assert "NAME=1" not in done.stdout


@pytest.mark.parametrize("fault", [None, ApiFault("status", 401), ApiFault("status", 500), ApiFault("reset"), ApiFault("not_json")])
@pytest.mark.parametrize("transport", ["sdk", "http"])
async def test_no_log_has_the_key(
    transport: str, fault: ApiFault | None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODESTRAL_API_KEY", KEY)
    monkeypatch.setenv("CODESTRAL_FIM_SERVER_KEY", KEY)
    caplog.set_level(logging.DEBUG)

    standin = StandIn("return a + b")
    standin.always = fault
    async with standin.running() as address:
        network = NetworkOptions()
        backend: Backend = MistralApi("codestral", CodestralOptions(server_url=address), network)
        if transport == "http":
            backend = FimServer(FimServerOptions(address=address, model="codestral-latest"), network)
        try:
            assert [piece async for piece in backend.stream(FimRequest("a", "b", timeout=20.0))]
        except BackendError:
            logging.getLogger("test").exception("what a careless caller would log")
        await backend.health()
        await backend.aclose()
    assert KEY not in caplog.text
