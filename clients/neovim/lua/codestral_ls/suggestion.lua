--- The completions offered in a buffer: which is current, and how much of it is already in the text.
--- An extmark follows the range, so edits before it do no harm. Does not draw or send requests.

local api = vim.api
local text_rules = require('codestral_ls.text')

---@class codestral_ls.Suggestion
---@field client_id integer
---@field raw lsp.InlineCompletionItem[] As the server sent them; sent back unchanged.
---@field items lsp.InlineCompletionItem[] The same with "\n" line breaks, as buffers and presenters need them.
---@field index integer The current one, from 1.
---@field mark integer Extmark over the range that the current item replaces.
---@field encoding 'utf-8'|'utf-16'|'utf-32'
---@field explicit boolean Requested by a key, so all alternatives are here.
local Suggestion = {}
Suggestion.__index = Suggestion

local M = {}

local marks = api.nvim_create_namespace('codestral_ls.range')

---@type table<integer, codestral_ls.Suggestion>
local current = {}

---@param bufnr integer
---@return codestral_ls.Suggestion?
function M.of(bufnr)
  return current[bufnr]
end

---@param bufnr integer
function M.forget(bufnr)
  current[bufnr] = nil
  if api.nvim_buf_is_valid(bufnr) then
    api.nvim_buf_clear_namespace(bufnr, marks, 0, -1)
  end
end

---@param item lsp.InlineCompletionItem
---@return lsp.InlineCompletionItem
local function with_plain_text(item)
  local text = item.insertText
  text = type(text) == 'table' and text.value or text --[[@as string]]
  return vim.tbl_extend('force', item, { insertText = text_rules.normalised(text) })
end

--- Store an answer.
---@param bufnr integer
---@param client vim.lsp.Client
---@param items lsp.InlineCompletionItem[] At least one.
---@param explicit boolean
---@return codestral_ls.Suggestion
function M.keep(bufnr, client, items, explicit)
  local suggestion = setmetatable({
    client_id = client.id,
    raw = items,
    items = vim.tbl_map(with_plain_text, items),
    index = 1,
    encoding = client.offset_encoding,
    explicit = explicit,
  }, Suggestion)
  current[bufnr] = suggestion
  suggestion:select(bufnr, 1)
  return suggestion
end

---@return lsp.InlineCompletionItem
function Suggestion:item()
  return self.items[self.index]
end

--- The whole text of the current item, with "\n" line breaks.
---@return string
function Suggestion:text()
  return self:item().insertText --[[@as string]]
end

--- Make item `index` the current one; it wraps around.
---@param bufnr integer
---@param index integer
function Suggestion:select(bufnr, index)
  self.index = (index - 1) % #self.items + 1
  local range = self:item().range
  local row, column = unpack(api.nvim_win_get_cursor(0))
  local start_row, start_column, end_row, end_column = row - 1, column, row - 1, column
  if range then
    start_row, end_row = range.start.line, range['end'].line
    start_column = self:byte_column(bufnr, range.start)
    end_column = self:byte_column(bufnr, range['end'])
  end
  api.nvim_buf_clear_namespace(bufnr, marks, 0, -1)
  self.mark = api.nvim_buf_set_extmark(bufnr, marks, start_row, start_column, {
    end_row = end_row,
    end_col = end_column,
    right_gravity = false,
    end_right_gravity = true,
    strict = false,
  })
end

---@param bufnr integer
---@param position lsp.Position
---@return integer
function Suggestion:byte_column(bufnr, position)
  local line = api.nvim_buf_get_lines(bufnr, position.line, position.line + 1, false)[1] or ''
  return vim.str_byteindex(line, self.encoding, position.character, false)
end

--- The range that acceptance replaces, in the present text: row and byte column from 0.
---@param bufnr integer
---@return integer start_row, integer start_column, integer end_row, integer end_column
function Suggestion:range(bufnr)
  local row, column, details = unpack(api.nvim_buf_get_extmark_by_id(bufnr, marks, self.mark, { details = true }))
  return row, column, details.end_row, details.end_col
end

--- The part already typed and the rest, at the cursor of the current window; nil if other text was typed.
---@param bufnr integer
---@return string? typed, string? rest
function Suggestion:progress(bufnr)
  local start_row, start_column, end_row, end_column = self:range(bufnr)
  local row, column = unpack(api.nvim_win_get_cursor(0))
  row = row - 1
  if row < start_row or (row == start_row and column < start_column) then
    return
  end
  if row > end_row or (row == end_row and column > end_column) then
    return
  end
  local lines = api.nvim_buf_get_text(bufnr, start_row, start_column, row, column, {})
  local typed = table.concat(lines, '\n')
  local rest = text_rules.rest(self:text(), typed)
  if rest then
    return typed, rest
  end
end

return M
