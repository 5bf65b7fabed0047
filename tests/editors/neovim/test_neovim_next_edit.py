"""Next edits in real Neovims with the real server: shown at their place, jumped to, applied, refused and undone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from support.editors.in_terminal import ESC
from support.editors.neovim.neovim_driver import NeovimInTerminal
from support.editors.setup_neovim import Neovim
from support.editors.workplace import EditorWorkplace
from support.lsp.lsp_client import fake

SERVER = [sys.executable, "-m", "codestral_ls", "serve"]
HEAD = "def load(path):\n    return path\n\n\nfirst = load(1)\n"
LOADS = HEAD + "filler = 0\n" * 60 + "third = load(3)\n"
RENAME = "gg0wcwfetch"
KEYS = """
vim.keymap.set('n', '<Tab>', require('codestral_ls').accept_or('<Tab>'), { expr = true, remap = true })
vim.keymap.set('n', '<Esc>', require('codestral_ls').refuse_or('<Esc>'), { expr = true, remap = true })
"""
SHOWN = """
local found = {}
for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
  local space = vim.api.nvim_get_namespaces()['codestral_ls.next_edit']
  for _, mark in ipairs(space and vim.api.nvim_buf_get_extmarks(buffer, space, 0, -1, { details = true }) or {}) do
    local texts = mark[4].virt_text and { mark[4].virt_text } or {}
    vim.list_extend(texts, mark[4].virt_lines or {})
    for _, text in ipairs(texts) do
      table.insert(found, (mark[2] + 1) .. ':' .. table.concat(vim.tbl_map(function(chunk) return chunk[1] end, text)))
    end
  end
end
return found
"""

ASKED = """
local client = vim.lsp.get_clients({ bufnr = 0 })[1]
local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
return client:request_sync('textDocument/copilotInlineEdit', params, 5000, 0).result.edits
"""

Open = Callable[..., NeovimInTerminal]


@pytest.fixture
def loads(neovim: Neovim, place: EditorWorkplace, open_in_neovim: Callable[..., NeovimInTerminal]) -> Open:
    """A file with calls, opened with the real server."""
    place.environment.update(fake(""))

    def start(text: str = LOADS, name: str = "loads.py", **more: Any) -> NeovimInTerminal:
        attached = more.pop("attached", True)
        editor = open_in_neovim(neovim, SERVER, place.write(name, text), after=KEYS + more.pop("after", ""), **more)
        if attached:
            editor.wait_attached()
        return editor

    return start


def shown(nvim: NeovimInTerminal) -> list[str]:
    return list(nvim.lua(SHOWN))


def rename_the_function(nvim: NeovimInTerminal) -> None:
    """Rename the function in its definition, as a person types it."""
    nvim.type(RENAME + ESC)
    nvim.until(lambda: "def fetch(path)" in nvim.buffer(), "the change")
    nvim.until(lambda: shown(nvim), "the next place")


def test_a_change_is_made_where_it_fits_next(loads: Open) -> None:
    nvim = loads()
    rename_the_function(nvim)
    assert shown(nvim) == ["5:fetch"]
    nvim.terminal.wait_for("first = loadfetch(1)")  # the old name struck through, the new name after it
    nvim.type("\t")  # jumps there
    nvim.until(lambda: nvim.cursor()[0] == 5, "the cursor at the place")
    assert "first = load(1)" in nvim.buffer()
    nvim.type("\t")  # applies it
    nvim.until(lambda: "first = fetch(1)" in nvim.buffer(), "the edit made")
    nvim.until(lambda: shown(nvim), "the third place")
    assert "66:fetch" in shown(nvim)
    nvim.terminal.wait_for("next edit in line 66 ↓")
    nvim.type("\t\t")
    nvim.until(lambda: "third = fetch(3)" in nvim.buffer(), "the third edit made")
    nvim.type("u")
    nvim.until(lambda: "third = load(3)" in nvim.buffer(), "one step undone")
    assert "first = fetch(1)" in nvim.buffer()


def test_it_is_made_in_insert_mode_as_an_undo_step_of_its_own(loads: Open) -> None:
    nvim = loads()
    nvim.type(RENAME)
    nvim.until(lambda: shown(nvim) == ["5:fetch"], "the next place")
    nvim.type("\t\t")
    nvim.until(lambda: "first = fetch(1)" in nvim.buffer(), "the edit made")
    assert nvim.mode() == "i"
    nvim.type("x" + ESC)
    nvim.until(lambda: "first = fetchx(1)" in nvim.buffer(), "something typed after it")
    nvim.type("u")
    nvim.until(lambda: "first = fetch(1)" in nvim.buffer(), "what was typed afterwards undone")
    nvim.type("u")
    nvim.until(lambda: "first = load(1)" in nvim.buffer(), "the edit undone")
    assert "def fetch(path)" in nvim.buffer()


def test_a_refused_edit_does_not_come_again(loads: Open) -> None:
    nvim = loads()
    rename_the_function(nvim)
    nvim.type(ESC)
    nvim.until(lambda: not shown(nvim), "it is gone")
    nvim.type("G0fl" + "cwfetch" + ESC)  # the evidence for the change
    nvim.until(lambda: "third = fetch(3)" in nvim.buffer(), "the same change by hand")
    assert nvim.lua(ASKED) == []
    assert shown(nvim) == []


def test_what_was_found_for_another_text_is_not_made(loads: Open) -> None:
    nvim = loads()
    rename_the_function(nvim)
    changed = "vim.api.nvim_buf_set_lines(0, 2, 3, true, {'other()'}); require('codestral_ls.next_edit').accept()"
    nvim.lua(changed)
    assert "first = load(1)" in nvim.buffer()
    assert nvim.lua("return require('codestral_ls').has_edit()") is False


def test_another_open_file_is_a_place(loads: Open, place: EditorWorkplace) -> None:
    place.write("more.py", "from loads import load\n\nfourth = load(4)\n")
    nvim = loads(HEAD)
    nvim.type(":edit more.py\r:edit #\r")
    nvim.until(lambda: "def load" in nvim.buffer(), "the first file again")
    nvim.type(RENAME + ESC)
    nvim.until(lambda: any("in more.py, line" in text for text in shown(nvim)), "the place in the other file")
    nvim.type("\t")
    nvim.until(lambda: "fourth" in nvim.buffer(), "the other file")
    nvim.type("\t")
    nvim.until(lambda: "fetch" in nvim.buffer(), "the edit made")


def test_a_buffer_that_cannot_be_modified_is_no_place(loads: Open, place: EditorWorkplace) -> None:
    uses = place.write("uses.py", "second = load(2)\n")
    nvim = loads(HEAD.replace("first = load(1)\n", ""))
    nvim.type(f":split {uses}\r:setlocal nomodifiable\r")
    nvim.until(lambda: nvim.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 1, "the server in the second buffer")
    nvim.type(":Codestral docstring\r")
    nvim.terminal.wait_for("This buffer cannot be modified.")
    nvim.type("\x17j" + RENAME + ESC)
    nvim.until(lambda: "def fetch(path)" in nvim.buffer(), "the change")
    nvim.until(lambda: nvim.lua(ASKED), "the server's proposal")
    assert shown(nvim) == []
    nvim.type("\x17k:setlocal modifiable\r\x17jgg0wx")
    nvim.until(lambda: shown(nvim), "the place in the other file")


def test_switched_off_nothing_is_shown(loads: Open) -> None:
    nvim = loads(before="vim.g.codestral_ls = { next_edits = false }")
    nvim.type(RENAME + ESC)
    nvim.until(lambda: "def fetch" in nvim.buffer(), "the change")
    nvim.lua("vim.wait(600)")  # pace: of the timer that asks for next edits
    assert shown(nvim) == []


SIDEKICK = """
local client = vim.iter(vim.lsp.get_clients({ bufnr = 0 })):find(function(each) return each.name:lower():find('copilot') end)
local bufnr, encoding = vim.api.nvim_get_current_buf(), client.offset_encoding
local params = vim.lsp.util.make_position_params(0, encoding)
params.textDocument.version = vim.lsp.util.buf_versions[bufnr]
params.context = { triggerKind = 2 }
local edits = client:request_sync('textDocument/copilotInlineEdit', params, 5000, 0).result.edits
for _, edit in ipairs(edits) do
  assert(edit.textDocument.version == vim.lsp.util.buf_versions[vim.fn.bufnr(vim.uri_to_fname(edit.textDocument.uri), false)])
  vim.lsp.util.apply_text_edits({ { range = edit.range, newText = edit.text } }, bufnr, encoding)
  client:exec_cmd(edit.command, { bufnr = bufnr })
