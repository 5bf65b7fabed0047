"""A newcomer gets ghost text in Neovim from the README alone: its lines go into init.lua unchanged."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from rich.terminal_theme import SVG_EXPORT_THEME

from support.editors import newcomer
from support.editors.debian_packages import Unavailable
from support.editors.draw_screens import save
from support.editors.neovim.neovim_driver import CLIENT, NeovimInTerminal
from support.editors.newcomer_minute import Minute
from support.editors.setup_neovim import NEOVIMS, Neovim
from support.editors.unfinished import LAST_LINE, TEXT, TYPED
from support.editors.workplace import EditorWorkplace, installed_environment, readme_section

ROOT = Path(__file__).resolve().parents[3]


def lines_of_the_readme() -> list[str]:
    """Every line of Lua in the section, in a block or in backticks, with the folder filled in."""
    section = readme_section("**Neovim", "**Emacs")
    lines = re.findall(r"^(vim\..+)$|`(vim\.keymap\.set\(.+?\))`", section, re.M)
    found = [indented or ticked for indented, ticked in lines]
    return [re.sub(r"(['\"])[^'\"]*clients/neovim\1", repr(str(CLIENT)), line) for line in found]


def init_of_the_readme() -> str:
    """An init.lua with the README's lines and nothing else of importance."""
    lines = lines_of_the_readme()
    assert any("vim.lsp.enable" in line for line in lines)
    assert any("'<Tab>'" in line for line in lines)
    if not any("runtimepath" in line for line in lines):
        lines.insert(0, f"vim.opt.runtimepath:append({str(CLIENT)!r})")
    quiet = "vim.o.swapfile = false vim.g.loaded_python3_provider = 0 vim.o.more = false"
    return "\n".join([quiet, *lines])


def test_the_readme_and_a_key_lead_to_ghost_text(neovim: Neovim, place: EditorWorkplace) -> None:
    """A newcomer who uses the API: the configuration copied, the key exported."""
    with newcomer.with_key(place) as ready:
        file = ready.write("area.py", newcomer.AREA)
        minute = Minute(f"Neovim {neovim.version}", "API")
        nvim = NeovimInTerminal(
            neovim, ready.folder, ready.environment, [], file, init_text=init_of_the_readme(), rows=14, columns=78
        )
        try:
            nvim.wait_attached()
            minute.passed("ready")
            nvim.type("Go\x15" + newcomer.TYPED)  # C-u removes the automatic indentation
            nvim.until_ghost("width * height")
            minute.passed("ghost text")
            nvim.until_drawn(newcomer.BODY, newcomer.TYPED)
            minute.picture(lambda path: save(nvim.terminal, "Neovim", path, SVG_EXPORT_THEME), "svg")
            nvim.type("\t")
            nvim.until(lambda: nvim.buffer().endswith(newcomer.BODY), "the completion accepted")
        finally:
            nvim.close()
        minute.keep()


def test_the_readme_alone_leads_to_ghost_text(neovim: Neovim, shared_place: EditorWorkplace, server: list[str]) -> None:
    file = shared_place.write("newcomer.py", TEXT)
    environment = installed_environment(shared_place)
    minute = Minute(f"Neovim {neovim.version}", "local")
    nvim = NeovimInTerminal(neovim, shared_place.folder, environment, [], file, init_text=init_of_the_readme())
    try:
        nvim.wait_attached()
        minute.passed("ready")
        nvim.type("GA" + TYPED)
        nvim.until(nvim.ghost, "ghost text")
        minute.passed("ghost text")
        nvim.until_drawn(LAST_LINE + nvim.ghost().split("\n")[0], LAST_LINE)
        minute.picture(lambda path: save(nvim.terminal, "Neovim", path, SVG_EXPORT_THEME), "svg")
        minute.keep()
        before = nvim.buffer()
        nvim.type("\t")
        nvim.until(lambda: len(nvim.buffer()) > len(before), "the completion accepted")
    finally:
        nvim.close()


def repository_of_the_plugin(folder: Path) -> Path:
    """A git repository with the files of this one that a plugin manager needs, in the same folders."""
    root = folder / "remote" / "codestral-ls"
    shutil.copytree(ROOT / "plugin", root / "plugin")
    shutil.copytree(CLIENT, root / "clients" / "neovim", ignore=shutil.ignore_patterns("tags"))
    identity = ["-c", "user.name=A Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "First"]):
        subprocess.run(["git", *identity, *command], cwd=root, check=True, timeout=60)
    return root


def test_the_repository_is_a_plugin_by_its_address(shared_place: EditorWorkplace, server: list[str]) -> None:
    """Neovim 0.12's own plugin manager clones the address and finds command, server and help."""
    try:
        neovim = NEOVIMS["0.12"]()
    except Unavailable as reason:
        pytest.skip(f"Neovim 0.12: {reason}")
    remote = repository_of_the_plugin(shared_place.folder)
    file = shared_place.write("by_address.py", TEXT)
    quiet = "vim.o.swapfile = false vim.g.loaded_python3_provider = 0 vim.o.more = false"
    add = f"vim.pack.add({{ {{ src = 'file://{remote}' }} }}, {{ confirm = false }})"
    environment = installed_environment(shared_place)
    init = "\n".join([quiet, add, "vim.lsp.enable('codestral_ls')"])
    nvim = NeovimInTerminal(neovim, shared_place.folder, environment, [], file, init_text=init)
    try:
        nvim.wait_attached()
        assert nvim.lua("return vim.fn.exists(':Codestral')") == 2
        nvim.type(":help codestral_ls-keys\r")
        nvim.until(lambda: "No key is mapped" in nvim.buffer(), "the help page")
    finally:
        nvim.close()
