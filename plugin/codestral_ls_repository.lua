--- Makes the whole repository installable as a Neovim plugin: plugin managers put its root on 'runtimepath', and the
--- plugin itself is the folder clients/neovim.

if vim.fn.has('nvim-0.11') == 0 then
  return
end
local here = debug.getinfo(1, 'S').source:sub(2)
local client = vim.fs.joinpath(vim.fs.dirname(vim.fs.dirname(vim.fs.normalize(here))), 'clients', 'neovim')
vim.opt.runtimepath:append(client)
vim.cmd.source(vim.fs.joinpath(client, 'plugin', 'codestral_ls.lua'))
-- Managers make help tags for the root's doc folder alone.
local doc = vim.fs.joinpath(client, 'doc')
if vim.fn.filereadable(vim.fs.joinpath(doc, 'tags')) == 0 then
  pcall(vim.cmd.helptags, vim.fn.fnameescape(doc))
end
