--- Explains where the shown completion came from, or why there is none, from what this client knows and, if the server has
--- the command `codestral-ls.explain`, from its answer.

local M = {}

local COMMAND = 'codestral-ls.explain'

---@param client vim.lsp.Client
---@return string
local function known_here(client)
  local last = require('codestral_ls.ask').last
  local said = {}
  if not require('codestral_ls').is_enabled() then
    table.insert(said, 'Completion is switched off (:Codestral enable).')
  elseif vim.fn.reg_recording() ~= '' then
    table.insert(said, 'Nothing is completed while a macro is recorded.')
  elseif require('codestral_ls.menu').state() == 'selected' then
    table.insert(said, 'An entry of the completion menu is selected.')
  end
  if last then
    local items = last.error or (last.items == 0 and 'nothing' or ('%d completion(s)'):format(last.items))
    table.insert(said, ('The last answer took %.0f ms: %s.'):format(last.milliseconds, items))
  end
  local status = require('codestral_ls.status').of(client.id)
  if status and (status.message or '') ~= '' then
    table.insert(said, 'The server says: ' .. status.message)
  end
  return #said > 0 and table.concat(said, ' ') or 'Nothing has been asked yet.'
end

function M.show()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = require('codestral_ls.server').of(bufnr)
  if not client then
    vim.notify('codestral-ls is not attached to this buffer', vim.log.levels.WARN)
    return
  end
  local offered = vim.tbl_get(client.server_capabilities, 'executeCommandProvider', 'commands') or {}
  if not vim.list_contains(offered, COMMAND) then
    vim.notify(known_here(client))
    return
  end
  local where = vim.lsp.util.make_position_params(0, client.offset_encoding)
  client:request('workspace/executeCommand', { command = COMMAND, arguments = { where } }, function(err, result)
    local message = type(result) == 'table' and result.message or result
    vim.notify(not err and type(message) == 'string' and message or known_here(client))
  end, bufnr)
end

return M
