--- The server's last status, as words for the statusline. An error is shown to the user once per message.

local M = {}

---@class codestral_ls.Status
---@field busy boolean
---@field kind 'Normal'|'Error'|'Warning'|'Inactive'
---@field message string Empty if there is nothing to report.
---@field progress? number 0 to 1 while a model loads.

---@type table<integer, codestral_ls.Status>
local known = {}

--- The kind for each state that `codestral-ls/status` names; `didChangeStatus` names the kind itself.
local kinds = {
  ready = 'Normal',
  loading = 'Normal',
  offline = 'Warning',
  needs_key = 'Error',
  paused = 'Inactive',
  error = 'Error',
}

---@param status codestral_ls.Status?
---@return boolean
local function can_answer(status)
  return status ~= nil and not status.busy and status.kind == 'Normal'
end

---@param result table The params of either notification.
---@param client_id integer
function M.take(result, client_id)
  local before = known[client_id]
  ---@type codestral_ls.Status
  local status = {
    busy = result.state == 'loading' or result.busy == true,
    kind = kinds[result.state] or result.kind or 'Normal',
    message = result.message or '',
    progress = type(result.progress) == 'number' and result.progress or nil,
  }
  known[client_id] = status
  if status.kind == 'Error' and status.message ~= '' and not (before and before.message == status.message) then
    require('codestral_ls.say').once(status.message, vim.log.levels.ERROR)
  end
  if can_answer(status) and before and not can_answer(before) then
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

local MOST = 40
local icons = { Normal = '', Warning = '!', Error = '✗', Inactive = '-' }

--- A statusline has room only for the beginning of a sentence.
---@param message string
---@return string
local function short(message)
  return vim.fn.strchars(message) <= MOST and message or vim.fn.strcharpart(message, 0, MOST - 1) .. '…'
end

---@param bufnr integer
---@return string
function M.line(bufnr)
  local client = require('codestral_ls.server').of(bufnr)
  if not client then
    return ''
  end
  if not require('codestral_ls').is_enabled() then
    return 'codestral off'
  end
  local status = known[client.id] or { busy = true, kind = 'Normal', message = '' }
  local line = 'codestral' .. (icons[status.kind] or '') .. (status.busy and ' …' or '')
  if status.progress and status.busy then
    line = ('%s %.0f%%'):format(line, 100 * status.progress)
  elseif not can_answer(status) and status.message ~= '' then
    line = line .. ' ' .. short(status.message)
  end
  return (line:gsub('%%', '%%%%'))
end

return M
