"""Real files of many languages: Debian, npm and Python packages, the standard library. Fetched once, with the ordinary clients.

If a package is not available, only its files are missing. Everything is in one cache folder, which may be deleted at any time.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_cache_path

from codestral_ls.documents.languages import language_id_for_path

CACHE = user_cache_path("codestral-ls-benchmarks", appauthor=False) / "corpus"
PATIENCE = 300
"""Seconds for fetching one package."""
SMALLEST, LARGEST = 600, 60_000
"""The largest file that is used, in bytes."""
FILES = 60
"""The most files of one language."""

PACKAGES = (
    # binary Debian packages that contain sources
    "deb:golang-github-spf13-cobra-dev", "deb:golang-golang-x-net-dev", "deb:golang-github-hashicorp-hcl-v2-dev",
    "deb:golang-github-openshift-imagebuilder-dev", "deb:librust-regex-dev", "deb:librust-clap-3-dev", "deb:librust-tokio-dev",
    "deb:librust-rayon-dev", "deb:gnulib", "deb:libfmt-dev", "deb:libcatch2-dev", "deb:ruby-rack", "deb:ruby-activesupport",
    "deb:php-twig", "deb:php-symfony-console", "deb:bash-completion", "deb:neovim-runtime", "deb:vim-runtime", "deb:cmake-data",
    "deb:docbook-xsl", "deb:postgresql-15", "deb:ansible", "deb:elpa-magit", "deb:cl-alexandria", "deb:cl-ironclad",
    "deb:libprotobuf-dev", "deb:octave-statistics", "deb:texlive-latex-recommended", "deb:libmojolicious-perl",
    "deb:postgresql-doc-15", "deb:ocaml-base-nox", "deb:lua-penlight",
    # Debian source packages
    "src:scala", "src:elixir-lang", "src:haskell-aeson", "src:haskell-lens", "src:nix", "src:busybox",
    "src:ocaml-re", "src:lapack", "src:keepass2",
    # npm packages
    "npm:react-native", "npm:expo-modules-core", "npm:expo-camera", "npm:react-native-windows", "npm:carbon-components-svelte",
    "npm:bootstrap", "npm:antd@4", "npm:element-ui", "npm:rxjs", "npm:express", "npm:lodash", "npm:@types/node", "npm:grommet",
    "npm:@fluentui/react", "npm:re2", "npm:less", "npm:@mui/material@5",
    # Python packages
    "pypi:ziglang", "pypi:juliacall", "pypi:ansible-core", "pypi:django",
)  # fmt: skip


def fetched(names: tuple[str, ...] = PACKAGES) -> list[Path]:
    """The folders of the available packages."""
    folders = []
    for name in names:
        folder = CACHE / name.replace(":", "-").replace("/", "_")
        if not (folder / ".done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            try:
                kind, _, package = name.partition(":")
                _fetch(kind, package, folder)
            except (OSError, subprocess.SubprocessError, tarfile.TarError, zipfile.BadZipFile, StopIteration) as problem:
                print(f"without {name}: {problem}", file=sys.stderr)
            (folder / ".done").touch()
        folders.append(folder)
    return folders


def files(seed: int, names: tuple[str, ...] = PACKAGES) -> dict[str, list[Path]]:
    """Some files of each language, the same ones for the same packages and seed."""
    found: dict[str, list[Path]] = {}
    for folder in (*fetched(names), Path(sysconfig.get_paths()["stdlib"]), Path("/usr/share/perl")):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and SMALLEST <= path.stat().st_size <= LARGEST:
                found.setdefault(language_id_for_path(path), []).append(path)
    randomness = random.Random(seed)
    for paths in found.values():
        randomness.shuffle(paths)
    return {language: list(_spread(paths)) for language, paths in sorted(found.items())}


def _spread(paths: list[Path]) -> Iterator[Path]:
    """At most `FILES` of the paths, and at most eight of a folder, so that no package with many files dominates."""
    taken: dict[Path, int] = {}
    count = 0
    for path in paths:
        if taken.get(path.parent, 0) < 8 and count < FILES:
            taken[path.parent] = taken.get(path.parent, 0) + 1
            count += 1
            yield path


def _fetch(kind: str, name: str, folder: Path) -> None:
    if kind == "deb":
        _run(["apt-get", "download", "-q", name], folder)
        _run(["dpkg-deb", "-x", str(next(folder.glob("*.deb"))), "."], folder)
    elif kind == "src":
        _source(name, folder)
    elif kind == "npm":
        _run(["npm", "pack", "--silent", name], folder)
        _unpack(next(folder.glob("*.tgz")), folder)
    else:
        _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", name], folder)
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
            wheel.extractall(folder)
    for archive in (*folder.glob("*.deb"), *folder.glob("*.tgz"), *folder.glob("*.whl"), *folder.glob("*.tar.*")):
        archive.unlink()


def _source(name: str, folder: Path) -> None:
    """A Debian source package from the places that apt is configured with, with private package lists: the machine's are not
    changed.
    """
    settings = CACHE / "apt"
    options = [
        f"-oDir::State::lists={settings}/lists",
        f"-oDir::Etc::sourceparts={settings}/parts",
        "-oDir::Etc::sourcelist=/dev/null",
    ]
    if not (settings / "parts").exists():
        for part in ("parts", "lists/partial"):
            (settings / part).mkdir(parents=True)
        for path in Path("/etc/apt/sources.list.d").glob("*.sources"):
            text = path.read_text(encoding="utf-8").replace("Types: deb\n", "Types: deb-src\n")
            (settings / "parts" / path.name).write_text(text, encoding="utf-8")
        _run(["apt-get", "update", "-q", *options], folder)
    _run(["apt-get", "source", "-q", "--download-only", *options, name], folder)
    for archive in folder.glob("*.tar.*"):
        if not archive.name.endswith(".asc"):
            _unpack(archive, folder)


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
