"""Get everything that the VS Code tests drive into ``.cache/editors``: ``python -m support.editors.vscode.setup_vscode``.

VS Code is the npm package code-server, Chromium is Debian's package, extracted, and Node comes from PyPI if the machine's own is
too old; nothing touches the system. Prints one line per part. Where a part cannot be had, tests are skipped with the reason that
is given here.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clients.vscode.scripts.node_tools import Missing, alone, node, npm, packages
from support.editors.debian_packages import CACHE, Unavailable, extracted, relink

CODE_SERVER = "4.139.1"
PLAYWRIGHT = "1.65.1"


@dataclass(frozen=True)
class Browser:
    """Chromium: its program and the variables it needs in addition to the test's own."""

    program: Path
    environment: dict[str, str]


@dataclass(frozen=True)
class Tools:
    """The tests' programs: a new enough Node, code-server's entry script, the folder with playwright-core, a browser."""

    node: Path
    code_server: Path
    playwright: Path
    browser: Browser


def code_server() -> Path:
    """The folder in which code-server and playwright-core are installed. Raises: Missing."""
    folder = CACHE / f"code-server-{CODE_SERVER}"
    done = folder / "installed"
    with alone(folder):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / "package.json").write_text('{"private": true}\n')
            wanted = [f"code-server@{CODE_SERVER}", f"playwright-core@{PLAYWRIGHT}"]
            npm(["install", "--omit=dev", *wanted], folder, "code-server could not be fetched from npm")
            inner = folder / "node_modules/code-server/lib/vscode"
            npm(["install", "--omit=dev"], inner, "code-server's own packages could not be fetched from npm")
            done.touch()
    return folder


def chromium() -> Browser:
    """A Chromium. Raises: Unavailable."""
    own = shutil.which("chromium") or shutil.which("google-chrome")
    if own:
        return Browser(Path(own), {})
    root = extracted("chromium", "trixie", ["chromium", "fonts-dejavu-core"])
    program = relink(root, "usr/lib/chromium/chromium")
    fonts = CACHE / "chromium" / "fonts.conf"
    with alone(fonts):
        fonts.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f'<dir>{root}/usr/share/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>\n'
        )
    libraries = root / "usr/lib/x86_64-linux-gnu/pulseaudio"
    return Browser(program, {"LD_LIBRARY_PATH": str(libraries), "FONTCONFIG_FILE": str(fonts)})


def tools() -> Tools:
    """Everything for a test in the real editor. Raises: Unavailable, Missing."""
    if not sys.platform.startswith("linux"):
        raise Unavailable("the tests in VS Code's UI are written for Linux")
    folder = code_server()
    return Tools(node(), folder / "node_modules/code-server/out/node/entry.js", folder, chromium())


def main() -> int:
    """Fetch everything; the exit status is 1 if something is not available."""
    CACHE.mkdir(parents=True, exist_ok=True)
    missing = 0
    parts: dict[str, Callable[[], object]] = {
        "Node": node,
        "code-server": code_server,
        "Chromium": chromium,
        "the extension's packages": packages,
    }
    for name, get in parts.items():
        try:
            print(f"{name}: {get()}")
        except (Unavailable, Missing) as reason:
            print(f"{name}: not available: {reason}")
            missing = 1
    return missing


if __name__ == "__main__":
    sys.exit(main())
