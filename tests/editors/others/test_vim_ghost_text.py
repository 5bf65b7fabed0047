"""Vim 9 with the plugin of clients/vim: ghost text as virtual text, typed along, accepted whole, by word and by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support.editors.workplace import REPOSITORY, EditorWorkplace, Scripted

pytest.importorskip("pyte", reason="the extra [editors] is not installed")

from support.editors.debian_packages import Unavailable
from support.editors.setup_others import vim
from support.editors.terminal import Terminal

RULES: list[dict[str, Any]] = [
    {"after": "value = ", "texts": ["foo(\n    bar)"]},
    {"after": "wide = ", "texts": ["äöü😀 + 1"]},
    {"after": "last(", "texts": ["1)"], "replaces": 1},
]
KEYS = {"word": "\x06", "line": "\x0c", "dismiss": "\x1d"}


@pytest.fixture
def opened(place: EditorWorkplace, scripted: Scripted) -> Iterator[Callable[[str], Terminal]]:
    terminals: list[Terminal] = []

    def start(text: str) -> Terminal:
        try:
            editor = vim()
        except Unavailable as reason:
            pytest.skip(str(reason))
        scripted.say(RULES)
        settings = place.folder / "vimrc"
        settings.write_text(
            f"set nocompatible noswapfile viminfo= shortmess+=I\nset runtimepath^={REPOSITORY}/clients/vim\nfiletype plugin on\n"
            f"let g:codestral_ls_command = {scripted.command!r}\n"
            'inoremap <expr> <Tab> codestral_ls#Accept("\\<Tab>")\n'
            "imap <C-f> <Plug>(codestral-ls-accept-word)\nimap <C-l> <Plug>(codestral-ls-accept-line)\n"
            "imap <C-]> <Plug>(codestral-ls-dismiss)\n"
        )
        file = place.write("main.py", text)
        environment = {**place.environment, **editor.environment}
        terminal = Terminal([*editor.command, "-u", str(settings), str(file)], environment, place.workspace, rows=14)
        terminals.append(terminal)
        terminal.wait(lambda: scripted.heard("textDocument/didOpen"), "the document opened")
        return terminal

    yield start
    for terminal in terminals:
        terminal.close()


def test_ghost_text_in_vim(opened: Callable[[str], Terminal], scripted: Scripted) -> None:
    terminal = opened("# start\n")
    terminal.type("Govalue = ")
    terminal.wait(lambda: terminal.lines()[1:3] == ["value = foo(", "    bar)"], "both lines of ghost text")
    assert scripted.document() == "# start\nvalue = \n"
    terminal.type("fo")
    terminal.wait(lambda: scripted.document() == "# start\nvalue = fo\n", "what was typed along")
    terminal.wait(lambda: terminal.lines()[1:3] == ["value = foo(", "    bar)"], "the rest of it")
    terminal.type("\t")
    terminal.wait(lambda: scripted.document() == "# start\nvalue = foo(\n    bar)\n", "the whole accepted")
    terminal.wait(lambda: scripted.heard("workspace/executeCommand"), "the acceptance told")

    terminal.type("\x1b")
    terminal.wait(lambda: "-- INSERT --" not in terminal.text(), "normal mode")
    terminal.type("u")
    terminal.wait(lambda: scripted.document() == "# start\nvalue = fo\n", "the completion taken back alone")

    terminal.type("cc" + "value = ")
    terminal.wait(lambda: scripted.document() == "# start\nvalue = \n", "the line written anew")
    terminal.wait(lambda: terminal.lines()[1:3] == ["value = foo(", "    bar)"], "its ghost text")
    terminal.type(KEYS["line"])
    terminal.wait(lambda: scripted.document() == "# start\nvalue = foo(\n", "one line")
    terminal.wait(lambda: terminal.lines()[1:3] == ["value = foo(", "    bar)"], "the rest stays")
    taken = scripted.heard("textDocument/didPartiallyAcceptCompletion")[-1]
    assert taken["acceptedLength"] == len("foo(")
    terminal.type(KEYS["dismiss"])
    terminal.wait_gone("bar)")

    terminal.type("\x15wide = ")
    terminal.wait_for("+ 1")
    terminal.type(KEYS["word"])
    terminal.wait(lambda: "wide = äöü" in scripted.document(), "one word")
    terminal.type("\t\rlast()\x1b[D")
    terminal.wait(lambda: "1)" in terminal.text(), "ghost text before a bracket")
    terminal.type("\t")
    terminal.wait(lambda: scripted.document().endswith("last(1)\n"), "the bracket replaced")
