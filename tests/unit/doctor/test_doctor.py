"""The doctor's findings: for each fault of a machine there is a sentence and a piece of advice."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codestral_ls import cli
from codestral_ls.backends.base import Backend
from codestral_ls.backends.fake import FakeBackend, fixed
from codestral_ls.config.host_address import host_address
from codestral_ls.config.load import load_options
from codestral_ls.config.paths import runtime_dir
from codestral_ls.config.sections import BackendOptions, LocalOptions, Options
from codestral_ls.doctor import answering, hosting, installation
from codestral_ls.doctor.configuration_files import configuration
from codestral_ls.doctor.finding import DoctorReport, Finding
from codestral_ls.doctor.folders import folders
from codestral_ls.errors import ConfigError

FAKE = ["--set", "backend.primary=fake", "--set", "fake.text=3.14 * radius"]


pytestmark = pytest.mark.usefixtures("private_folders")


def examine(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = cli.main(["doctor", "--json", *arguments])
    output = capsys.readouterr()
    assert output.err == ""
    return code, json.loads(output.out)


def test_a_healthy_machine_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = examine(*FAKE, capsys=capsys)
    by_name = {finding["name"]: finding for finding in report["findings"]}
    assert (code, report["healthy"]) == (0, True)
    assert by_name["fake"]["facts"]["answer"] == "3.14 * radius"
    assert by_name["fake"]["facts"]["first_token_ms"] >= 0
    assert by_name["python"]["facts"]["python"].startswith("3.")
    assert by_name["options"]["facts"]["backend.primary"] == {"value": "fake", "from": "--set backend.primary=fake"}
    assert {"packages", "grammars", "llama.cpp", "files", "cache", "state", "runtime"} <= set(by_name)


def test_llama_cpp_is_looked_at_from_outside(capsys: pytest.CaptureFixture[str]) -> None:
    loaded_before = "llama_cpp" in sys.modules
    _, report = examine("--no-ask", capsys=capsys)
    llama = next(finding for finding in report["findings"] if finding["name"] == "llama.cpp")
    assert isinstance(llama["facts"].get("gpu_offload"), bool)
    assert ("llama_cpp" in sys.modules) == loaded_before


def test_the_report_for_people(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(installation, "probe_llama", broken_llama)
    assert cli.main(["doctor", *FAKE]) == 1
    text = capsys.readouterr().out
    assert "✗ It did not load." in text
    assert "What to do next" in text
    assert f"1. {installation.REINSTALL_LLAMA}" in text


async def broken_llama(_timeout: float) -> dict[str, object]:
    return {"error": "It did not load."}


async def test_a_library_that_crashes_or_hangs_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    crash = tmp_path / "python"
    crash.write_text("#!/bin/sh\nexit 139\n")
    crash.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(crash))
    assert "exit code 139" in str((await installation.probe_llama(30))["error"])
    crash.write_text("#!/bin/sh\nexec sleep 60\n")
    assert "did not load within" in str((await installation.probe_llama(0.05))["error"])


@pytest.mark.parametrize(("wanted", "state"), [(True, "error"), (False, "note")])
async def test_without_the_extra_it_says_how_to_get_it(wanted: bool, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda name: None if name == "llama_cpp" else object())
    monkeypatch.setattr(installation.shutil, "which", lambda name: None if name == "cmake" else f"/bin/{name}")  # type: ignore[attr-defined]
    finding = (await installation.installation(local_wanted=wanted))[-1]
    assert (finding.name, finding.state) == ("llama.cpp", state)
    assert "pip install '.[local]'" in finding.next
    assert "(missing here: cmake)" in finding.next
    assert "codestral-ls local install" in finding.next


async def test_a_gpu_that_is_not_used_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    async def probe(_timeout: float) -> dict[str, object]:
        return {"gpu_offload": False, "system": ""}

    monkeypatch.setattr(installation, "probe_llama", probe)
    monkeypatch.setattr(installation, "nvidia_gpu_present", lambda: True)
    finding = (await installation.installation(local_wanted=True))[-1]
    assert finding.state == "warning"
    assert "GPU offload: no, though there is an NVIDIA GPU" in finding.text
    assert "GGML_CUDA=on" in finding.next


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    found = {finding.name: finding for finding in folders()}
    assert found["cache"].state == "warning"
    assert "cannot be written (Not a directory)" in found["cache"].text
    assert "XDG_CACHE_HOME" in found["cache"].next
    assert found["state"].state == "ok"


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is writable for the superuser")
def test_a_folder_without_write_permission_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "locked"))
    assert [finding.state for finding in folders()] == ["ok", "ok", "error"]


def test_a_runtime_path_too_long_for_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("d" * 100)))
    runtime = folders()[-1]
    assert (runtime.state, runtime.name) == ("error", "runtime")
    assert "shorter" in runtime.next


def test_problems_in_files_are_findings_and_commands_stay_untold(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("[codestral]\nkey_command = 'pass show hush'\nmodle = 'x'\n")
    found = configuration(load_options(None, None, {}, user_file=tmp_path / "c.toml"))
    assert [finding.state for finding in found] == ["ok", "warning", "ok"]
    assert str(tmp_path / "c.toml") in found[0].text
    assert 'did you mean "codestral.model"?' in found[1].text
    assert "hush" not in str(found)


def builder(*bad: str) -> Callable[[str, Options], Backend]:
    def build(name: str, options: Options) -> Backend:
        if name in bad:
            raise ConfigError("It wants an address.")
        return FakeBackend(fixed("x"))

    return build


@pytest.mark.parametrize(
    ("chain", "bad", "states"),
    [
        (BackendOptions("fake"), (), ["ok"]),
        (BackendOptions("openai"), ("openai",), ["error"]),
        (BackendOptions("openai", ("fake",)), ("openai",), ["warning", "ok"]),
        (BackendOptions("fake", ("openai",)), ("openai",), ["ok", "warning"]),
        (BackendOptions("none"), (), ["warning"]),
    ],
    ids=str,
)
async def test_which_backend_answers(chain: BackendOptions, bad: tuple[str, ...], states: list[str]) -> None:
    options = replace(Options(), backend=chain)
    found = await answering.backends(options, builder(*bad))
    assert [finding.state for finding in found] == states


async def test_a_backend_without_a_server_is_reported_with_its_sentence() -> None:
    options = replace(Options(), backend=BackendOptions("fim_server"))
    options = replace(options, fim_server=replace(options.fim_server, address="http://127.0.0.1:9"))
    (finding,) = await answering.backends(options)
    assert finding.state == "error"
    assert "does not answer" in finding.text
    assert "127.0.0.1:9" in finding.next


def socket_of_the_host() -> Path:
    return host_address(LocalOptions()).socket


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (b'HTTP/1.1 200 OK\r\n\r\n{"status": "ready", "model": "m"}', "ok", "running, ready: m"),
        (b'HTTP/1.1 503 No\r\n\r\n{"status": "refused", "model": "m", "message": "No FIM."}', "warning", "No FIM."),
        (b"HTTP/1.1 200 OK\r\n\r\nwhat?", "warning", "not its protocol"),
        (b"", "warning", "not its protocol"),
        (None, "warning", "does not answer within"),
    ],
    ids=str,
)
async def test_a_running_host_is_asked(answer: bytes | None, state: str, words: str) -> None:
    async def look() -> list[Finding]:
        never = asyncio.Event()

        async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            if answer is None:
                await never.wait()
            writer.write(answer or b"")
            writer.close()

        runtime_dir().mkdir(parents=True)
        server = await asyncio.start_unix_server(reply, socket_of_the_host())
        try:
            return await hosting.hosting(LocalOptions(), timeout=0.3 if answer is None else 5.0)
        finally:
            never.set()
            server.close()

    (finding,) = await look()
    assert finding.state == state
    assert words in finding.text


async def test_a_socket_nobody_listens_on_is_not_a_host() -> None:
    runtime_dir().mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(socket_of_the_host()))
    (finding,) = await hosting.hosting(LocalOptions())
    assert (finding.state, finding.facts["running"]) == ("ok", False)


async def test_a_host_of_other_options_is_only_worth_a_note() -> None:
    async def look() -> list[Finding]:
        async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b'HTTP/1.1 503 No\r\n\r\n{"status": "refused", "model": "m", "message": "No FIM."}')
            writer.close()

        runtime_dir().mkdir(parents=True)
        (runtime_dir() / "host-1.lock").touch()
        server = await asyncio.start_unix_server(reply, runtime_dir() / "host-1.sock")
        try:
            return await hosting.hosting(LocalOptions())
        finally:
            server.close()

    own, other = await look()
    assert (own.facts["running"], other.state, other.next) == (False, "note", "")


def test_the_most_important_advice_comes_first_and_once() -> None:
    rows = [Finding("g", "a", "warning", "", "second"), Finding("g", "b", "error", "", "first")]
    report = DoctorReport((*rows, Finding("g", "c", "note", "", "second"), Finding("g", "d", "ok", "")))
    assert report.next == ("first", "second")
    assert not report.healthy


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"threads": 2, "threads_most": 2, "decode_step_ms": 0.5, "machine_busy": False}, "2 threads, 0.5 ms a token"),
        (
            {"threads": 1, "threads_most": 4, "decode_step_ms": 8.25, "machine_busy": True, "other_work_cores": 3.1},
            "1 thread, 8.25 ms a token (of 4: other programs keep 3.1 cores busy)",
        ),
        ({"threads": 1, "decode_step_ms": 0.0}, "1 thread"),
    ],
)
def test_a_hosts_threads_in_words(said: dict[str, object], words: str) -> None:
    text = hosting._words({"status": "ready", "model": "m", "device": "cpu", "gpu_layers": 0, **said})
    assert text == f"ready: m on cpu, 0 layers on the GPU, {words}"
