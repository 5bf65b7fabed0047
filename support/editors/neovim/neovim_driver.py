"""A real Neovim in a terminal, with its RPC socket open: keys go to the terminal, questions to the socket."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from support.editors.in_terminal import EditorInTerminal
from support.editors.neovim.neovim_rpc import NeovimError, NeovimRpc
from support.editors.setup_neovim import Neovim
from support.editors.terminal import Terminal
from support.repository import ROOT

CLIENT = ROOT / "clients" / "neovim"

INIT = """
vim.opt.runtimepath:prepend({client!r})
vim.o.swapfile, vim.o.shortmess, vim.o.laststatus = false, 'aoOtTIF', 2
vim.o.shadafile, vim.o.ruler, vim.o.more = 'NONE', false, false
vim.o.statusline = "%f %{{%v:lua.require'codestral_ls'.statusline()%}}"
vim.o.timeoutlen, vim.o.termguicolors = 100, true
vim.g.loaded_python3_provider = 0 -- looking for it takes two seconds of every start
{before}
vim.lsp.config('codestral_ls', {{ cmd = {{ {command} }} }})
vim.lsp.enable('codestral_ls')
vim.keymap.set('i', '<Tab>', require('codestral_ls').accept_or('<Tab>'), {{ expr = true, remap = true }})
vim.keymap.set('i', '<C-l>', '<Plug>(codestral-ls-accept-line)')
vim.keymap.set('i', '<C-f>', '<Plug>(codestral-ls-accept-word)')
vim.keymap.set('i', '<C-j>', '<Plug>(codestral-ls-next)')
vim.keymap.set('i', '<C-k>', '<Plug>(codestral-ls-previous)')
vim.keymap.set('i', '<C-]>', '<Plug>(codestral-ls-dismiss)')
vim.keymap.set({{ 'i', 'n' }}, '<F2>', '<Plug>(codestral-ls-toggle)')
vim.keymap.set({{ 'i', 'n' }}, '<F3>', '<Plug>(codestral-ls-explain)')
{after}
"""

GHOST = """
local found = {}
for _, name in ipairs({ 'codestral_ls.ghost', 'nvim.lsp.inline_completion' }) do
  local namespace = vim.api.nvim_get_namespaces()[name]
  for _, mark in ipairs(namespace and vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true }) or {}) do
    local lines = {}
    for _, chunk in ipairs(mark[4].virt_text or {}) do lines[1] = (lines[1] or '') .. chunk[1] end
    for _, line in ipairs(mark[4].virt_lines or {}) do
      table.insert(lines, table.concat(vim.tbl_map(function(chunk) return chunk[1] end, line)))
    end
    table.insert(found, table.concat(lines, '\\n'))
  end
end
return found[1] or ''
"""


class NeovimInTerminal(EditorInTerminal):
    """``neovim`` editing ``file`` with the client installed and ``server`` as the language server's command.

    ``init_text`` replaces the usual init.lua, if a test has its own.
    """

    def __init__(
        self,
        neovim: Neovim,
        folder: Path,
        environment: dict[str, str],
        server: Sequence[str],
        file: Path,
        before: str = "",
        after: str = "",
        init_text: str = "",
        rows: int = 24,
        columns: int = 80,
    ) -> None:
        self.socket = str(folder / f"nvim-{file.stem}-{time.monotonic_ns()}.sock")
        init = folder / f"init-{file.stem}.lua"
        command = ", ".join(repr(part) for part in server)
        init.write_text(init_text or INIT.format(client=str(CLIENT), command=command, before=before, after=after))
        arguments = [*neovim.command, "--listen", self.socket, "-i", "NONE", "-u", str(init), str(file)]
        environment = {**environment, **neovim.environment}
        self.terminal = Terminal(arguments, environment, file.parent, rows, columns)
        self.connections: list[NeovimRpc] = []
        self.connected(lambda: self.connections.append(NeovimRpc(self.socket)), "Neovim's socket")
        self.rpc = self.connections[0]

    def lua(self, code: str, *arguments: Any) -> Any:
        return self.rpc.lua(code, *arguments)

    def wait_attached(self) -> None:
        """Wait until the buffer is connected and the server answers."""
        code = """
        local client = vim.lsp.get_clients({ bufnr = 0, name = 'codestral_ls' })[1]
        return client ~= nil and client.initialized == true
        """
        self.until(lambda: self.lua(code), "the server attached")

    def ghost(self) -> str:
        return str(self.lua(GHOST))

    def mode(self) -> str:
        return str(self.rpc.call("nvim_get_mode")["mode"])

    def buffer(self) -> str:
        return "\n".join(self.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, true)"))

    def cursor(self) -> tuple[int, int]:
        """The cursor's row, from 1, and its byte column, from 0."""
        row, column = self.lua("return vim.api.nvim_win_get_cursor(0)")
        return row, column

    def close(self) -> None:
        with contextlib.suppress(NeovimError, OSError, AssertionError):
            # Without this, Neovim gives the server half a second to exit.
            self.rpc.tell("nvim_exec_lua", "vim.lsp.stop_client(vim.lsp.get_clients(), true)", [])
            self.rpc.tell("nvim_command", "qall!")
            self.until_ended()
        self.rpc.close()
        self.terminal.close()
