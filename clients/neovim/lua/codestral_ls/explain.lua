--- Says where the shown completion came from, or why there is none: the server knows, this asks and shows.

local M = {}

function M.show()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'codestral_ls' })[1]
  if not client then
    vim.notify('codestral-ls is not attached to this buffer', vim.log.levels.WARN)
    return
  end
  local where = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local params = { command = 'codestral-ls.explain', arguments = { where } }
  client:request('workspace/executeCommand', params, function(err, result)
    local message = err and err.message or (type(result) == 'table' and result.message or result)
    vim.notify(type(message) == 'string' and message or vim.inspect(message))
  end, bufnr)
end

return M
