"""Real projects, fetched from registries with their ordinary clients into a folder that is kept between runs."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codestral_ls.config.paths import cache_dir


@dataclass(frozen=True, slots=True)
class Project:
    """A project. ``sources`` are the folders with its code, relative to its root."""

    name: str
    fetch: Callable[[str, Path], Path]
    package: str
    sources: tuple[str, ...] = (".",)


def fetched(project: Project) -> Path:
    """The project's folder. Raises: CalledProcessError, OSError if it is not available."""
    folder = cache_dir() / "benchmarks" / "merging" / project.name
    folder.mkdir(parents=True, exist_ok=True)
    return project.fetch(project.package, folder)


def _only(folder: Path) -> Path | None:
    found = [one for one in folder.iterdir() if one.is_dir()]
    return found[0] if len(found) == 1 else None


def _unpacked(folder: Path, pattern: str) -> Path:
    (archive,) = folder.glob(pattern)
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    root = _only(folder)
    assert root is not None
    return root


def _pypi(package: str, folder: Path) -> Path:
    if (root := _only(folder)) is None:
        words = ["pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(folder), package]
        subprocess.run(words, check=True, capture_output=True, timeout=300)
        root = _unpacked(folder, "*.tar.gz")
    return root


def _npm(package: str, folder: Path) -> Path:
    if (root := _only(folder)) is None:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, timeout=300)
        root = _unpacked(folder, "*.tgz")
    return root


def _debian(package: str, folder: Path) -> Path:
    root = folder / "root"
    if not root.is_dir():
        subprocess.run(["apt-get", "download", "-q", package], cwd=folder, check=True, capture_output=True, timeout=300)
        (archive,) = folder.glob("*.deb")
        subprocess.run(["dpkg-deb", "-x", str(archive), str(root)], check=True, capture_output=True, timeout=60)
    inner = [*root.glob("usr/share/gocode/src/github.com/*/*"), *root.glob("usr/share/cargo/registry/*")]
    return inner[0]


PROJECTS = (
    Project("click", _pypi, "click", ("src",)),
    Project("httpx", _pypi, "httpx", ("httpx",)),
    Project("attrs", _pypi, "attrs", ("src",)),
    Project("tomlkit", _pypi, "tomlkit", ("tomlkit",)),
    Project("more-itertools", _pypi, "more-itertools", ("more_itertools",)),
    Project("networkx", _pypi, "networkx", ("networkx",)),
    Project("zod", _npm, "zod", ("src",)),
    Project("commander", _npm, "commander", ("lib",)),
    Project("cobra", _debian, "golang-github-spf13-cobra-dev"),
    Project("semver", _debian, "librust-semver-dev"),
    Project("anyhow", _debian, "librust-anyhow-dev"),
)
