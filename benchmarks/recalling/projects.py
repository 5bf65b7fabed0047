"""Real multi-file projects: installed Python packages and the sources in npm packages, copied into the ignored .cache/.

Each copy gets an empty .git folder, so that ignore files above it do not count and it is a root of its own.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tarfile
from pathlib import Path

CACHE = Path(".cache/recall")
MEASURED = ("aiohttp", "huggingface_hub", "hypothesis", "npm:rxjs", "npm:zod")
"""The projects in the report."""
FITTED = ("_pytest", "mypy", "matplotlib", "npm:effect")
"""The projects on which the weights of context/worth.py were fitted; none of them is measured."""


def project(name: str) -> Path:
    """The root of a copy of the project, made on the first call. Raises OSError, CalledProcessError (npm)."""
    root = (CACHE / name.removeprefix("npm:")).resolve()
    if (root / ".git").is_dir():
        return root
    shutil.rmtree(root, ignore_errors=True)
    if name.startswith("npm:"):
        _from_npm(name.removeprefix("npm:"), root)
    else:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise OSError(f"{name} is not installed")
        source = Path(next(iter(spec.submodule_search_locations)))
        shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.so", "vendor", "typeshed"))
    (root / ".git").mkdir()
    return root


def _from_npm(name: str, root: Path) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    packed = sorted(CACHE.glob(f"{name}-[0-9]*.tgz"))
    if not packed:
        subprocess.run(["npm", "pack", name, "--silent"], cwd=CACHE, check=True, capture_output=True, timeout=120)
        packed = sorted(CACHE.glob(f"{name}-[0-9]*.tgz"))
    with tarfile.open(packed[-1]) as archive:
        members = [
            member for member in archive.getmembers() if member.name.endswith((".ts", ".tsx")) and not member.name.endswith(".d.ts")
        ]
        archive.extractall(root, members, filter="data")
