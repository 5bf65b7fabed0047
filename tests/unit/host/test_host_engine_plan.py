"""Which packages `local install` fetches for a machine, and what it does if something is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls import cli
from codestral_ls.errors import ModelError
from codestral_ls.host import engine_install, prebuilt
from codestral_ls.host.engine_plan import FLAGS, EnginePlan, InstallTarget, best_device, plan
from codestral_ls.system import processes
from codestral_ls.system.graphics import Graphics, graphics

NONE = Graphics()
LINUX = InstallTarget("linux", "x86_64", prebuilt.PROCESSOR | {"sse4_2"}, (2, 36), NONE)
WINDOWS = InstallTarget("win32", "AMD64", frozenset(), None, NONE)
MAC = InstallTarget("darwin", "arm64", frozenset(), None, Graphics(metal=True))


@pytest.mark.parametrize(
    ("here", "device", "source", "xllamacpp"),
    [
        (LINUX, "cpu", "linux-x64", False),
        (replace(LINUX, npm=False), "cpu", "", True),
        (replace(LINUX, glibc=(2, 31)), "cpu", "", True),
        (replace(LINUX, processor=frozenset({"sse4_2"})), "cpu", "linux-x64", False),
        (replace(LINUX, processor=frozenset({"sse4_2"}), npm=False), "cpu", "linux-x64", False),
        (replace(LINUX, processor=frozenset({"sse4_2"}), glibc=(2, 31)), "cpu", "", False),
        (replace(LINUX, glibc=None), "cpu", "", False),
        (replace(LINUX, machine="aarch64", processor=frozenset()), "cpu", "linux-arm64", False),
        (replace(LINUX, machine="aarch64", processor=frozenset(), glibc=(2, 34)), "cpu", "", True),
        (replace(LINUX, machine="riscv64"), "cpu", "", False),
        (replace(LINUX, graphics=Graphics(vulkan=True)), "vulkan", "linux-x64-vulkan", False),
        (replace(LINUX, graphics=Graphics(cuda=True)), "vulkan", "linux-x64-vulkan", False),
        (replace(LINUX, graphics=Graphics(vulkan=True), glibc=(2, 34)), "cpu", "linux-x64", False),
        (WINDOWS, "cpu", "win-x64", False),
        (replace(WINDOWS, graphics=Graphics(vulkan=True, cuda=True)), "vulkan", "win-x64-vulkan", False),
        (replace(WINDOWS, machine="ARM64"), "cpu", "win-arm64", False),
        (replace(WINDOWS, machine="ARM64", graphics=Graphics(vulkan=True)), "cpu", "win-arm64", False),
        (MAC, "metal", "mac-arm64-metal", False),
        (replace(MAC, machine="x86_64", graphics=NONE), "cpu", "mac-x64", False),
    ],
)
def test_each_machine_gets_what_fits(here: InstallTarget, device: str, source: str, xllamacpp: bool) -> None:
    found = plan(here, None)
    assert (found.device, found.source.name if found.source else "", found.xllamacpp) == (device, source, xllamacpp)
    assert found.compiled is (not source and not xllamacpp)
    assert found.megabytes > 90
    assert found.engine


def test_a_device_without_a_driver_is_refused() -> None:
    with pytest.raises(ModelError, match=r"No driver for cuda.*no GPU's driver"):
        plan(LINUX, "cuda")


def test_cuda_by_name_is_compiled() -> None:
    found = plan(replace(LINUX, graphics=Graphics(cuda=True)), "cuda")
    assert found.compiled
    assert FLAGS["cuda"] in found.engine


def test_the_processor_can_be_asked_for_where_there_is_a_gpu() -> None:
    found = plan(replace(LINUX, graphics=Graphics(vulkan=True)), "cpu").source
    assert found is not None
    assert found.device == "cpu"


def test_the_best_device() -> None:
    assert [best_device(each) for each in (NONE, Graphics(metal=True), Graphics(rocm=True))] == ["cpu", "metal", "vulkan"]


@pytest.mark.parametrize(
    ("system", "machine", "files", "expected"),
    [
        ("linux", "x86_64", {"/dev/nvidia0"}, Graphics(cuda=True)),
        ("linux", "x86_64", {"/dev/kfd", "/dev/dri/renderD128", "vulkan"}, Graphics(rocm=True, vulkan=True)),
        ("linux", "x86_64", {"vulkan"}, NONE),
        ("win32", "AMD64", {"nvidia-smi", "vulkan-1"}, Graphics(cuda=True, vulkan=True)),
        ("win32", "AMD64", set(), NONE),
        ("darwin", "arm64", set(), Graphics(metal=True)),
        ("darwin", "x86_64", set(), NONE),
    ],
)
def test_gpus_are_recognised_by_files_of_their_drivers(system: str, machine: str, files: set[str], expected: Graphics) -> None:
    def find(name: str) -> str | None:
        return name if name in files else None

    assert graphics(system, machine, files.__contains__, find, find) == expected


def test_nothing_is_installed_without_a_yes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    monkeypatch.setattr(engine_install, "install", lambda *_: pytest.fail("installed"))
    assert cli.main(["local", "install", "--device", "cpu"]) == 1
    said = capsys.readouterr().err
    assert "MB are downloaded" in said
    assert "add --yes" in said


def test_a_file_that_is_not_known_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "evil.tgz").write_bytes(b"x")
    assert cli.main(["local", "install", "--yes", "--from", str(tmp_path / "evil.tgz")]) == 1
    assert "checksum differs" in capsys.readouterr().err
    assert cli.main(["local", "install", "--yes", "--from", str(tmp_path / "none.tgz")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_without_npm_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], *, timeout: float) -> object:
        ran.append(command)
        return processes.Finished(command, 0, b"", b"")

    monkeypatch.setattr(processes, "run", run)
    monkeypatch.setattr("shutil.which", lambda _name: None)
    found = plan(WINDOWS, "cpu")
    with pytest.raises(ModelError, match="--from FILE"):
        engine_install.install(found, None, lambda _text: None)
    assert all(command[1:3] == ["-m", "pip"] for command in ran)


@pytest.mark.parametrize(
    ("output", "status", "words"),
    [(b"", 1, "without an answer"), (b"what?", 0, "without an answer"), (b'{"error": "No."}', 0, r"does not work: No\.")],
)
def test_an_engine_that_does_not_work_is_said(monkeypatch: pytest.MonkeyPatch, output: bytes, status: int, words: str) -> None:
    monkeypatch.setattr(processes, "run", lambda command, *, timeout: processes.Finished(command, status, output, b""))
    with pytest.raises(ModelError, match=words):
        engine_install.prove()


def test_what_pip_says_last_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        processes, "run", lambda command, *, timeout: processes.Finished(command, 1, b"", b"a\nERROR: no space left\n")
    )
    with pytest.raises(ModelError, match="no space left"):
        engine_install.install(EnginePlan("cpu", xllamacpp=True), None, lambda _text: None)
