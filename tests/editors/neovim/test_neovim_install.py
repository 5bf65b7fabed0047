"""A newcomer's way from the README alone to ghost text in Neovim: its lines are put into init.lua as they stand there."""

from __future__ import annotations

import re

from support.editors.neovim.neovim_driver import CLIENT, NeovimInTerminal
from support.editors.setup_neovim import Neovim
from support.editors.unfinished import TEXT, TYPED
from support.editors.workplace import Place, installed_environment, readme_section


def lines_of_the_readme() -> list[str]:
    """Every Lua line of the section, indented or in backticks, with the folder it speaks of put in."""
    section = readme_section("**Neovim", "**Emacs")
    lines = re.findall(r"^    (vim\..+)$|`(vim\.keymap\.set\(.+?\))`", section, re.M)
    found = [indented or ticked for indented, ticked in lines]
    return [re.sub(r"(['\"])[^'\"]*clients/neovim\1", repr(str(CLIENT)), line) for line in found]


def test_the_readme_alone_leads_to_ghost_text(neovim: Neovim, shared_place: Place, server: list[str]) -> None:
    lines = lines_of_the_readme()
    assert any("vim.lsp.enable" in line for line in lines)
    assert any("'<Tab>'" in line for line in lines)
    if not any("runtimepath" in line for line in lines):
        lines.insert(0, f"vim.opt.runtimepath:append({str(CLIENT)!r})")
    quiet = "vim.o.swapfile = false vim.g.loaded_python3_provider = 0 vim.o.more = false"
    file = shared_place.write("newcomer.py", TEXT)
    environment = installed_environment(shared_place)
    nvim = NeovimInTerminal(neovim, shared_place.folder, environment, [], file, init_text="\n".join([quiet, *lines]))
    try:
        nvim.wait_attached()
        nvim.type("GA" + TYPED)
        nvim.until(nvim.ghost, "ghost text")
        before = nvim.buffer()
        nvim.type("\t")
        nvim.until(lambda: len(nvim.buffer()) > len(before), "the completion accepted")
    finally:
        nvim.close()
