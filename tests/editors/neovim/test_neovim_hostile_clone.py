"""An untrusted clone opened in real Neovims with the real server: nothing of it runs, nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Callable

from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.setup_neovim import Neovim
from support.editors.workplace import EditorWorkplace
from support.trust.clone import script
from support.trust.hostile_settings import hostile_settings

TEXT = "def add(first, second):\n    return"


def plant(clone: EditorWorkplace, url: str) -> None:
    mines = clone.folder / "mines"
    sections = hostile_settings(mines, url).items()
    rows = [f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in rows.items()) for name, rows in sections]
    clone.write("codestral-ls.toml", "\n".join(rows))
    for name in (".nvim.lua", "lsp/codestral_ls.lua", "lua/codestral_ls/init.lua", "plugin/codestral_ls.lua"):
        (clone.workspace / name).parent.mkdir(parents=True, exist_ok=True)
        clone.write(name, f"vim.fn.writefile({{}}, {json.dumps(str(mines / 'lua'))})\n")
    for name in (".exrc", ".nvimrc"):
        clone.write(name, f"call writefile([], '{mines / 'vim'}')\n")


def test_nothing_of_a_clone_runs_and_nothing_is_sent(
    neovim: Neovim, hostile: tuple[EditorWorkplace, str], nothing_happened: Callable[[], None]
) -> None:
    place, url = hostile
    plant(place, url)
    file = place.write("main.py", TEXT)
    editor = NeovimInTerminal(neovim, place.folder, place.environment, [script(), "serve"], file)
    try:
        editor.wait_attached()
        refused = f"{place.workspace}/codestral-ls."  # the line is shortened to the screen
        editor.until(lambda: refused in editor.lua("return vim.fn.execute('messages')"), "the server's refusal")
        editor.type("GA")
        editor.until(lambda: editor.mode() == "i", "insert mode")
        editor.type(" ")
        editor.until_ghost("first + second")
        nothing_happened()
    finally:
        editor.close()
    nothing_happened()
