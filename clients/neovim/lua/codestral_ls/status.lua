--- How the server is: the last status it sent, as words for the statusline. The user is told of an error once per message.

local M = {}

---@class codestral_ls.Status
---@field busy boolean
---@field kind 'Normal'|'Error'|'Warning'|'Inactive'
---@field message string

---@type table<integer, codestral_ls.Status>
local known = {}

---@param result codestral_ls.Status
---@param client_id integer
function M.take(result, client_id)
  local before = known[client_id]
  known[client_id] = result
  local message = result.message or ''
  if result.kind == 'Error' and message ~= '' and not (before and before.message == message) then
    vim.notify('codestral-ls: ' .. message, vim.log.levels.ERROR)
  end
  if result.kind == 'Normal' and before and before.kind ~= 'Normal' then
    require('codestral_ls.buffer').ready(client_id)
  end
  vim.cmd.redrawstatus({ bang = true })
end

---@param client_id integer
function M.forget(client_id)
  known[client_id] = nil
end

---@param client_id integer
---@return codestral_ls.Status?
function M.of(client_id)
  return known[client_id]
end

local icons = { Normal = '', Warning = '!', Error = '✗', Inactive = '-' }

---@param bufnr integer
---@return string
function M.line(bufnr)
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'codestral_ls' })[1]
  if not client then
    return ''
  end
  if not require('codestral_ls').is_enabled() then
    return 'codestral off'
  end
  local status = known[client.id] or { busy = false, kind = 'Normal', message = '' }
  local line = 'codestral' .. (icons[status.kind] or '') .. (status.busy and ' …' or '')
  if status.kind ~= 'Normal' and (status.message or '') ~= '' then
    line = line .. ' ' .. status.message
  end
  return (line:gsub('%%', '%%%%'))
end

return M
