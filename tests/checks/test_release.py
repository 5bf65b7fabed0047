"""The parts of `make release`: the version in one place, the list of parts, checksums, reproducible packages."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from codestral_ls import __version__
from support.release.__main__ import SUMS, write_sums
from support.release.bill import bill
from support.release.engine_build import newest_glibc
from support.release.version import REPEATED, stale, write
from support.repository import ROOT

WHEN = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


def a_wheel(path: Path, name: str, *, licence: str = "MIT") -> Path:
    """A wheel that contains only its metadata."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            f"{name}-1.5.dist-info/METADATA", f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.5\nLicense: {licence}\n"
        )
    return path


def test_files_that_name_another_version_are_found_and_mended(tmp_path: Path) -> None:
    for name in REPEATED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    assert stale(tmp_path) == []
    assert stale(tmp_path, "7.8.9") == list(REPEATED)
    write(tmp_path, "7.8.9")
    assert stale(tmp_path, "7.8.9") == []
    assert json.loads((tmp_path / "clients/vscode/package.json").read_text())["version"] == "7.8.9"
    (tmp_path / "clients/emacs/codestral-ls.el").write_text(";; no version\n")
    with pytest.raises(ValueError, match=r"codestral-ls\.el"):
        write(tmp_path)


def test_the_list_of_parts_names_every_wheel_once_with_its_checksum(tmp_path: Path) -> None:
    first = a_wheel(tmp_path / "one_thing-1.5-py3-none-any.whl", "One.Thing")
    inner = a_wheel(tmp_path / "other-1.5-cp311-cp311-win_amd64.whl", "other", licence="")
    with zipfile.ZipFile(tmp_path / "a.vsix", "w") as extension:
        for wheel in (first, inner):
            extension.write(wheel, f"extension/server/{wheel.name}")
    digest = hashlib.sha256(inner.read_bytes()).hexdigest()
    inner.unlink()
    text = bill(tmp_path, WHEN)
    assert text == bill(tmp_path, WHEN)
    said = json.loads(text)
    assert (said["bomFormat"], said["metadata"]["timestamp"]) == ("CycloneDX", "2026-11-27T06:00:00+00:00")
    parts = {part["bom-ref"]: part for part in said["components"]}
    assert len(parts) == len(said["components"])
    wheels = [part for part in parts.values() if part.get("purl", "").startswith("pkg:pypi/")]
    assert [(part["name"], part["version"]) for part in wheels] == [("one-thing", "1.5"), ("other", "1.5")]
    assert wheels[1]["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert any(part["name"] == "vscode-languageclient" for part in parts.values()), "what the extension bundles"
    assert any(part["type"] == "machine-learning-model" for part in parts.values())
    (product,) = [each for each in said["dependencies"] if each["ref"] == "codestral-ls"]
    assert set(product["dependsOn"]) == set(parts)


def test_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"a")
    (tmp_path / "b.vsix").write_bytes(b"b")
    for _ in range(2):
        write_sums(tmp_path)
    lines = (tmp_path / SUMS).read_text().splitlines()
    assert lines == [f"{hashlib.sha256(name[:1].encode()).hexdigest()}  {name}" for name in ("a.whl", "b.vsix")]


def test_python_packages_are_the_same_each_time(tmp_path: Path) -> None:
    environment = {"SOURCE_DATE_EPOCH": "1795759200", "PATH": "/usr/bin:/bin"}
    for name in ("first", "second"):
        command = [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path / name)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=100)
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert files == [f"codestral_ls-{__version__}-py3-none-any.whl", f"codestral_ls-{__version__}.tar.gz"]
    for name in files:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_the_newest_glibc_that_a_library_wants() -> None:
    assert newest_glibc([b"\0GLIBC_2.9\0GLIBC_2.17\0", b"GLIBC_2.2.5\0"]) == (2, 17)
    assert newest_glibc([b"GLIBC_PRIVATE\0GLIBCXX_3.4.30\0"]) == ()
