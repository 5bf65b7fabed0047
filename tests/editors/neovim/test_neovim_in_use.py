"""The Neovim plugin in everyday use: the log, undo and repeat, colours, a status line, menu sources."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from support.editors.in_terminal import ESC
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.workplace import EditorWorkplace, Scripted

Edit = Callable[..., NeovimInTerminal]

RULE = {"after": "value = ", "texts": ["foo(\n    bar)", "other"]}

LUALINE = """
package.preload['lualine.component'] = function()
  local Base = { init = function(self, options) self.options = options end }
  function Base:extend()
    local Class = { super = Base }
    Class.__index = Class
    return setmetatable(Class, { __index = Base })
  end
  return Base
end
"""


def test_undo_takes_back_the_completion_alone_and_dot_repeats_it(edit: Edit, place: EditorWorkplace) -> None:
    nvim = edit("", [RULE])
    nvim.type("value = ")
    nvim.until_ghost("foo(\n    bar)")
    nvim.type("\t")
    nvim.until_buffer("value = foo(\n    bar)")
    nvim.type(ESC)
    nvim.until(lambda: nvim.mode() == "n", "normal mode")
    nvim.type("o" + ESC)
    nvim.until_buffer("value = foo(\n    bar)\n")
    nvim.type("u")
    nvim.until_buffer("value = foo(\n    bar)")
    nvim.type("u")
    nvim.until_buffer("value = ")
    nvim.type("S")
    nvim.type("value = ")
    nvim.until_ghost("foo(\n    bar)")
    nvim.type("\t;")
    nvim.until_buffer("value = foo(\n    bar);")
    nvim.type(ESC + "o" + ESC + "k")
    nvim.type("Ax" + ESC)
    nvim.type("ocopy" + ESC + "S")
    nvim.type("value = ")
    nvim.until_ghost("foo(\n    bar)")
    nvim.type("\t" + ESC)
    nvim.until(lambda: nvim.mode() == "n", "normal mode")
    before = nvim.buffer().count("foo(")
    nvim.type("j.")
    nvim.until(lambda: nvim.buffer().count("foo(") == before + 1, "the repeated completion")


def test_colours_status_line_sources_and_log(edit: Edit, scripted: Scripted, place: EditorWorkplace) -> None:
    nvim = edit("value = ", [RULE], before=LUALINE)
    contrast = """
    local contrast = require('codestral_ls.contrast')
    local hl = function(name) return vim.api.nvim_get_hl(0, { name = name, link = false }) end
    local found = {}
    for _, background in ipairs({ 'dark', 'light' }) do
      vim.o.background = background
      vim.cmd.colorscheme('default')
      local normal = hl('Normal').bg or (background == 'dark' and 0x000000 or 0xffffff)
      table.insert(found, contrast.ratio(hl('CodestralGhost').fg, normal))
      if vim.fn.has('nvim-0.12') == 1 then table.insert(found, contrast.ratio(hl('ComplHint').fg, normal)) end
    end
    return found
    """
    ratios = nvim.lua(contrast)
    assert len(ratios) >= 2
    assert min(ratios) >= 4.5

    component = """
    local it = require('lualine.components.codestral')
    local made = setmetatable({}, it)
    made:init({})
    return made:update_status()
    """
    assert nvim.lua(component) == "codestral"

    sources = """
    local asked = {}
    for name, ask in pairs({
      cmp = function(answered) require('codestral_ls.sources.cmp').new():complete({}, answered) end,
      blink = function(answered) require('codestral_ls.sources.blink').new():get_completions({}, answered) end,
    }) do
      ask(function(result) asked[name] = result end)
    end
    vim.wait(5000, function() return asked.cmp and asked.blink end, 10)
    return asked
    """
    asked = nvim.lua(sources)
    for name in ("cmp", "blink"):
        (item,) = asked[name]["items"]
        assert item["textEdit"]["newText"] == "foo(\n    bar)"
        assert item["label"] == "foo("
        assert item["textEdit"]["range"]["start"] == {"line": 0, "character": 8}
    nvim.lua("require('codestral_ls.sources.cmp').new():execute(..., function() end)", asked["cmp"]["items"][0])
    nvim.until(lambda: scripted.heard("workspace/executeCommand"), "the taken entry told")

    variable = nvim.lua("return vim.lsp.config.codestral_ls.cmd_env.CODESTRAL_LS_SERVER_LOG_FILE")
    assert Path(variable) == Path(place.environment["XDG_STATE_HOME"]) / "nvim" / "codestral_ls.log"


def test_the_model_is_chosen_from_the_servers_list(edit: Edit, scripted: Scripted) -> None:
    nvim = edit(
        "value = ",
        [RULE],
        commands={
            "codestral-ls.models": {
                "option": "local.model",
                "current": "embedded",
                "models": ["embedded", "mine"],
                "pullable": [],
                "message": "",
            }
        },
        keys="G",
    )
    nvim.lua(
        "vim.ui.select = function(items, options, chosen) _G.seen = vim.tbl_map(options.format_item, items) chosen(items[2]) end"
    )
    nvim.type(":Codestral model\r")
    nvim.until(lambda: nvim.lua("return _G.seen ~= nil"), "the choice")
    assert nvim.lua("return _G.seen") == ["embedded (in use)", "mine"]
    nvim.until(lambda: len(scripted.heard("initialize")) == 2, "another server")
    command = nvim.lua("return vim.lsp.config.codestral_ls.cmd")
    assert command[-2:] == ["--set", "local.model=mine"]
    nvim.until(lambda: "mine writes until Neovim ends" in nvim.lua("return require('codestral_ls.say').last"), "what it means")


WORD = {"after": "value = ", "texts": ["valuable + 1"]}


def test_a_server_killed_during_a_completion_interrupts_no_typing(edit: Edit, scripted: Scripted, place: EditorWorkplace) -> None:
    nvim = edit("", [WORD], delay_ms=30_000)
    nvim.type("value = ")
    nvim.until(lambda: scripted.heard("textDocument/inlineCompletion"), "a request under way")
    scripted.say([WORD])
    (first,) = place.processes("stub_server.py")
    os.kill(first, signal.SIGKILL)
    nvim.until(lambda: place.processes("stub_server.py") not in ([], [first]), "another server")
    nvim.wait_attached()
    assert "has died (signal 9)" in nvim.lua("return vim.fn.execute('messages')")
    nvim.type("v")
    nvim.until_ghost("aluable + 1")
