--- Inserts a completion, or a word or line of it. The key map makes the undo breaks around it (see init.lua).

local api = vim.api
local report = require('codestral_ls.report')
local suggestions = require('codestral_ls.suggestion')
local text_rules = require('codestral_ls.text')

local M = {}

---@type table<string, fun(rest: string): string>
local parts = {
  whole = function(rest)
    return rest
  end,
  word = text_rules.word,
  line = text_rules.line,
}

--- Insert `text` at the cursor in place of the text up to `end_row`, `end_column`, and move the cursor to its end. It is
--- inserted as a paste, so that "." repeats it with the typed text.
---@param bufnr integer
---@param text string
---@param end_row integer
---@param end_column integer
local function insert(bufnr, text, end_row, end_column)
  local row, column = unpack(api.nvim_win_get_cursor(0))
  if end_row > row - 1 or end_column > column then
    api.nvim_buf_set_text(bufnr, row - 1, column, end_row, end_column, {})
  end
  api.nvim_paste(text, false, -1)
end

--- Accept a part of the current completion.
---@param bufnr integer The current buffer.
---@param part 'whole'|'word'|'line'
---@return boolean finished Whether nothing is left of it.
function M.take(bufnr, part)
  local suggestion = suggestions.of(bufnr)
  if not suggestion then
    return true
  end
  local typed, rest = suggestion:progress(bufnr)
  if not typed or not rest then
    return true
  end
  local piece = parts[part](rest)
  if piece == rest then
    local _, _, end_row, end_column = suggestion:range(bufnr)
    insert(bufnr, piece, end_row, end_column)
    report.accepted(suggestion, bufnr)
    return true
  end
  local row, column = unpack(api.nvim_win_get_cursor(0))
  insert(bufnr, piece, row - 1, column)
  report.partly_accepted(suggestion, typed .. piece)
  return false
end

return M
