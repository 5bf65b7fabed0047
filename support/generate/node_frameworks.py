"""Real test frameworks of Node, fetched with npm once and kept in the repository's cache folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "node-frameworks"
PACKAGES = {
    "vitest": ("vitest@3.2.4",),
    "jest": ("jest@30.2.0", "@babel/preset-typescript@7.28.5", "@babel/plugin-transform-modules-commonjs@7.27.1"),
}
CONFIGURATIONS = {
    "vitest": {},
    "jest": {"babel": {"presets": ["@babel/preset-typescript"], "plugins": ["@babel/plugin-transform-modules-commonjs"]}},
}
"""The rest of ``package.json``, after its dependencies: jest understands TypeScript only through Babel."""
_SECONDS = 100


class FrameworkUnavailable(Exception):
    """The framework is not available on this machine. The message is the reason, with which tests are skipped."""


def with_framework(root: Path, framework: str) -> None:
    """Put the framework's packages and a ``package.json`` into the project at ``root``. Raises Unavailable."""
    shutil.copytree(_fetched(framework), root / "node_modules", symlinks=True, copy_function=_linked)
    package = {"name": "p", "version": "1.0.0", "devDependencies": {framework: "*"}, **CONFIGURATIONS[framework]}
    (root / "package.json").write_text(json.dumps(package))


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # the cache is on another file system
        shutil.copy2(source, target)


def _fetched(framework: str) -> Path:
    folder = CACHE / framework
    if (folder / "node_modules").is_dir():
        return folder / "node_modules"
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise FrameworkUnavailable("needs node and npm")
    making = folder.with_name(f"{framework}.{os.getpid()}")
    making.mkdir(parents=True)
    words = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(making), *PACKAGES[framework]]
    try:
        subprocess.run(words, cwd=making, check=True, capture_output=True, timeout=_SECONDS)
        making.rename(folder)
    except (OSError, subprocess.SubprocessError) as error:
        if (folder / "node_modules").is_dir():  # another test was faster
            return folder / "node_modules"
        raise FrameworkUnavailable(f"{framework} could not be fetched with npm") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder / "node_modules"
