"""Get an Emacs with windows, a screen without a monitor (Xvfb) and a program that types into ``.cache/editors``: ``python -m
support.editors.emacs.setup_graphical_emacs``.

All are Debian's packages, extracted, so that the system is not touched. They take 700 MB, so no test fetches them: tests are
skipped where this command has not been run.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clients.vscode.scripts.node_tools import alone
from support.editors.debian_packages import CACHE, Unavailable, extracted, relink
from support.editors.setup_emacs import Emacs, unpacked

PACKAGES = ["emacs-lucid", "elpa-corfu", "xvfb", "x11-xkb-utils", "xdotool", "fonts-dejavu-core"]
NAME = "emacs-30-graphical"
WIDTH, HEIGHT = 900, 600
COMPILER = b"/usr/bin\0/usr/share/X11/xkb\0"
"""Where Debian's X server looks for the program that makes keyboard maps."""


@dataclass(frozen=True)
class UnseenScreen:
    """A running X server: the variables for its programs, the file that holds the screen's pixels, and the program that types."""

    environment: dict[str, str]
    pixels: Path
    typist: Path


@dataclass(frozen=True)
class GraphicalEmacs:
    """Emacs with windows, and the folder of the extracted packages, which has the screen's programs as well."""

    emacs: Emacs
    root: Path


def graphical_emacs(fetch: bool = False) -> GraphicalEmacs:
    """Emacs and its screen's programs, if they have been fetched or may be fetched now. Raises: Unavailable."""
    if not fetch and not (CACHE / NAME).is_dir():
        raise Unavailable("fetch it (700 MB) by `python -m support.editors.emacs.setup_graphical_emacs`")
    root = extracted(NAME, "forky", PACKAGES)
    program = relink(root, "usr/bin/emacs-lucid")
    for name in ("xkbcomp", "xdotool", "Xvfb"):
        relink(root, f"usr/bin/{name}")
    _look_on_the_path(root / "usr/bin/Xvfb")
    fonts = root / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<dir>{root}/usr/share/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>\n'
    )
    return GraphicalEmacs(unpacked(root, program, FONTCONFIG_FILE=str(fonts)), root)


def _look_on_the_path(server: Path) -> None:
    """Make the X server find the keyboard compiler through PATH, because it is not where Debian's package installs it."""
    with alone(server):
        program = server.read_bytes()
        if COMPILER in program:
            draft = server.with_suffix(".draft")
            draft.write_bytes(program.replace(COMPILER, b"\0" + COMPILER[1:]))
            draft.chmod(0o755)
            draft.replace(server)


@contextmanager
def screen(root: Path, folder: Path) -> Iterator[UnseenScreen]:
    """An invisible screen for this test alone. Raises: Unavailable where it does not start."""
    read, write = os.pipe()
    environment = {**os.environ, "PATH": f"{root}/usr/bin:{os.environ['PATH']}"}
    command = [
        str(root / "usr/bin/Xvfb"), "-displayfd", str(write), "-nolisten", "tcp", "-xkbdir", f"{root}/usr/share/X11/xkb",
        "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", str(folder),
        "-noreset",  # Emacs connects once as a trial; a server that restarts when its last client leaves would be gone afterwards
    ]  # fmt: skip
    with (folder / "screen.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, pass_fds=[write])
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        if not number:
            raise Unavailable(f"no screen: {(folder / 'screen.log').read_text(errors='replace')[-300:]}")
        yield UnseenScreen({"DISPLAY": f":{number}"}, folder / "Xvfb_screen0", root / "usr/bin/xdotool")
    finally:
        server.terminate()
        server.wait(10)


def main() -> int:
    """Fetch it; the exit status is 1 if it is not available."""
    try:
        print(f"Emacs with windows: {graphical_emacs(fetch=True).emacs.command[0]}")
    except Unavailable as reason:
        print(f"Emacs with windows: not available: {reason}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
