"""What the wheel and the source distribution contain, and what they must not. The VSIX's test is in tests/editors/vscode."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from support.repository import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return folder


def tracked(*folders: str) -> set[str]:
    """The files of the checkout that a package may contain: those that git tracks or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *folders]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name for name in listed if (ROOT / name).is_file()}


def test_the_wheel_is_the_package_whole_and_nothing_else(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(archive.read(name).decode() for name in names if name.endswith("METADATA"))
    code = {name for name in names if ".dist-info/" not in name}
    assert code == {name.removeprefix("server/") for name in tracked("server")}
    assert "codestral_ls/py.typed" in code
    assert any(name.endswith(".gguf") for name in code)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    for declared in ("attrs", "cattrs", "httpx2", "pygls"):
        assert f"Requires-Dist: {declared}" in metadata


def test_the_source_distribution_holds_what_builds_the_wheel_and_its_documents(built: Path) -> None:
    [source] = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert tracked("server", "configs", "docs") <= names
    at_the_root = {"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "pyproject.toml", "PKG-INFO"}
    rest = {name for name in names if not name.startswith(("server/", "configs/", "docs/"))}
    assert rest == {*at_the_root, ".gitignore"}
