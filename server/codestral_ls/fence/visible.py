"""Which folders of the machine Python or Node needs to run a project's tests, found without running any of the project's code.

A clone may carry an environment that lies about where things are, so the folders that its files name are checked before they are
made visible.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from pathlib import Path

from codestral_ls.system.bounded import read_bounded

_LONGEST_LIST = 100


def python_needs(interpreter: Path) -> list[Path]:
    """What ``interpreter`` reads: its environment, the Python it was made from, and folders named in ``.pth`` files."""
    environment = interpreter.parent.parent
    settings = _settings(environment / "pyvenv.cfg")
    found: list[Path] = []
    if settings:
        found.append(environment)
        base = Path(settings.get("home", ""))
        for folder in (base.parent, Path(os.path.realpath(base)).parent):
            if _is_python(folder):
                found.append(folder)
        if settings.get("include-system-site-packages") == "true":
            found += _of_user()
    else:
        found += _of_user()
    real = Path(os.path.realpath(interpreter)).parent.parent
    for folder in (environment, real):
        if _is_python(folder):
            found.append(folder)
    for packages in [*environment.glob("lib/python3*/site-packages"), environment / "Lib/site-packages"]:
        found += _named_in(packages)
    return [path for path in dict.fromkeys(found) if _may_be_shown(path)]


def node_needs(project: Path) -> list[Path]:
    """Node itself, and the packages of the project and of the workspaces around it."""
    found = [folder / "node_modules" for folder in (project, *project.parents)]
    node = shutil.which("node")
    if node is not None:
        real = Path(os.path.realpath(node))
        found.append(real.parent.parent if (real.parent.parent / "lib").is_dir() and real.parent.name == "bin" else real)
        found.append(Path(node))
    return [path for path in found if path.exists() and _may_be_shown(path)]


def own_python() -> tuple[str, list[Path]]:
    """The interpreter that runs ``inside.py``, without its environment, and what it needs."""
    program = getattr(sys, "_base_executable", None) or sys.executable
    return program, [Path(sys.base_prefix), Path(sys.base_exec_prefix), Path(os.path.realpath(program))]


def _settings(path: Path) -> dict[str, str]:
    with contextlib.suppress(OSError, UnicodeError):
        pairs = (line.partition("=") for line in read_bounded(path).decode("utf-8")[:10_000].splitlines())
        return {name.strip(): value.strip() for name, _, value in pairs}
    return {}


def _of_user() -> list[Path]:
    """Packages that the user installed for every environment."""
    return [path for path in Path.home().glob(".local/lib/python3*/site-packages") if path.is_dir()]


def _is_python(folder: Path) -> bool:
    return any(folder.glob("bin/python3*")) and any(folder.glob("lib*/python3*"))


def _named_in(packages: Path) -> list[Path]:
    """Folders that editable installations name: only those that hold Python code."""
    found: list[Path] = []
    for file in sorted(packages.glob("*.pth"))[:_LONGEST_LIST]:
        with contextlib.suppress(OSError, UnicodeError):
            lines = read_bounded(file).decode("utf-8")[:10_000].splitlines()
            found += [Path(line.strip()) for line in lines if line.strip().startswith(("/", "\\")) or line[1:3] == ":\\"]
    return [path for path in found if path.is_dir() and _holds_code(path)]


def _holds_code(folder: Path) -> bool:
    marks = ("pyproject.toml", "setup.py", "setup.cfg")
    if any((place / mark).exists() for place in (folder, folder.parent) for mark in marks):
        return True
    return any(folder.glob("*/__init__.py")) or any(folder.glob("*.py"))


def _may_be_shown(path: Path) -> bool:
    """True unless it is the home folder or a folder around it."""
    home = Path(os.path.realpath(Path.home()))
    real = Path(os.path.realpath(path))
    return real not in (home, *home.parents)
