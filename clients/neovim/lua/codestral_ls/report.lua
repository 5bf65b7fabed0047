--- Reports to the server what happens to a completion: shown, partly accepted, accepted. Also reports the focused buffer.

local text_rules = require('codestral_ls.text')

local M = {}

---@param suggestion codestral_ls.Suggestion
---@return vim.lsp.Client?
local function client_of(suggestion)
  local client = vim.lsp.get_client_by_id(suggestion.client_id)
  return client and not client:is_stopped() and client or nil
end

---@param suggestion codestral_ls.Suggestion
function M.shown(suggestion)
  local client = client_of(suggestion)
  if client then
    client:notify('textDocument/didShowCompletion', { item = suggestion.raw[suggestion.index] })
  end
end

---@param suggestion codestral_ls.Suggestion
---@param taken string The part of the item that is in the text now, from its beginning.
function M.partly_accepted(suggestion, taken)
  local client = client_of(suggestion)
  if client then
    local item = suggestion.raw[suggestion.index]
    local text = type(item.insertText) == 'string' and item.insertText or ''
    local breaks = text:find('\r\n', 1, true) and select(2, taken:gsub('\n', '')) or 0
    local length = text_rules.utf16_length(taken) + breaks
    client:notify('textDocument/didPartiallyAcceptCompletion', { item = item, acceptedLength = length })
  end
end

---@param suggestion codestral_ls.Suggestion
---@param bufnr integer
function M.accepted(suggestion, bufnr)
  local client = client_of(suggestion)
  local command = suggestion.raw[suggestion.index].command
  if client and command then
    client:exec_cmd(command, { bufnr = bufnr }, function() end)
  end
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.focused(client, bufnr)
  if not client:is_stopped() then
    client:notify('textDocument/didFocus', { textDocument = { uri = vim.uri_from_bufnr(bufnr) } })
  end
end

return M
