--- Asks the server of the current buffer to run one of its commands.

local M = {}

--- `answered` is called with the result, or with nil if there is no server, it does not know the command, or it failed.
---@param name string
---@param arguments any[]
---@param answered fun(result: any, problem?: string)
function M.command(name, arguments, answered)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = require('codestral_ls.server').of(bufnr)
  local offered = client and vim.tbl_get(client.server_capabilities, 'executeCommandProvider', 'commands') or {}
  if not client or not vim.list_contains(offered, name) then
    answered(nil, client and 'The server does not know this.' or 'The server is not attached to this buffer.')
    return
  end
  local params = { command = name, arguments = arguments }
  client:request('workspace/executeCommand', params, function(err, result)
    answered(not err and result or nil, err and err.message)
  end, bufnr)
end

--- The position of the cursor, in the form of the server's commands.
---@return any[]
function M.here()
  local client = require('codestral_ls.server').of(0)
  return client and { vim.lsp.util.make_position_params(0, client.offset_encoding) } or {}
end

return M