end
return #edits
"""
"""sidekick.nvim's requests: they have a context.

The plugin reports an applied edit by running the edit's command, and does not report a shown one.
"""

COPILOT_LSP = """
local client = vim.lsp.get_clients({ name = 'codestral_copilot' })[1]
local bufnr = vim.api.nvim_get_current_buf()
local params = vim.lsp.util.make_position_params(0, 'utf-16')
params.textDocument.version = vim.lsp.util.buf_versions[bufnr]
local result = client:request_sync('textDocument/copilotInlineEdit', params, 5000, bufnr).result
for _, edit in ipairs(result.edits) do
  edit.newText = edit.text
  client:notify('textDocument/didShowInlineEdit', { item = { command = edit.command } })
  vim.lsp.util.apply_text_edits({ edit }, bufnr, 'utf-16')
end
return #result.edits
"""
"""copilot-lsp's requests: columns are always in UTF-16 and there is no context. The plugin runs no command for an applied edit."""

SMILES = HEAD.replace("first =", "smile = '🙂'; first =") + "third = '🙂', load(3)\n"


@pytest.mark.parametrize("asks", [SIDEKICK, COPILOT_LSP], ids=["sidekick.nvim", "copilot-lsp"])
def test_a_plugin_that_looks_for_copilot_finds_it(loads: Open, asks: str) -> None:
    """Its requests go to the client that it finds by name, and our plugin shows nothing of its own."""
    command = ", ".join(map(repr, SERVER))
    config = f"""
    vim.lsp.enable('codestral_ls', false)
    vim.lsp.config('codestral_copilot', {{ cmd = {{ {command} }} }})
    vim.lsp.enable('codestral_copilot')
    """
    nvim = loads(SMILES, after=config, attached=False)
    attached = (
        "local client = vim.lsp.get_clients({ bufnr = 0, name = 'codestral_copilot' })[1] return client and client.initialized"
    )
    nvim.until(lambda: nvim.lua(attached), "the server")
    nvim.type(RENAME + ESC)
    nvim.until(lambda: "def fetch" in nvim.buffer(), "the change")
    for number in (1, 2):
        nvim.until(lambda: nvim.lua(asks) == 1, f"edit {number}")
    assert nvim.buffer().split("\n")[4:] == ["smile = '🙂'; first = fetch(1)", "third = '🙂', fetch(3)"]
    assert nvim.lua(asks) == 0
    assert shown(nvim) == []
