"""Real Neovims with the real server and the embedded model: whatever the model writes, keys work as documented.

The text is not checked (it changes with every training), only how it is shown and accepted.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from support.editors.in_terminal import ESC
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.setup_neovim import Neovim
from support.editors.unfinished import TEXT, TYPED
from support.editors.workplace import EditorWorkplace

Start = Callable[..., NeovimInTerminal]
numbers = count()


@pytest.fixture
def start(neovim: Neovim, shared_place: EditorWorkplace, server: list[str]) -> Iterator[Start]:
    """Open the text in Neovim with the real server, and type until there is ghost text."""
    opened: list[NeovimInTerminal] = []

    def start(text: str = TEXT, typed: str = TYPED, columns: int = 80) -> NeovimInTerminal:
        file = shared_place.write(f"main{next(numbers)}.py", text)
        folder, environment = shared_place.folder, shared_place.environment
        editor = NeovimInTerminal(neovim, folder, environment, server, file, columns=columns)
        opened.append(editor)
        editor.wait_attached()
        editor.type("GA" + typed)
        editor.until(editor.ghost, "ghost text of the embedded model")
        return editor

    yield start
    for editor in opened:
        editor.close()


def settled(nvim: NeovimInTerminal) -> tuple[str, str]:
    """Buffer and ghost text once the screen shows both and the server adds nothing more."""
    seen: list[tuple[str, str]] = []

    def same() -> bool:
        seen.append((nvim.buffer(), nvim.ghost()))
        line = (seen[-1][0] + seen[-1][1]).splitlines()[len(seen[-1][0].splitlines()) - 1]
        return len(seen) > 3 and len(set(seen[-4:])) == 1 and line.strip() in nvim.terminal.text()

    nvim.until(same, "a settled screen")
    return seen[-1]


def test_shown_on_the_screen_and_accepted(start: Start) -> None:
    nvim = start()
    buffer, ghost = settled(nvim)
    assert buffer == TEXT + TYPED
    nvim.type("\t")
    nvim.until_buffer(buffer + ghost)
    nvim.type(ESC + "u")
    nvim.until_buffer(TEXT + TYPED)


def test_typed_along_and_taken_by_the_word(start: Start) -> None:
    nvim = start()
    buffer, ghost = settled(nvim)
    nvim.type(ghost[0])
    nvim.until(lambda: nvim.buffer() == buffer + ghost[0], "typed")
    assert nvim.ghost().startswith(ghost[1:]) or not ghost[1:]
    before, rest = settled(nvim) if ghost[1:] else (nvim.buffer(), "")
    nvim.type("\x06")
    nvim.until(lambda: not rest or nvim.buffer() != before, "a word taken")
    assert (before + rest).startswith(nvim.buffer()) or not rest


def test_cycled_and_dismissed(start: Start) -> None:
    nvim = start()
    settled(nvim)
    nvim.type("\n")
    nvim.until(nvim.ghost, "an alternative")
    nvim.type("\x1d")
    nvim.until_ghost("")
    assert nvim.buffer() == TEXT + TYPED


TEXTS = [
    ("CRLF", TEXT.replace("\n", "\r\n")),
    ("multi-byte", TEXT.replace("world", "wörld 𝄞 日本語")),
]


@pytest.mark.parametrize("text", [row[1] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_text_of_all_kinds(start: Start, text: str) -> None:
    nvim = start(text)
    buffer, ghost = settled(nvim)
    nvim.type("\t")
    nvim.until_buffer(buffer + ghost)
    assert "\r" not in buffer + ghost


def test_a_killed_server_comes_back(start: Start, shared_place: EditorWorkplace) -> None:
    nvim = start(columns=200)  # Neovim's own message about the server's end fits in a line: it does not ask for Enter
    before = nvim.lua("return vim.lsp.get_clients({ name = 'codestral_ls' })[1].id")
    for process in shared_place.processes("codestral_ls serve"):
        os.kill(process, signal.SIGKILL)
    nvim.until_ghost("")
    code = "local it = vim.lsp.get_clients({ name = 'codestral_ls' })[1] return it and it.initialized and it.id or 0"
    nvim.until(lambda: nvim.lua(code) > before, "another server")
    nvim.until(nvim.ghost, "ghost text again")


def test_two_editors_share_one_host(start: Start, shared_place: EditorWorkplace) -> None:
    first, second = start(), start()
    assert first.ghost()
    assert second.ghost()
    assert len(shared_place.processes("codestral_ls serve")) == 2
    sockets = list((shared_place.folder / "r").rglob("*.sock"))
    assert len([socket for socket in sockets if "host" in socket.name]) == 1
    assert len(shared_place.processes("codestral_ls host") or shared_place.processes("codestral_ls.host")) == 1


def test_the_command_tells_what_the_model_host_takes(start: Start) -> None:
    nvim = start()
    nvim.type(f"{ESC}:Codestral\r")
    told = re.compile(r"The model host holds \d+ MB and has been idle for \d+ s")
    nvim.until(lambda: told.search(" ".join(nvim.terminal.lines())), "the host's memory and idle time")
