--- Finds the server of a buffer, under either of its configuration names.

local M = {}

--- `codestral_copilot` is the same server for plugins that look for next edits from a client with "copilot" in its name.
M.names = { 'codestral_ls', 'codestral_copilot' }

---@param bufnr integer
---@return vim.lsp.Client?
function M.of(bufnr)
  for _, name in ipairs(M.names) do
    local client = vim.lsp.get_clients({ bufnr = bufnr, name = name })[1]
    if client then
      return client
    end
  end
end

--- Is the configuration of this name enabled? Neovim 0.11 has no public function for this.
---@param name string
---@return boolean
function M.is_enabled(name)
  if vim.lsp.is_enabled then
    return vim.lsp.is_enabled(name)
  end
  local enabled = rawget(vim.lsp, '_enabled_configs')
  return type(enabled) == 'table' and enabled[name] ~= nil or (enabled == nil and name == M.names[1])
end

--- All running servers of ours.
---@return vim.lsp.Client[]
function M.all()
  return vim.tbl_filter(function(client)
    return vim.list_contains(M.names, client.name)
  end, vim.lsp.get_clients())
end

return M
