"""Editors without inline completion with the real server: the completion is in their menu and can be accepted.

Each is configured exactly as its page in docs/editors says: the test takes the block from the page.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.editors.workplace import REPOSITORY, EditorWorkplace

pytest.importorskip("pyte", reason="the extra [editors] is not installed")

from support.editors.debian_packages import Unavailable
from support.editors.setup_others import InstalledEditor, ale, helix, vim
from support.editors.terminal import Terminal
from support.editors.unfinished import TEXT, TYPED

#: A line of code that a menu of words would not offer; the text itself has a few such lines.
OFFERED = re.compile(r"parser\.\w+\(")

Get = Callable[[], InstalledEditor]


def block_of(page: str, language: str) -> str:
    """The first fenced block in ``language`` on the page of docs/editors."""
    text = (REPOSITORY / "docs/editors" / page).read_text()
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found, f"{page} has no block in {language}"
    return found.group(1)


def get(editor: Get) -> InstalledEditor:
    try:
        return editor()
    except Unavailable as reason:
        pytest.skip(str(reason))


def on_path(place: EditorWorkplace, server: list[str]) -> dict[str, str]:
    """An environment with ``codestral-ls`` on PATH, as after an installation."""
    programs = place.folder / "bin"
    programs.mkdir(exist_ok=True)
    script = programs / "codestral-ls"
    script.write_text(f'#!/bin/sh\nexec {server[0]} -m codestral_ls "$@"\n')
    script.chmod(0o755)
    return {**place.environment, "PATH": f"{programs}:{place.environment['PATH']}"}


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def offered(terminal: Terminal) -> bool:
    """True if the screen has more such lines than the file, or a menu entry with our name."""
    if re.search(r"parser\.\w+ .*codestral-ls", terminal.text()):
        return True
    return len(OFFERED.findall(terminal.text())) > len(OFFERED.findall(TEXT))


INSERTING = re.compile(r"^ *INS |-- INSERT --", re.MULTILINE)


def write(terminal: Terminal, file: Path) -> str:
    """Leave insert mode and write the file; return its last line."""

    def text() -> str:
        return file.read_text() if file.exists() else TEXT  # an editor may replace the file by a new one

    for _ in range(5):  # the first may only close a menu; Escape followed at once by a key would be read as Alt and that key
        terminal.type("\x1b")
        with contextlib.suppress(AssertionError):
            terminal.wait(lambda: not INSERTING.search(terminal.text()), "insert mode left", 2.0)
            break
    terminal.read(0.3)
    terminal.type(":w\r")
    terminal.wait(lambda: text() != TEXT, "the file written")
    return text().rstrip("\n").splitlines()[-1]


def type_until_offered(terminal: Terminal, keys: str) -> None:
    """Type ``keys``, and repeat while nothing is offered: the model may still be loading at the first key."""
    terminal.type(keys)
    for _ in range(8):
        with contextlib.suppress(AssertionError):
            terminal.wait(lambda: offered(terminal), "an entry with code", 3.0)
            return
        terminal.type("\x7f")
        terminal.read(0.3)
        terminal.type(keys[-1])
    terminal.wait(lambda: offered(terminal), "an entry with code")


def test_helix(shared_place: EditorWorkplace, server: list[str], terminals: list[Terminal]) -> None:
    editor = get(helix)
    file = shared_place.write("helix.py", TEXT)
    folder = Path(shared_place.environment["XDG_CONFIG_HOME"]) / "helix"
    folder.mkdir(exist_ok=True)
    (folder / "languages.toml").write_text(block_of("helix.md", "toml"))
    environment = {**on_path(shared_place, server), **editor.environment}
    terminal = Terminal([*editor.command, str(file)], environment, shared_place.workspace)
    terminals.append(terminal)
    terminal.wait_for("import argparse")
    terminal.type("geA")
    type_until_offered(terminal, TYPED)
    terminal.type("\t\r")  # accepts the first entry
    assert OFFERED.search(write(terminal, file))


ALE_KEYS = {"down": "\x0e", "accept": "\x19"}


def test_vim_with_ale(shared_place: EditorWorkplace, server: list[str], terminals: list[Terminal]) -> None:
    editor, plugin = get(vim), ale()
    file = shared_place.write("vim.py", TEXT)
    settings = shared_place.folder / "vimrc"
    settings.write_text(
        f"set nocompatible noswapfile viminfo= runtimepath^={plugin}\nfiletype plugin on\n" + block_of("vim.md", "vim")
    )
    environment = {**on_path(shared_place, server), **editor.environment}
    terminal = Terminal([*editor.command, "-u", str(settings), str(file)], environment, shared_place.workspace)
    terminals.append(terminal)
    terminal.wait_for("import argparse")
    terminal.type("GA")
    type_until_offered(terminal, TYPED)
    terminal.type(ALE_KEYS["down"])
    terminal.type(ALE_KEYS["accept"])
    assert re.search(r"parser\.\w+", write(terminal, file))  # ALE accepts no more than that: see its page
