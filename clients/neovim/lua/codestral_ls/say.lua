--- Shows a message to the user in one line: a longer message would wait for Enter in the middle of typing.
--- `:Codestral status` shows the whole text of the last message.

local M = {}

---@type string
M.last = ''

---@param text string
---@return string
local function shortened(text)
  local line = vim.trim((text:gsub('%s+', ' ')))
  local room = math.max(20, vim.v.echospace - 1)
  if vim.fn.strdisplaywidth(line) <= room then
    return line
  end
  local more = '… (:Codestral status)'
  local length = room - vim.fn.strdisplaywidth(more)
  while vim.fn.strdisplaywidth(vim.fn.strcharpart(line, 0, length)) > room - vim.fn.strdisplaywidth(more) do
    length = length - 1
  end
  return vim.fn.strcharpart(line, 0, length) .. more
end

--- Show `text`, unless it was also the last message.
---@param text string
---@param level integer
function M.once(text, level)
  local whole = vim.startswith(text, 'codestral-ls: ') and text or 'codestral-ls: ' .. text
  if whole ~= M.last then
    M.last = whole
    vim.notify(shortened(whole), level)
  end
end

local SOON_NS = 1e9

---@type { beginning: string, text: string, since: integer }?
local awaited

---@type function?
local replacing

--- Show `text` instead of Neovim's own message with this beginning, if that comes within a second: it is too long for a line.
---@param beginning string
---@param text string
function M.instead(beginning, text)
  awaited = { beginning = beginning, text = text, since = vim.uv.hrtime() }
  if vim.notify == replacing then
    return
  end
  local notify = vim.notify
  replacing = function(message, ...)
    local soon = awaited and vim.uv.hrtime() - awaited.since < SOON_NS
    if awaited and soon and type(message) == 'string' and vim.startswith(message, awaited.beginning) then
      M.once(awaited.text, vim.log.levels.WARN)
      return
    end
    return notify(message, ...)
  end
  vim.notify = replacing
end

return M
