"""An API that refuses every completion: Neovim says so once, and goes on saying so until a completion succeeds."""

from __future__ import annotations

import sys
from collections.abc import Callable

from support.editors import newcomer
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.refusing import REASON, refusing_api
from support.editors.setup_neovim import Neovim
from support.editors.workplace import EditorWorkplace

SERVER = [sys.executable, "-m", "codestral_ls", "serve"]


def test_a_refusal_is_told_once_and_stays(
    neovim: Neovim, place: EditorWorkplace, open_in_neovim: Callable[..., NeovimInTerminal]
) -> None:
    with refusing_api(place) as api:
        nvim = open_in_neovim(neovim, SERVER, place.write("area.py", newcomer.AREA), columns=200)
        nvim.wait_attached()
        status = "return require('codestral_ls').statusline()"
        nvim.type("Go\x15    ret")
        nvim.until(lambda: "✗" in nvim.lua(status), "the refusal in the status line")
        asked = len(api.seen)
        nvim.type("urn")
        nvim.until(lambda: len(api.seen) > asked, "another request")
        nvim.until(lambda: nvim.lua("return vim.fn.execute('messages')").count(REASON) == 1, "the message")
        assert "✗" in nvim.lua(status)
        assert "Press ENTER" not in nvim.terminal.text()
        api.always = None
        nvim.type(" ")
        nvim.until_ghost("width * height")
        nvim.until(lambda: nvim.lua(status) == "codestral", "the status line well again")
        assert nvim.lua("return vim.fn.execute('messages')").count(REASON) == 1
