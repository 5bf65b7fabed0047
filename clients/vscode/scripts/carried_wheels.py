"""The wheels in an extension that bundles everything: the server's dependencies and llama.cpp, for several Pythons.

uv resolves the versions for another platform than this one, pip fetches exactly those, and uv then checks that the folder alone
is enough.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from email.parser import Parser
from pathlib import Path

from clients.vscode.scripts.node_tools import EXTENSION, alone, npm, run
from clients.vscode.scripts.platforms import ExtensionPlatform
from codestral_ls.host import prebuilt
from codestral_ls.host.engine_package import DISTRIBUTION
from codestral_ls.host.engine_wheel import make_wheel

REPOSITORY = EXTENSION.parents[1]
FETCHED = REPOSITORY / ".cache" / "wheels"
"""A cache: what was fetched once stays here."""
LOCK = REPOSITORY / "requirements.lock"
UV = (sys.executable, "-m", "uv", "--quiet", "--no-config")


def collect(platform: ExtensionPlatform, pythons: Sequence[str], folder: Path) -> None:
    """Copy every wheel except the server's own into ``folder``. Raises: Missing."""
    with alone(FETCHED / platform.target):
        library_free, engine = declarations(), engine_wheel(platform)
        wanted = [*_requirements(), *_needs(library_free)]
        names = {library_free, engine}
        for python in pythons:
            names |= _fetched(platform, python, _resolved(platform, python, wanted))
    folder.mkdir(parents=True, exist_ok=True)
    for wheel in names:
        shutil.copy(wheel, folder)


def declarations() -> Path:
    """llama-cpp-python's wheel without a library: only Python files, the same for every platform. Raises: Missing."""
    name, version = prebuilt.DECLARATIONS
    folder = FETCHED / "declarations"
    with alone(folder):
        found = [*folder.glob(f"*-{version}-py3-none-any.whl")]
        if not found:
            shutil.rmtree(folder, ignore_errors=True)
            pip = [sys.executable, "-m", "pip", "wheel", "-q", "--disable-pip-version-check", "--no-deps", "--no-cache-dir"]
            without = "--config-settings=wheel.cmake=false"
            run([*pip, without, "-w", str(folder), f"{name}=={version}"], f"{name}'s declarations could not be fetched")
            found = [*folder.glob("*.whl")]
    return found[0]


def engine_wheel(platform: ExtensionPlatform) -> Path:
    """Our engine package for ``platform``, built if it is not in the cache. Raises: Missing."""
    source = platform.engine
    folder = FETCHED / "engine" / f"{source.name}-{source.sha512[:12].replace('/', '_')}"
    with alone(folder):
        if not (found := [*folder.glob("*.whl")]):
            folder.mkdir(parents=True, exist_ok=True)
            npm(["pack", source.package, f"--pack-destination={folder}"], folder, f"{source.package} could not be fetched from npm")
            (archive,) = folder.glob("*.tgz")
            found = [make_wheel(archive, folder)]
            archive.unlink()
    return found[0]


def prove_enough(platform: ExtensionPlatform, python: str, folder: Path) -> None:
    """Check that everything can be installed from ``folder`` alone. Raises: Missing with what is missing."""
    command = [*UV, "pip", "compile", "-", "--no-index", f"--find-links={folder}", "--only-binary=:all:"]
    with tempfile.NamedTemporaryFile("w", suffix=".in") as wanted:
        wanted.write(f"codestral-ls[local]\n{DISTRIBUTION}\n")
        wanted.flush()
        command[command.index("-")] = wanted.name
        failure = f"the wheels for {platform.target} are not enough for Python {python}"
        run([*command, *_for(platform, python)], failure, environment=_environment(platform))


def _requirements() -> list[str]:
    """The requirements of the server with local models, without llama-cpp-python, whose wheel is made here."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    local: list[str] = project["optional-dependencies"]["local"]
    return [*project["dependencies"], *(line for line in local if not line.startswith(prebuilt.DECLARATIONS[0]))]


def _needs(wheel: Path) -> list[str]:
    """The requirements of a wheel without its extras."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        said = Parser().parsestr(archive.read(name).decode())
    return [line for line in said.get_all("Requires-Dist", []) if "extra ==" not in line]


def _for(platform: ExtensionPlatform, python: str) -> tuple[str, str]:
    return f"--python-platform={platform.resolver}", f"--python-version={python}"


def _environment(platform: ExtensionPlatform) -> dict[str, str]:
    """Variables for uv.

    On macOS they name the first version in the platform's own tags; else uv would only accept wheels for macOS 13.
    """
    found = re.match(r"macosx_(\d+)_(\d+)_", platform.tags[0])
    return {**os.environ, "MACOSX_DEPLOYMENT_TARGET": f"{found[1]}.{found[2]}"} if found is not None else dict(os.environ)


def _resolved(platform: ExtensionPlatform, python: str, wanted: Iterable[str]) -> list[str]:
    """The locked versions of ``wanted`` and of their requirements on ``platform``, each as ``name==version``."""
    with tempfile.NamedTemporaryFile("w", suffix=".in") as lines:
        lines.write("\n".join(wanted) + "\n")
        lines.flush()
        command = [*UV, "pip", "compile", lines.name, f"--constraint={LOCK}", "--no-header", "--no-annotate", "--only-binary=:all:"]
        failure = f"no versions go together on {platform.target} with Python {python}"
        said = run([*command, *_for(platform, python)], failure, environment=_environment(platform))
    return [line for line in said.splitlines() if "==" in line]


def _fetched(platform: ExtensionPlatform, python: str, pinned: Sequence[str]) -> set[Path]:
    """The wheels of ``pinned``, fetched if they are not in the cache."""
    folder = FETCHED / platform.target / python
    folder.mkdir(parents=True, exist_ok=True)
    names = {_normal(line.partition("==")[0]): line.partition("==")[2].split(";")[0].strip() for line in pinned}
    if any(name not in names or names[name] != version for name, version in _contents(folder)):
        shutil.rmtree(folder)  # for another lock file
        folder.mkdir()
    missing = [f"{name}=={version}" for name, version in names.items() if (name, version) not in _contents(folder)]
    if missing:
        abi = f"cp{python.replace('.', '')}"
        tags = [f"--platform={tag}" for tag in platform.tags]
        take = ["--implementation=cp", f"--python-version={python}", f"--abi={abi}", "--abi=abi3", "--abi=none", *tags]
        pip = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
        run([*pip, *take, "-d", str(folder), *missing], f"the wheels for {platform.target} could not be fetched")
    return set(folder.glob("*.whl"))


def _contents(folder: Path) -> set[tuple[str, str]]:
    """Names and versions of the wheels in ``folder``."""
    parts = (path.name.split("-") for path in folder.glob("*.whl"))
    return {(_normal(name), version) for name, version, *_ in parts}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
