--- The same server under a name that plugins look for: sidekick.nvim and copilot-lsp show the next edits of a client with
--- "copilot" in its name. `vim.lsp.enable('codestral_copilot')` takes the place of `vim.lsp.enable('codestral_ls')`; this plugin
--- then shows ghost text alone.

local folder = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local config = assert(loadfile(vim.fs.joinpath(folder, 'codestral_ls.lua')))()
-- copilot-lsp counts columns in UTF-16, whatever client and server agree on.
config.capabilities.general.positionEncodings = { 'utf-16' }
return config
