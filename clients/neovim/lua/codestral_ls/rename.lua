--- A buffer with a new name is a new document for the server. Neovim reports that only when the buffer is written; until then
--- its requests would name a document that the server does not know.

local server = require('codestral_ls.server')

local M = {}

--- The servers from which a buffer was detached, by its number.
---@type table<integer, integer[]>
local left = {}

--- Attach the buffer again to the servers from which it was detached.
---@param bufnr integer
function M.after(bufnr)
  local clients = left[bufnr] or {}
  left[bufnr] = nil
  for _, id in ipairs(clients) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.lsp.get_client_by_id(id) then
      vim.lsp.buf_attach_client(bufnr, id)
    end
  end
end

--- Close the document under its old name.
---@param bufnr integer
function M.before(bufnr)
  for _, client in ipairs(server.all()) do
    if vim.lsp.buf_is_attached(bufnr, client.id) then
      left[bufnr] = vim.list_extend(left[bufnr] or {}, { client.id })
      vim.lsp.buf_detach_client(bufnr, client.id)
    end
  end
  -- If the name cannot be changed, no event follows this one.
  vim.schedule(function()
    M.after(bufnr)
  end)
end

return M
