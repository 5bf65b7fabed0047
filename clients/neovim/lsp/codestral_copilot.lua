--- The same server under a name that plugins look for: sidekick.nvim and copilot-lsp show the next edits of a client with
--- "copilot" in its name. `vim.lsp.enable('codestral_copilot')` replaces `vim.lsp.enable('codestral_ls')`; this plugin then
--- shows only ghost text.

local folder = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local config = assert(loadfile(vim.fs.joinpath(folder, 'codestral_ls.lua')))()
-- copilot-lsp counts columns in UTF-16, whatever encoding client and server agreed on.
config.capabilities.general.positionEncodings = { 'utf-16' }
return config
