"""Checks of the Neovim plugin: format, documentation, little work at start, and no long file."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from support.editors.neovim.neovim_driver import CLIENT, NeovimInTerminal
from support.editors.setup_neovim import Neovim
from support.editors.workplace import EditorWorkplace, Scripted

SOURCES = sorted(CLIENT.rglob("*.lua"))


def test_no_file_is_too_long_to_read_in_one_sitting() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in SOURCES}
    assert max(lengths.values()) < 300, lengths


def test_every_function_of_a_module_has_types() -> None:
    """LuaCATS: every function that other modules may call documents its parameters' types."""
    without = []
    for path in SOURCES:
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            found = re.match(r"function (?:M|Suggestion)[.:](\w+)\((.*)\)", line)
            if found and found.group(2) and "---@param" not in "\n".join(lines[max(0, number - 8) : number]):
                without.append(f"{path.name}: {found.group(1)}")
    assert without == []


def test_the_help_file_names_everything(neovim: Neovim, place: EditorWorkplace) -> None:
    """Helptags accepts it, and it contains every map, subcommand and option."""
    text = (CLIENT / "doc" / "codestral_ls.txt").read_text()
    maps = re.findall(r"\{ '([a-z-]{4,})', '", (CLIENT / "plugin" / "codestral_ls.lua").read_text())
    options = re.findall(r"---@field (\w+) ", (CLIENT / "lua/codestral_ls/options.lua").read_text())
    commands = re.findall(r"^  (\w+) = function", (CLIENT / "lua/codestral_ls/command.lua").read_text(), re.M)
    assert len(maps) == 10
    wanted = [f"<Plug>(codestral-ls-{name})" for name in maps] + options + [f":Codestral {name}" for name in commands]
    assert [name for name in wanted if name not in text] == []
    folder = place.folder / "doc"
    folder.mkdir()
    (folder / "codestral_ls.txt").write_text(text)
    command = [*neovim.command, "--clean", "--headless", "-c", f"helptags {folder}", "-c", "quit"]
    done = subprocess.run(command, env={**place.environment, **neovim.environment}, capture_output=True, timeout=60)
    assert done.returncode == 0
    assert "codestral_ls-options" in (folder / "tags").read_text()
    assert max(len(line) for line in text.splitlines()) <= 80


def test_an_old_neovim_is_left_alone(neovim: Neovim, place: EditorWorkplace) -> None:
    """The plugin's file does nothing where ``has('nvim-0.11')`` fails; a stand-in for has() simulates that."""
    script = place.folder / "old.lua"
    plugin = CLIENT / "plugin" / "codestral_ls.lua"
    script.write_text(
        "vim.fn.has = function() return 0 end\n"
        f"dofile({str(plugin)!r})\nassert(vim.fn.exists(':Codestral') == 0)\nprint('left alone')\n"
    )
    command = [*neovim.command, "--clean", "--headless", "-l", str(script)]
    done = subprocess.run(command, env={**place.environment, **neovim.environment}, capture_output=True, text=True, timeout=60)
    assert "left alone" in done.stdout + done.stderr


def test_nothing_is_loaded_before_it_is_needed(
    neovim: Neovim, place: EditorWorkplace, scripted: Scripted, open_in_neovim: Callable[..., NeovimInTerminal]
) -> None:
    nvim = open_in_neovim(neovim, scripted.command, place.write("notes", "no filetype"))
    loaded = """
    local function ours(name) return vim.startswith(name, 'codestral_ls.') end
    return vim.tbl_filter(ours, vim.tbl_keys(package.loaded))
    """
    nvim.until(lambda: nvim.lua("return vim.v.vim_did_enter") == 1, "started")
    assert set(nvim.lua(loaded)) <= {"codestral_ls.status", "codestral_ls.server"}  # the tests' status line uses it


def test_the_folder_is_the_plugin() -> None:
    """The folder has everything where Neovim looks for it in a folder of its runtime path."""
    assert {"lsp/codestral_ls.lua", "plugin/codestral_ls.lua", "doc/codestral_ls.txt", "lua/codestral_ls/health.lua"} <= {
        str(Path(path).relative_to(CLIENT)) for path in CLIENT.rglob("*.*")
    }
