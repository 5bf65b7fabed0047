"""The host as a process: one per lock, a private socket, a token on TCP, an end when idle, and Mistral's SDK as a client."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from codestral_ls.config.sections import LocalOptions
from codestral_ls.errors import ConfigError
from codestral_ls.host import process_life
from codestral_ls.host.lock import HeldError, hold
from codestral_ls.system.private_files import owned_folder
from support.waiting import wait_until

DEADLINE = 60.0


@pytest.fixture
def private(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A private environment, in a folder with a short name."""
    folder = tmp_path_factory.mktemp("h")
    names = ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
    return {**os.environ, **{name: str(folder) for name in names}}


@contextmanager
def host(environment: Any, options: Any, *arguments: Any) -> Iterator[Any]:
    text = json.dumps(asdict(options))
    process = subprocess.Popen(
        [sys.executable, "-m", "codestral_ls.host", "--options", text, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def socket_in(environment: Any) -> Any:
    folder = Path(environment["XDG_RUNTIME_DIR"]) / "codestral-ls"
    return wait_until(lambda: list(folder.glob("*.sock")), "the host's socket", DEADLINE)[0]


def test_one_host_a_private_socket_and_a_clean_end(private: dict[str, str], bpe_model: Path) -> None:
    options = LocalOptions(model=str(bpe_model), self_test="off")
    with host(private, options) as first:
        path = socket_in(private)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        with host(private, options) as second:
            assert second.wait(DEADLINE) == 0
        assert first.poll() is None
        first.send_signal(signal.SIGTERM)
        out, _ = first.communicate(timeout=DEADLINE)
        assert (first.returncode, out) == (0, "")
        assert not path.exists()


def test_it_leaves_when_idle_and_remembers(private: dict[str, str], bpe_model: Path) -> None:
    with host(private, LocalOptions(model=str(bpe_model), self_test="off", idle_exit_seconds=1)) as process:
        assert process.wait(DEADLINE) == 0
    assert [path.name for path in Path(private["XDG_CACHE_HOME"]).glob("codestral-ls/kv/*/*")] == ["index.json"]


def test_mistrals_sdk_over_tcp_with_a_token_made_for_it(private: dict[str, str], bpe_model: Path) -> None:
    from mistralai.client import Mistral
    from mistralai.client.errors import HTTPValidationError, SDKError
    from mistralai.client.utils import BackoffStrategy, RetryConfig

    private.pop("CODESTRAL_LS_TOKEN", None)
    with host(private, LocalOptions(model=str(bpe_model), self_test="off"), "--listen", "127.0.0.1:0") as process:
        url = process.stdout.readline().split()[-1]
        token = process.stdout.readline().split()[-1]
        ask = {"model": "codestral-latest", "prompt": "def f(self):\n    self.as", "suffix": "\n", "max_tokens": 8}
        with Mistral(api_key=token, server_url=url) as client:
            retries = RetryConfig("backoff", BackoffStrategy(50, 200, 1.5, int(DEADLINE * 1000)), False)
            whole = client.fim.complete(**ask, retries=retries)  # 503 with Retry-After while the model loads
            text = whole.choices[0].message.content
            assert text
            with client.fim.stream(**ask) as stream:
                events = [event.data for event in stream]
            assert "".join(event.choices[0].delta.content for event in events) == text
            assert events[-1].usage.completion_tokens == whole.usage.completion_tokens
            assert client.models.list().data[0].id == "random-bpe"
            with pytest.raises(HTTPValidationError, match="temperature"):
                client.fim.complete(**ask, temperature=9.0)
        with Mistral(api_key="wrong", server_url=url) as client, pytest.raises(SDKError) as refused:
            client.fim.complete(**ask)
        assert refused.value.status_code == 401


def test_a_taken_port_is_reported_before_a_model_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(process_life.ModelSupervisor, "start", lambda keeper: asked.append(keeper.path))  # type: ignore[attr-defined]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"cannot listen on 127\.0\.0\.1:{port}: .*in use"):
            process_life.serve(LocalOptions(), f"127.0.0.1:{port}")
    assert asked == []


@pytest.mark.parametrize("text", ["", "8012", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:http"])
def test_an_address_that_is_none(text: str) -> None:
    with pytest.raises(ConfigError, match="--listen wants ADDRESS:PORT"):
        process_life.parse_listen(text)


def test_addresses() -> None:
    assert process_life.parse_listen("127.0.0.1:0") == ("127.0.0.1", 0)
    assert process_life.parse_listen("[::1]:8012") == ("::1", 8012)


@pytest.mark.parametrize("text", ["{", "[]", '{"surprise": 1}'])
def test_options_that_are_none(text: str) -> None:
    with pytest.raises(ConfigError, match="--options"):
        process_life.parse_options(text)


def test_a_runtime_folder_too_long_for_a_socket_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("x" * 100)))
    with pytest.raises(ConfigError, match="set XDG_RUNTIME_DIR to a folder with a shorter name"):
        process_life.serve(LocalOptions())


def test_a_lock_is_held_once_and_freed_at_the_end(tmp_path: Path) -> None:
    with hold(tmp_path / "lock"), pytest.raises(HeldError), hold(tmp_path / "lock"):
        pass
    with hold(tmp_path / "lock"):
        pass


def test_a_folder_that_others_can_read_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o755)
    owned_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_is_a_link_or_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "file").write_text("")
    for name in ("link", "file"):
        with pytest.raises(ConfigError):
            owned_folder(tmp_path / name)


class FakeKeeper:
    """The properties of a model supervisor that ``next_look`` uses."""

    def __init__(self, phase: Any, idle: Any) -> None:
        self.phase, self.idle_seconds = phase, idle


@pytest.mark.parametrize(
    ("phase", "idle", "wait"),
    [
        ("ready", 0.0, 60.0),
        ("ready", 895.0, 5.0),
        ("unloaded", 1795.0, 5.0),
        ("ready", 1801.0, 0.0),
        ("unloaded", 1801.0, 0.0),
        ("loading", 1801.0, 0.05),
        ("refused", 10.0, 50.0),
        ("refused", 61.0, 0.0),
    ],
)
def test_when_to_look_again(phase: Any, idle: Any, wait: Any) -> None:
    assert process_life.next_look(FakeKeeper(phase, idle), LocalOptions()) == pytest.approx(wait)  # type: ignore[arg-type]


def test_a_model_that_is_still_loading_is_looked_at_in_time_to_unload_it() -> None:
    assert process_life.next_look(FakeKeeper("loading", 0.5), LocalOptions(idle_unload_seconds=2)) == 1.5  # type: ignore[arg-type]


def test_zero_keeps_it_for_ever() -> None:
    options = LocalOptions(idle_unload_seconds=0, idle_exit_seconds=0)
    assert process_life.next_look(FakeKeeper("ready", 10.0**6), options) == 60.0  # type: ignore[arg-type]
