"""An untrusted clone: modules and a git configuration that would run code, and files that never end."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

IDENTITY = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
CODE = "def add(first, second):\n    return first + second\n"


def importable() -> list[str]:
    """Every name that a process of ours could import: those of the standard library and of all installed packages."""
    installed = {name.partition("/")[0] for name in metadata.packages_distributions()}
    names = sys.stdlib_module_names | installed | {"codestral_ls", "sitecustomize", "usercustomize"}
    return sorted(name for name in names if name.isidentifier() and name != "__main__")


def plant_modules(folder: Path, mark: Path) -> None:
    """Write a module for each importable name; a process that imports one writes the module's name to ``mark``."""
    mine = f"import sys\nwith open({str(mark)!r}, 'a') as told:\n    told.write(__name__ + ' in ' + ' '.join(sys.argv) + chr(10))\n"
    for name in importable():
        (folder / f"{name}.py").write_text(mine)


def git(folder: Path, *arguments: str) -> None:
    """Run git in ``folder``."""
    subprocess.run(["git", "-C", str(folder), *IDENTITY, *arguments], check=True, capture_output=True, timeout=60)


def committed(folder: Path, files: int = 3) -> None:
    """A repository with some source files in ``folder``, of which one has uncommitted changes."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "src"
    source.mkdir()
    for number in range(files):
        (source / f"part{number}.py").write_text(CODE)
    (folder / ".gitattributes").write_text("*.py filter=mine diff=mine\n")
    git(folder, "init", "-q")
    git(folder, "add", "src", ".gitattributes")
    git(folder, "commit", "-qm", "first")
    (source / "part0.py").write_text(CODE + "\n\ndef more(value):\n    return value\n")


def hostile_configuration(mark: Path) -> str:
    """Write a git configuration in which every setting that can name a program does."""
    program = f"touch {mark}"
    return (
        f'[core]\n\tfsmonitor = "{program}; false"\n\tpager = "{program}"\n\teditor = "{program}"\n\tsshCommand = "{program}"\n'
        f'\thooksPath = {mark.parent / "hooks"}\n\talternateRefsCommand = "{program}"\n'
        f'[diff]\n\texternal = "{program}"\n[diff "mine"]\n\tcommand = "{program}"\n\ttextconv = "{program}"\n'
        f'[filter "mine"]\n\tclean = "{program}; cat"\n\tsmudge = "{program}; cat"\n\tprocess = "{program}"\n'
        f'[gpg]\n\tprogram = "{program}"\n[credential]\n\thelper = "!{program}"\n[alias]\n\tls-files = "!{program}"\n'
        f'[remote "origin"]\n\turl = "ext::{program}"\n\tuploadpack = "{program}"\n\tpromisor = true\n'
    )


def own_environment(folder: Path) -> dict[str, str]:
    """This environment with the user's folders inside ``folder`` and the fake model."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CODESTRAL", "PYTHON"))}
    private = {f"XDG_{name}": str(folder / name.lower()) for name in ("CACHE_HOME", "STATE_HOME", "CONFIG_HOME")}
    writes = {"CODESTRAL_LS_BACKEND_PRIMARY": "fake", "CODESTRAL_LS_FAKE_TEXT": "return first"}
    runtime = folder / "run"
    runtime.mkdir(parents=True, exist_ok=True)
    return kept | private | writes | {"XDG_RUNTIME_DIR": str(runtime)}


def script() -> str:
    """The installed command ``codestral-ls``: not ``python -m``, which puts the working folder on the import path."""
    return str(Path(sys.executable).with_name("codestral-ls"))
