"""A real Emacs with the real server and the embedded model: whatever the model writes, keys work as documented."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from support.editors.emacs.emacs_driver import EmacsInTerminal
from support.editors.setup_emacs import Emacs
from support.editors.unfinished import TEXT, TYPED
from support.editors.workplace import EditorWorkplace

UNDO = "\x1f"

Start = Callable[..., EmacsInTerminal]
numbers = count()


@pytest.fixture
def start(emacs: Emacs, shared_place: EditorWorkplace, server: list[str]) -> Iterator[Start]:
    """Open the text in Emacs with the real server, and type until there is ghost text."""
    opened: list[EmacsInTerminal] = []

    def start(text: str = TEXT) -> EmacsInTerminal:
        file = shared_place.write(f"emacs{next(numbers)}.py", text)
        editor = EmacsInTerminal(emacs, shared_place.folder, shared_place.environment, server, file)
        opened.append(editor)
        editor.wait_attached()
        editor.type("\x1b>" + TYPED)
        editor.until(editor.ghost, "ghost text of the embedded model")
        return editor

    yield start
    for editor in opened:
        editor.close()


def settled(emacs: EmacsInTerminal) -> tuple[str, str]:
    """Buffer and ghost text once the server adds nothing more."""
    seen: list[tuple[str, str]] = []

    def same() -> bool:
        seen.append((emacs.buffer(), emacs.ghost()))
        return len(seen) > 3 and len(set(seen[-4:])) == 1

    emacs.until(same, "a settled screen")
    return seen[-1]


def test_shown_on_the_screen_accepted_and_undone(start: Start) -> None:
    emacs = start()
    buffer, ghost = settled(emacs)
    assert buffer == TEXT + TYPED
    emacs.terminal.wait_for(f"    return{TYPED}{ghost.splitlines()[0]}")
    emacs.type("\t")
    emacs.until_buffer(buffer + ghost)
    emacs.type(UNDO)
    emacs.until_buffer(TEXT + TYPED)


def test_typed_along_and_taken_by_the_word(start: Start) -> None:
    emacs = start()
    buffer, ghost = settled(emacs)
    emacs.type(ghost[0])
    emacs.until(lambda: emacs.buffer() == buffer + ghost[0], "typed")
    before, rest = settled(emacs)
    if rest:
        emacs.type("\x1bf")
        emacs.until(lambda: emacs.buffer() != before, "a word taken")
        assert (before + rest).startswith(emacs.buffer())


def test_cycled_and_dismissed(start: Start) -> None:
    emacs = start()
    settled(emacs)
    emacs.type("\x1bn")
    emacs.until(emacs.ghost, "an alternative")
    emacs.type("\x07")
    emacs.until_ghost("")
    assert emacs.buffer() == TEXT + TYPED


TEXTS = [("CRLF", TEXT.replace("\n", "\r\n")), ("multi-byte", TEXT.replace("world", "wörld 𝄞 日本語"))]


@pytest.mark.parametrize("text", [row[1] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_text_of_all_kinds(start: Start, text: str) -> None:
    emacs = start(text)
    buffer, ghost = settled(emacs)
    emacs.type("\t")
    emacs.until_buffer(buffer + ghost)
    assert "\r" not in buffer + ghost


def test_a_killed_server_comes_back(start: Start, shared_place: EditorWorkplace) -> None:
    emacs = start()
    servers = shared_place.processes("codestral_ls serve")
    for process in servers:
        os.kill(process, signal.SIGKILL)
    emacs.until(lambda: set(shared_place.processes("codestral_ls serve")) - set(servers), "another server")
    emacs.wait_attached()
    emacs.until(emacs.ghost, "ghost text again")


def test_two_editors_share_one_host(start: Start, shared_place: EditorWorkplace) -> None:
    first, second = start(), start()
    assert first.ghost()
    assert second.ghost()
    sockets = list((shared_place.folder / "r").rglob("host-*.sock"))
    assert len(sockets) == 1
    assert len(shared_place.processes("codestral_ls host") or shared_place.processes("codestral_ls.host")) == 1


def test_the_menu_tells_what_the_model_host_takes(start: Start) -> None:
    emacs = start()
    emacs.type("\x1bxcodestral-ls-menu\r")
    told = re.compile(r"The model host holds \d+ MB and has been idle for \d+ s")
    emacs.until(lambda: told.search(emacs.terminal.text()), "the host's memory and idle time")
    emacs.type("\x07")
